import type { PushNotificationConfig } from '../../model/push-notification.js';
import { HttpFault, type RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import type { PushSettings } from '../push/options.js';
import type { StoredConfig } from '../push/push-configs.js';
import type { Call, Method } from './writer.js';

export type PushOperation = 'set' | 'get' | 'list' | 'delete';

/** How a dialect words what goes wrong. */
export type MakeFault = (code: number, message: string, reason: string) => RpcFault;

const included: Record<PushSettings['methods'], readonly PushOperation[]> = {
  all: ['set', 'get', 'list', 'delete'],
  'no-delete': ['set', 'get', 'list'],
  'set-only': ['set'],
  none: [],
};

const words: Record<PushSettings['refusal'], [message: string, reason: string]> = {
  [-32003]: ['Push Notification is not supported', 'PUSH_NOTIFICATION_NOT_SUPPORTED'],
  [-32004]: ['This operation is not supported', 'UNSUPPORTED_OPERATION'],
  [-32601]: ['Method not found', 'METHOD_NOT_FOUND'],
  404: ['Not Found', ''],
  405: ['Method Not Allowed', ''],
  501: ['Not Implemented', ''],
};

/** The method, which is refused where the server does not have it. */
export function pushMethod(operation: PushOperation, fault: MakeFault, method: Method): Method {
  return (params, call) => {
    if (!included[call.desk.push.methods].includes(operation)) throw refused(call, fault);
    return method(params, call);
  };
}

/** What becomes of a configuration that came with a message. */
export function inBand(
  push: PushNotificationConfig | undefined,
  call: Call,
  fault: MakeFault,
): PushNotificationConfig | undefined {
  if (push && call.desk.push.inBand === 'refuse') throw refused(call, fault);
  return call.desk.push.inBand === 'use' ? push : undefined;
}

function refused({ desk }: Call, fault: MakeFault): RpcFault | HttpFault {
  const { refusal } = desk.push;
  const [message, reason] = words[refusal];
  return refusal > 0 ? new HttpFault(refusal, message) : fault(refusal, message, reason);
}

/** The configuration that is asked for. */
export function findConfig(
  taskId: string,
  id: string | undefined,
  { desk }: Call,
  fault: MakeFault,
): StoredConfig {
  const { getIgnoresId } = desk.push.quirks;
  const config = desk.configs.get(taskId, getIgnoresId ? undefined : id);
  if (!config) throw unknownConfig(taskId, desk.push, fault);
  return config;
}

/**
 * Deletes it, and gives what a delete gives, unless told otherwise. One that is not there is refused where the version
 * does not say that a second delete does no harm.
 */
export function deleteConfig(
  taskId: string,
  id: string,
  { desk }: Call,
  fault: MakeFault,
  { result, again }: { result: Deleted; again: 'fine' | 'refused' },
): unknown {
  const existed = desk.configs.delete(taskId, id);
  if (!existed && (desk.push.quirks.deletedAgain ?? again) === 'refused') {
    throw unknownConfig(taskId, desk.push, fault);
  }
  return { null: null, empty: {}, nothing: undefined, deleted: { deleted: true } }[
    desk.push.quirks.deleted ?? result
  ];
}

export type Deleted = NonNullable<PushSettings['quirks']['deleted']>;

/** A list as this server gives it. */
export function writeList(configs: readonly Json[], { desk }: Call, form: 'configs' | 'array'): unknown {
  const { listed } = desk.push.quirks;
  if (listed === 'null' && configs.length === 0) return null;
  const asked = listed === 'null' || !listed ? form : listed;
  return asked === 'array' ? configs : { configs };
}

const reasons: Record<NonNullable<PushSettings['quirks']['unknownConfig']>, string> = {
  [-32001]: 'TASK_NOT_FOUND',
  [-32003]: 'PUSH_NOTIFICATION_NOT_SUPPORTED',
  [-32000]: 'UNKNOWN_ERROR',
  [-32603]: 'INTERNAL_ERROR',
};

function unknownConfig(taskId: string, { quirks }: PushSettings, fault: MakeFault): RpcFault {
  const code = quirks.unknownConfig ?? -32001;
  return fault(code, `Push notification config not found for task ${taskId}.`, reasons[code]);
}
