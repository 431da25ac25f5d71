import type { PushNotificationConfig, TaskPushNotificationConfig } from '../../model/push-notification.js';

export type StoredConfig = TaskPushNotificationConfig & { id: string };

/** The push configurations of one server, in memory and bounded by the number of tasks. */
export class PushConfigs {
  readonly #tasks = new Map<string, Map<string, StoredConfig>>();
  readonly #maxTasks: number;
  readonly #newId: () => 'task' | 'uuid' | undefined;

  constructor(maxTasks: number, newId: () => 'task' | 'uuid' | undefined) {
    this.#maxTasks = maxTasks;
    this.#newId = newId;
  }

  /** Replaces the one that has this id. */
  set(taskId: string, config: PushNotificationConfig): StoredConfig {
    const id = config.id ?? (this.#newId() === 'uuid' ? crypto.randomUUID() : taskId);
    const stored: StoredConfig = structuredClone({ ...config, taskId, id });
    const configs = this.#tasks.get(taskId) ?? new Map<string, StoredConfig>();
    const [oldest] = this.#tasks.keys();
    const isFull = this.#tasks.size >= this.#maxTasks && !this.#tasks.has(taskId);
    if (isFull && oldest !== undefined) this.#tasks.delete(oldest);
    this.#tasks.set(taskId, configs.set(id, stored));
    return stored;
  }

  /** The first one, unless an id is given. */
  get(taskId: string, id?: string): StoredConfig | undefined {
    return id === undefined ? this.of(taskId)[0] : this.#tasks.get(taskId)?.get(id);
  }

  of(taskId: string): StoredConfig[] {
    return [...(this.#tasks.get(taskId)?.values() ?? [])];
  }

  /** Those of every task. */
  all(): StoredConfig[] {
    return [...this.#tasks.values()].flatMap(configs => [...configs.values()]);
  }

  /** Whether there was one. */
  delete(taskId: string, id: string): boolean {
    const configs = this.#tasks.get(taskId);
    const existed = configs?.delete(id) ?? false;
    if (configs?.size === 0) this.#tasks.delete(taskId);
    return existed;
  }

  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }
}
