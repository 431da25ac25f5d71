import { compact } from '../dialects/compact.js';
import { decodePushConfig, decodePushConfigs } from '../dialects/decode-push.js';
import type { PushOperation, PushQuery } from '../dialects/dialect.js';
import { textOption } from '../errors/options.js';
import { PushNotificationNotSupportedError } from '../errors/rpc.js';
import { randomId } from '../model/id.js';
import type { PushNotificationConfig, TaskPushNotificationConfig } from '../model/push-notification.js';
import { lacking } from './lacking.js';
import { pages } from './list.js';
import type { RequestOptions } from './options.js';

/** Where the agent tells what becomes of its tasks. */
export interface PushNotifications {
  /**
   * Has the agent notify a webhook of what becomes of a task. The id is made up unless the configuration has one; a
   * server may choose another.
   *
   * @throws {PushNotificationNotSupportedError} the agent does not notify
   * @throws {TaskNotFoundError} where the server looks; many do not
   * @example await client.pushNotifications.set(task.id, { url: 'https://app.example/hook', token })
   * Source: A2A specification 1.0, section 3.1.7.
   */
  set(
    taskId: string,
    config: PushNotificationConfig,
    options?: RequestOptions,
  ): Promise<TaskPushNotificationConfig>;
  /** One configuration of a task; where the server keeps but one, without its id. @throws as `set` */
  get(taskId: string, configId?: string, options?: RequestOptions): Promise<TaskPushNotificationConfig>;
  /** All configurations of a task. @throws as `set` */
  list(taskId: string, options?: RequestOptions): Promise<TaskPushNotificationConfig[]>;
  /**
   * Has the agent notify the webhook no more.
   *
   * @param configId may be absent on PraisonAI only, which keeps one for each task
   * @throws TypeError if it is absent elsewhere
   * @throws as `set`
   */
  delete(taskId: string, configId?: string, options?: RequestOptions): Promise<void>;
}

/**
 * What strict servers take of it, and an id.
 *
 * @throws TypeError
 */
export function pushConfig({
  id,
  url,
  token,
  authentication,
}: PushNotificationConfig): PushNotificationConfig {
  textOption('url', url);
  return compact({ id: id ?? randomId(), url, token, authentication });
}

/** What of it no message may show, and no redirect may take elsewhere. */
export function secretsIn({
  token,
  authentication,
}: Pick<PushQuery, 'token' | 'authentication'>): Record<string, string> {
  return compact({ token, credentials: authentication?.credentials });
}

/** @param call makes one call, and gives its result as it came */
export function pushNotifications(
  call: (operation: PushOperation, query: PushQuery, options: RequestOptions | undefined) => Promise<unknown>,
): PushNotifications {
  const ask: typeof call = async (operation, query, options) => {
    textOption('taskId', query.taskId);
    return lacking(PushNotificationNotSupportedError, call(operation, query, options), [404, 405, 501]);
  };
  return {
    async set(taskId, config, options) {
      const asked = { ...pushConfig(config), taskId };
      return decodePushConfig(await ask('pushSet', asked, options), asked);
    },
    async get(taskId, id, options) {
      const asked = { taskId, id };
      return decodePushConfig(await ask('pushGet', asked, options), asked);
    },
    async list(taskId, options) {
      let all: TaskPushNotificationConfig[] = [];
      const page = async (pageToken: string | undefined) =>
        decodePushConfigs(await ask('pushList', { taskId, pageToken }, options), taskId);
      for await (const { configs } of pages(page)) all = all.concat(configs);
      return all;
    },
    async delete(taskId, id, options) {
      await ask('pushDelete', { taskId, id }, options);
    },
  };
}
