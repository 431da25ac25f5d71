import { decodePushConfig, decodePushConfigs } from '../dialects/decode-push.js';
import type { PushOperation, PushQuery } from '../dialects/dialect.js';
import { textOption } from '../errors/options.js';
import { PushNotificationNotSupportedError } from '../errors/rpc.js';
import { randomId } from '../model/id.js';
import type { PushNotificationConfig, TaskPushNotificationConfig } from '../model/push-notification.js';
import { lacking } from './lacking.js';
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

/** @param call makes one call, and gives its result as it came */
export function pushNotifications(
  call: (operation: PushOperation, query: PushQuery, options: RequestOptions | undefined) => Promise<unknown>,
): PushNotifications {
  const ask = async (operation: PushOperation, query: PushQuery, options: RequestOptions | undefined) => {
    textOption('taskId', query.taskId);
    const asked = call(operation, query, options);
    return lacking(PushNotificationNotSupportedError, 'it does not notify', asked, [404, 405, 501]);
  };
  return {
    async set(taskId, config, options) {
      textOption('config.url', config?.url);
      const asked = { id: randomId(), ...config, taskId };
      return decodePushConfig(await ask('pushSet', asked, options), asked);
    },
    async get(taskId, id, options) {
      const asked = { taskId, id };
      return decodePushConfig(await ask('pushGet', asked, options), asked);
    },
    async list(taskId, options) {
      return decodePushConfigs(await ask('pushList', { taskId }, options), taskId);
    },
    async delete(taskId, id, options) {
      await ask('pushDelete', { taskId, id }, options);
    },
  };
}
