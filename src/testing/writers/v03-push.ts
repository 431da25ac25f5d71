import type { PushNotificationConfig } from '../../model/push-notification.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json, optional, withoutEmpty } from '../fields.js';
import type { StoredConfig } from '../push/push-configs.js';
import { deleteConfig, findConfig, type MakeFault, pushMethod, writeList } from './push-methods.js';
import type { Call, Method } from './writer.js';

export const configFields = ['id', 'url', 'token', 'authentication'];

export const v03PushFault: MakeFault = (code, message) => new RpcFault(code, message);

/** Of the schemes it takes the first: the model has one. */
export function readConfig(fields: Fields): PushNotificationConfig {
  const authentication = fields.child('authentication', ['schemes', 'credentials']);
  const schemes = authentication?.required('schemes', authentication.strings('schemes'));
  const [scheme] = schemes ?? [];
  return {
    url: fields.required('url', fields.string('url')),
    ...optional('id', fields.string('id') || undefined),
    ...optional('token', fields.string('token') || undefined),
    ...(scheme && {
      authentication: {
        scheme,
        ...optional('credentials', authentication?.string('credentials') || undefined),
      },
    }),
  };
}

export function writeConfig({ id, url, token, authentication }: PushNotificationConfig): Json {
  const { scheme, credentials } = authentication ?? {};
  return withoutEmpty({
    id,
    token,
    url,
    authentication: scheme === undefined ? undefined : withoutEmpty({ schemes: [scheme], credentials }),
  });
}

const set: Method = (params, call) => {
  const request = new Fields(params, ['taskId', 'pushNotificationConfig', 'metadata'], call.strict);
  const taskId = readTaskId(request, 'taskId', call);
  const config = request.child('pushNotificationConfig', configFields);
  return writeStored(
    call.desk.configs.set(taskId, readConfig(request.required('pushNotificationConfig', config))),
  );
};

const get: Method = (params, call) => {
  const request = new Fields(params, ['id', 'pushNotificationConfigId', 'metadata'], call.strict);
  const taskId = readTaskId(request, 'id', call);
  const id = request.string('pushNotificationConfigId');
  return writeStored(findConfig(taskId, id, call, v03PushFault));
};

const list: Method = (params, call) => {
  const request = new Fields(params, ['id', 'metadata'], call.strict);
  const configs = call.desk.configs.of(readTaskId(request, 'id', call));
  return writeList(configs.map(writeStored), call, 'array');
};

const remove: Method = (params, call) => {
  const request = new Fields(params, ['id', 'pushNotificationConfigId', 'metadata'], call.strict);
  const taskId = readTaskId(request, 'id', call);
  const name = 'pushNotificationConfigId';
  const id = request.required(name, request.string(name));
  return deleteConfig(taskId, id, call, v03PushFault, { result: 'nothing', again: 'refused' });
};

export const pushMethods: readonly [string, Method][] = [
  ['tasks/pushNotificationConfig/set', pushMethod('set', v03PushFault, set)],
  ['tasks/pushNotificationConfig/get', pushMethod('get', v03PushFault, get)],
  ['tasks/pushNotificationConfig/list', pushMethod('list', v03PushFault, list)],
  ['tasks/pushNotificationConfig/delete', pushMethod('delete', v03PushFault, remove)],
];

export function readTaskId(request: Fields, name: string, { desk }: Call): string {
  request.record('metadata');
  const taskId = request.required(name, request.string(name));
  if (desk.push.quirks.checksTask === false || desk.store.get(taskId)) return taskId;
  throw new RpcFault(-32001, 'Task not found');
}

function writeStored(config: StoredConfig): Json {
  return { pushNotificationConfig: writeConfig(config), taskId: config.taskId };
}
