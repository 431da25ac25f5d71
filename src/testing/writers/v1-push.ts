import type { PushNotificationConfig } from '../../model/push-notification.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json, optional, withoutEmpty } from '../fields.js';
import type { StoredConfig } from '../push/push-configs.js';
import { v1Fault } from './errors.js';
import {
  type Deleted,
  deleteConfig,
  findConfig,
  type MakeFault,
  pushMethod,
  writeList,
} from './push-methods.js';
import type { Call, Method } from './writer.js';

/** The fields of a configuration, which in 1.0 is flat. */
export const configFields = ['tenant', 'taskId', 'id', 'url', 'token', 'authentication'];

/** As in JSON-RPC a method that is not there has no reason. */
export const v1PushFault: MakeFault = (code, message, reason) =>
  code === -32601 ? new RpcFault(code, message) : v1Fault(code, message, reason);

export function readConfig(fields: Fields): PushNotificationConfig {
  fields.string('tenant');
  fields.string('taskId');
  const authentication = fields.child('authentication', ['scheme', 'credentials']);
  return {
    url: fields.required('url', fields.string('url')),
    ...optional('id', fields.string('id') || undefined),
    ...optional('token', fields.string('token') || undefined),
    ...(authentication && {
      authentication: {
        scheme: authentication.required('scheme', authentication.string('scheme')),
        ...optional('credentials', authentication.string('credentials') || undefined),
      },
    }),
  };
}

/** The push methods. @param deleted what a delete gives, which depends on the binding */
export function pushMethods(deleted: Deleted): [string, Method][] {
  return [
    ['CreateTaskPushNotificationConfig', pushMethod('set', v1PushFault, create)],
    ['GetTaskPushNotificationConfig', pushMethod('get', v1PushFault, get)],
    ['ListTaskPushNotificationConfigs', pushMethod('list', v1PushFault, list)],
    ['DeleteTaskPushNotificationConfig', pushMethod('delete', v1PushFault, remove)],
  ];

  function remove(params: Json, call: Call): unknown {
    const request = new Fields(params, ['tenant', 'taskId', 'id'], call.strict);
    const taskId = readTaskId(request, call);
    const id = request.required('id', request.string('id'));
    return deleteConfig(taskId, id, call, v1PushFault, { result: deleted, again: 'fine' });
  }
}

function create(params: Json, call: Call): Json {
  const request = new Fields(params, configFields, call.strict);
  const taskId = readTaskId(request, call);
  return writeConfig(call.desk.configs.set(taskId, readConfig(request)), call);
}

function get(params: Json, call: Call): Json {
  const request = new Fields(params, ['tenant', 'taskId', 'id'], call.strict);
  const taskId = readTaskId(request, call);
  const id = request.required('id', request.string('id'));
  return writeConfig(findConfig(taskId, id, call, v1PushFault), call);
}

function list(params: Json, call: Call): unknown {
  const request = new Fields(params, ['tenant', 'taskId', 'pageSize', 'pageToken'], call.strict);
  const configs = call.desk.configs.of(readTaskId(request, call));
  const token = request.string('pageToken');
  const start = token ? configs.findIndex(({ id }) => pageTokenOf(id) === token) : 0;
  if (start < 0) throw request.error('value', 'pageToken', 'not a valid page token');
  const size = request.integer('pageSize') || configs.length;
  if (size < 0) throw request.error('value', 'pageSize', 'must be non-negative');
  const next = configs[start + size];
  const page = configs.slice(start, start + size).map(config => writeConfig(config, call));
  const written = writeList(page, call, 'configs');
  if (written === null || Array.isArray(written)) return written;
  return withoutEmpty({ ...(written as Json), nextPageToken: next && pageTokenOf(next.id) });
}

/** As JSON, in which any text is well-formed. */
function pageTokenOf(id: string): string {
  return btoa(encodeURIComponent(JSON.stringify(id)));
}

function readTaskId(request: Fields, { desk }: Call): string {
  request.string('tenant');
  const taskId = request.required('taskId', request.string('taskId'));
  if (desk.push.quirks.checksTask === false || desk.store.get(taskId)) return taskId;
  throw v1Fault(-32001, 'Task not found', 'TASK_NOT_FOUND');
}

function writeConfig({ taskId, id, url, token, authentication }: StoredConfig, { desk }: Call): Json {
  const config = withoutEmpty({ id, url, token, authentication });
  return desk.push.quirks.nested ? { taskId, config } : { ...config, taskId };
}
