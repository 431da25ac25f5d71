import { RpcFault } from '../fault.js';
import { isJson, type Json } from '../fields.js';
import type { PushSettings } from '../push/options.js';
import type { StoredConfig } from '../push/push-configs.js';
import { deleteConfig, findConfig, type MakeFault, pushMethod, writeList } from './push-methods.js';
import type { Method } from './writer.js';

const prefix = 'tasks/pushNotificationConfig/';

export function unsupported(method: string): RpcFault {
  return new RpcFault(-32601, `Push notifications not supported: ${method}`);
}

/** One for each task, whether there is such a task or not. */
const set: Method = ({ taskId, url, token, authentication }, { desk }) => {
  if (!isText(taskId) || !isText(url)) throw invalid('taskId and url are required');
  const { scheme, credentials } = isJson(authentication) ? authentication : {};
  const stored = desk.configs.set(taskId, {
    id: taskId,
    url,
    ...(isText(token) && { token }),
    ...(isText(scheme) && { authentication: { scheme, ...(isText(credentials) && { credentials }) } }),
  });
  return writeConfig(stored);
};

/** Without a task there is none. */
const get: Method = ({ taskId }, call) =>
  writeConfig(findConfig(String(taskId), undefined, call, configFault(call.desk.push)));

/** Those of all tasks, whichever was asked for. */
const list: Method = (_params, call) => writeList(call.desk.configs.all().map(writeConfig), call, 'configs');

const remove: Method = ({ taskId }, call) =>
  deleteConfig(String(taskId), String(taskId), call, configFault(call.desk.push), {
    result: 'deleted',
    again: 'refused',
  });

/** The extension `WebhookA2A` of PraisonAI's guide to push notifications. */
export const pushMethods: readonly [string, Method][] = (
  [
    ['set', set],
    ['get', get],
    ['list', list],
    ['delete', remove],
  ] as const
).map(([operation, method]) => {
  const name = prefix + operation;
  const fault: MakeFault = (code, message) =>
    code === -32601 ? unsupported(name) : new RpcFault(code, message);
  return [name, pushMethod(operation, fault, method)];
});

/** The code of a configuration that is not there is its own, unless one is asked for. */
function configFault({ quirks }: PushSettings): MakeFault {
  return (_code, message) => new RpcFault(quirks.unknownConfig ?? -32000, message);
}

function writeConfig({ taskId, url, token, authentication }: StoredConfig): Json {
  return { taskId, url, token: token ?? null, authentication: { ...authentication } };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function invalid(problem: string): RpcFault {
  return new RpcFault(-32602, `Invalid params: ${problem}`);
}
