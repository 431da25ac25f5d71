import { RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import { routesOf } from '../routes.js';
import { errorInfo } from './errors.js';
import type { V1Ways } from './v1-ways.js';
import type { Call, RestWriter } from './writer.js';

/** Source: A2A specification 1.0, section 11.3. */
const routes = routesOf(['', '/{tenant}'], {
  'POST /message:send': 'SendMessage',
  'POST /message:stream': 'SendStreamingMessage',
  'GET /tasks/{id}': 'GetTask',
  'GET /tasks': 'ListTasks',
  'POST /tasks/{id}:cancel': 'CancelTask',
  'POST /tasks/{id}:subscribe': 'SubscribeToTask',
  'GET /tasks/{id}:subscribe': 'SubscribeToTask',
  'GET /extendedAgentCard': 'GetExtendedAgentCard',
  'POST /tasks/{taskId}/pushNotificationConfigs': 'CreateTaskPushNotificationConfig',
  'GET /tasks/{taskId}/pushNotificationConfigs/{id}': 'GetTaskPushNotificationConfig',
  'GET /tasks/{taskId}/pushNotificationConfigs': 'ListTaskPushNotificationConfigs',
  'DELETE /tasks/{taskId}/pushNotificationConfigs/{id}': 'DeleteTaskPushNotificationConfig',
});

type Names = ReadonlyMap<number, [status: number, name: string, reason: string]>;

/** What an error is called here, and its reason where it brings none; A2A's other errors are preconditions. */
const names: Names = new Map([
  [-32700, [400, 'INVALID_ARGUMENT', 'INVALID_REQUEST']],
  [-32600, [400, 'INVALID_ARGUMENT', 'INVALID_REQUEST']],
  [-32602, [400, 'INVALID_ARGUMENT', 'INVALID_PARAMS']],
  [-32603, [500, 'INTERNAL', 'INTERNAL_ERROR']],
  [-32006, [500, 'INTERNAL', 'INVALID_AGENT_RESPONSE']],
  [-32001, [404, 'NOT_FOUND', 'TASK_NOT_FOUND']],
  [-32601, [501, 'UNIMPLEMENTED', 'METHOD_NOT_FOUND']],
]);

/** Where 1.0.0 has another status, in section 5.4. */
const names100: Names = new Map([
  ...names,
  [-32002, [409, 'FAILED_PRECONDITION', 'TASK_NOT_CANCELABLE']],
  [-32003, [400, 'UNIMPLEMENTED', 'PUSH_NOTIFICATION_NOT_SUPPORTED']],
  [-32004, [400, 'UNIMPLEMENTED', 'UNSUPPORTED_OPERATION']],
  [-32005, [415, 'INVALID_ARGUMENT', 'CONTENT_TYPE_NOT_SUPPORTED']],
  [-32006, [502, 'INTERNAL', 'INVALID_AGENT_RESPONSE']],
  [-32009, [400, 'UNIMPLEMENTED', 'VERSION_NOT_SUPPORTED']],
]);

/** A google.rpc.Status with an ErrorInfo, as the specification wants it in section 11.6. */
export function googleStatus(
  { code, message, data }: RpcFault,
  { restStatuses }: Pick<Call, 'restStatuses'>,
): { status: number; body: Json } {
  const known = (restStatuses === '1.0.0' ? names100 : names).get(code);
  const [status, name, reason] = known ?? [400, 'FAILED_PRECONDITION', 'UNKNOWN_ERROR'];
  const words = typeof data === 'string' ? `${message}: ${data}` : message;
  const details = Array.isArray(data) ? data : [errorInfo(reason)];
  return { status, body: { error: { code: status, status: name, message: words, details } } };
}

/** A2A 1.0 over HTTP+JSON, as the official servers write it. */
export function v1RestOf({ shapes, thrown }: V1Ways): Omit<RestWriter, 'methods'> {
  const refusal = (error: unknown, call: Call) =>
    googleStatus(error instanceof RpcFault ? error : thrown(error), call);
  return {
    routes,
    contentType: 'application/json',
    // As the JavaScript server.
    creates: new Set(['CreateTaskPushNotificationConfig']),
    refusal,
    frame(item, call) {
      if (item.kind === 'end') return undefined;
      // As in JSON-RPC: of a throw the Python server tells the error, and no status.
      if ('cause' in item) return { event: 'error', data: refusal(item.cause, call).body };
      return { data: shapes.writeEvent(item) };
    },
  };
}
