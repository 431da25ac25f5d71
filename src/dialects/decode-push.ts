import type { PushNotificationConfig, TaskPushNotificationConfig } from '../model/push-notification.js';
import { rememberRaw } from '../model/raw.js';
import { compact } from './compact.js';
import { identifier, members, objectAt, record, text, texts, wrongAt } from './read.js';

const readConfig = members<Omit<PushNotificationConfig, 'toConfig'>>({
  id: value => identifier(value) || undefined,
  url: identifier,
  token: text,
  authentication: value => {
    const wire = record(value);
    // 0.3 has a list of schemes.
    const scheme = text(wire?.['scheme']) ?? texts(wire?.['schemes'])?.[0];
    return scheme ? compact({ scheme, credentials: text(wire?.['credentials']) }) : undefined;
  },
});

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
  const config = readConfig(wire['pushNotificationConfig'] ?? wire['config'] ?? wire, '', 'result');
  const [, taskId] = /^tasks\/(.+)\/pushN/.exec(identifier(wire['name'])) ?? [];
  if (!config.url) throw wrongAt('result', 'url');
  const found = { id: asked.id, ...config, taskId: text(wire['taskId']) ?? taskId ?? asked.taskId };
  return rememberRaw(compact(found), value);
}

/** Configurations, from whatever a server makes of a list: an array, an object of pages, nothing at all. */
export function decodePushConfigs(
  value: unknown,
  taskId: string,
): { configs: TaskPushNotificationConfig[]; nextPageToken: string | undefined } {
  const page = record(value);
  const wire = page ? page['configs'] : value;
  const all = Array.isArray(wire) ? wire.map(config => decodePushConfig(config, { taskId })) : [];
  return {
    // PraisonAI gives those of all tasks.
    configs: all.filter(config => config.taskId === taskId),
    nextPageToken: text(page?.['nextPageToken']),
  };
}
