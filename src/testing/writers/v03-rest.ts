import { RpcFault } from '../fault.js';
import { FieldError, type Json } from '../fields.js';
import { routesOf } from '../routes.js';
import { v03Thrown } from './errors.js';
import type { V03Ways } from './v03-ways.js';
import type { RestWriter } from './writer.js';

/**
 * There is no list. Either verb subscribes, as of the JavaScript server, whose client sends a POST.
 *
 * Source: A2A specification 0.3, section 3.5.3; a2a-python 0.3; @a2a-js/sdk 0.3.
 */
const routes = routesOf(['/v1'], {
  'POST /message:send': 'message/send',
  'POST /message:stream': 'message/stream',
  'GET /tasks/{id}': 'tasks/get',
  'POST /tasks/{id}:cancel': 'tasks/cancel',
  'GET /tasks/{id}:subscribe': 'tasks/resubscribe',
  'POST /tasks/{id}:subscribe': 'tasks/resubscribe',
  'GET /card': 'agent/getAuthenticatedExtendedCard',
  'POST /tasks/{taskId}/pushNotificationConfigs': 'tasks/pushNotificationConfig/set',
  'GET /tasks/{taskId}/pushNotificationConfigs/{id}': 'tasks/pushNotificationConfig/get',
  'GET /tasks/{taskId}/pushNotificationConfigs': 'tasks/pushNotificationConfig/list',
  'DELETE /tasks/{taskId}/pushNotificationConfigs/{id}': 'tasks/pushNotificationConfig/delete',
});

const statuses = new Map([
  [-32001, 404],
  [-32603, 500],
]);

/** With the code of the error, as the JavaScript server; the Python one sends the words only. */
function refusal(error: unknown): { status: number; body: Json } {
  const { code, message } = error instanceof RpcFault ? error : v03Thrown(error);
  const words =
    error instanceof FieldError ? `${message}: ${error.path.join('.')}: ${error.message}` : message;
  return { status: statuses.get(code) ?? 400, body: { code, message: words } };
}

/** A2A 0.3 over HTTP+JSON, with the ways of a kind of server. */
export function v03RestOf({ rest: { shapes } }: V03Ways): Omit<RestWriter, 'methods'> {
  return {
    routes,
    contentType: 'application/json',
    creates: new Set(),
    refusal,
    frame: item => (item.kind === 'end' ? undefined : { data: shapes.writeEvent(item) }),
  };
}
