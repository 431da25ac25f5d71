import type { AuthenticationInfo, TaskPushNotificationConfig } from '../model/push-notification.js';
import { rememberRaw } from '../model/raw.js';
import { compact } from './compact.js';
import { identifier, isObject, objectAt, text, wrongAt } from './read.js';

/**
 * Reads a stored configuration: flat, as 1.0 has it, or within a member of its own; named by a path over HTTP+JSON of
 * 0.3, or, by some, not named at all.
 *
 * @param asked what was asked for, which an answer may leave out
 * @throws {ResponseFormatError}
 */
export function decodePushConfig(
  value: unknown,
  asked: { taskId: string; id?: string | undefined },
): TaskPushNotificationConfig {
  const wire = objectAt(value, '', 'result');
  const inner = wire['pushNotificationConfig'] ?? wire['config'] ?? wire;
  const config = objectAt(inner, '', 'result');
  const [, taskId] = /^tasks\/([^/]+)/.exec(identifier(wire['name'])) ?? [];
  const url = text(config['url']);
  if (!url) throw wrongAt('result', 'url');
  const found: TaskPushNotificationConfig = compact({
    taskId: text(wire['taskId']) ?? taskId ?? asked.taskId,
    id: text(config['id']) ?? asked.id,
    url,
    token: text(config['token']),
    authentication: authenticationOf(config['authentication']),
  });
  return rememberRaw(found, value);
}

/** All configurations, from whatever a server makes of a list: an array, an object of pages, nothing at all. */
export function decodePushConfigs(value: unknown, taskId: string): TaskPushNotificationConfig[] {
  const configs = isObject(value) ? value['configs'] : value;
  const all = Array.isArray(configs) ? configs.map(config => decodePushConfig(config, { taskId })) : [];
  // PraisonAI gives those of all tasks.
  return all.filter(config => config.taskId === taskId);
}

function authenticationOf(value: unknown): AuthenticationInfo | undefined {
  if (!isObject(value)) return undefined;
  const { scheme, schemes, credentials } = value;
  return compact({
    scheme: text(scheme) ?? (Array.isArray(schemes) ? text(schemes[0]) : undefined) ?? '',
    credentials: text(credentials),
  });
}
