import { Fields, type Json } from '../fields.js';
import type { StoredConfig } from '../push/push-configs.js';
import { deleteConfig, findConfig, pushMethod, writeList } from './push-methods.js';
import { configFields, readConfig, readTaskId, v03PushFault, writeConfig } from './v03-push.js';
import type { Call, Method } from './writer.js';

const set: Method = (params, call) => {
  const isBare = call.desk.push.quirks.restBody === 'bare';
  const names = isBare ? ['name', 'pushNotificationConfig'] : ['parent', 'configId', 'config'];
  const request = new Fields(params, ['taskId', ...names], call.strict);
  const taskId = readTaskId(request, 'taskId', call);
  request.string('parent');
  const id = request.string('configId');
  const outer = isBare
    ? request
    : request.required('config', request.child('config', ['name', 'pushNotificationConfig']));
  outer.string('name');
  const inner = outer.required('pushNotificationConfig', outer.child('pushNotificationConfig', configFields));
  return writeStored(call.desk.configs.set(taskId, { ...(id && { id }), ...readConfig(inner) }));
};

const get: Method = (params, call) => {
  const [taskId, id] = readPath(params, call);
  return writeStored(findConfig(taskId, id, call, v03PushFault));
};

const list: Method = (params, call) => {
  const request = new Fields(params, ['taskId', 'pageSize', 'pageToken'], call.strict);
  const configs = call.desk.configs.of(readTaskId(request, 'taskId', call));
  return writeList(configs.map(writeStored), call, 'configs');
};

const remove: Method = (params, call) => {
  const [taskId, id] = readPath(params, call);
  return deleteConfig(taskId, id, call, v03PushFault, { result: 'nothing', again: 'refused' });
};

/** As the Python server, but for the delete, which the JavaScript one has alone. */
export const pushMethods: readonly [string, Method][] = [
  ['tasks/pushNotificationConfig/set', pushMethod('set', v03PushFault, set)],
  ['tasks/pushNotificationConfig/get', pushMethod('get', v03PushFault, get)],
  ['tasks/pushNotificationConfig/list', pushMethod('list', v03PushFault, list)],
  ['tasks/pushNotificationConfig/delete', pushMethod('delete', v03PushFault, remove)],
];

function readPath(params: Json, call: Call): [taskId: string, id: string] {
  const request = new Fields(params, ['taskId', 'id'], call.strict);
  return [readTaskId(request, 'taskId', call), request.required('id', request.string('id'))];
}

function writeStored(config: StoredConfig): Json {
  const name = `tasks/${config.taskId}/pushNotificationConfigs/${config.id}`;
  return { name, pushNotificationConfig: writeConfig(config) };
}
