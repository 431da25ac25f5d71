import type { Task } from '../../model/task.js';
import type { Json } from '../fields.js';
import type { Mishap } from '../mishap.js';
import { sleep } from '../sleep.js';
import { endsTurn } from '../states.js';
import { deliver } from './deliver.js';
import { type Notification, writeNotification } from './notification.js';
import { NotificationError } from './notification-error.js';
import type { PushSettings } from './options.js';
import type { PushConfigs, StoredConfig } from './push-configs.js';
import { type Occasion, writeBody } from './shapes.js';

/** A notification that was sent, or should have been. */
export interface SentNotification {
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The parsed JSON. */
  body: unknown;
  taskId: string;
  /** How often it was sent: 0 if it was lost, or refused. */
  attempts: number;
  /** Of the last answer, if there was one. */
  status?: number;
  /** Why it did not arrive. */
  error?: NotificationError;
  /** What the option `mishap` did to it. */
  mishap?: Mishap;
}

const longest = 10_000;

/** Tells the webhooks of each task what happens to it, one thing after the other. */
export class Sender {
  /** The last 10,000, each added when its delivery has ended. */
  readonly sent: SentNotification[] = [];
  readonly #settings: () => PushSettings;
  readonly #configs: PushConfigs;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  /** The end of what is to be done, for each task. */
  readonly #queues = new Map<string, Promise<void>>();
  /** What comes only after the next one, for each configuration. */
  readonly #late = new Map<string, () => Promise<void>>();
  #count = 0;

  constructor(settings: () => PushSettings, configs: PushConfigs, now: () => number) {
    this.#settings = settings;
    this.#configs = configs;
    this.#now = now;
  }

  /**
   * Tells of an event. Nobody has to wait for it.
   *
   * @param holds whether it still does when its turn has come
   */
  tell(
    taskId: string,
    event: Occasion,
    task: () => Task | undefined,
    holds: () => boolean = () => true,
  ): void {
    const ids = this.#configs.of(taskId).map(({ id }) => id);
    const body = ids.length > 0 && writeBody(this.#settings().format.shape, event, task());
    if (!body) return;
    this.#queue(taskId, async () => {
      if (!holds()) return;
      // As they are by now: of one that was deleted nobody is told any more.
      const configs = ids.flatMap(id => this.#configs.get(taskId, id) ?? []);
      await Promise.all(configs.map(config => this.#notify(config, event, body)));
    });
  }

  /** Lets no notification of the task go until the function it returns is called; there is none without a webhook. */
  hold(taskId: string): (() => void) | undefined {
    if (this.#configs.of(taskId).length === 0) return undefined;
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    this.#queue(taskId, () => released);
    return release;
  }

  /** Resolves when all that was told of the task so far is delivered, or has failed. */
  async settled(taskId: string): Promise<void> {
    await this.#queues.get(taskId);
  }

  /** Aborts the deliveries that are under way, and drops the others. */
  async close(): Promise<void> {
    this.#closing.abort(new TypeError('The reference server was closed.'));
    this.#late.clear();
    await Promise.all(this.#queues.values());
  }

  #queue(taskId: string, work: () => Promise<void>): void {
    const done = (this.#queues.get(taskId) ?? Promise.resolve()).then(async () => {
      if (!this.#closing.signal.aborted) await work();
    });
    this.#queues.set(taskId, done);
    done.then(() => {
      if (this.#queues.get(taskId) === done) this.#queues.delete(taskId);
    });
  }

  async #notify(config: StoredConfig, event: Occasion, body: Json): Promise<void> {
    const { taskId, id } = config;
    const state = 'status' in event ? event.status.state : undefined;
    const upcoming = { nth: ++this.#count, taskId, kind: event.kind, ...(state && { state }) };
    let told: unknown = body;
    let mishap: Mishap | undefined;
    const log = (outcome: Partial<SentNotification>) =>
      this.#log({
        url: config.url,
        headers: {},
        body: told,
        taskId,
        attempts: 0,
        ...(mishap && { mishap }),
        ...outcome,
      });
    let notification: Notification;
    try {
      told = JSON.parse(JSON.stringify(body));
      mishap = this.#settings().mishapOf(upcoming);
      notification = await writeNotification(config, body, this.#settings().format, this.#now);
    } catch (error) {
      return log({ error: asNotificationError(error) });
    }
    const send = () => this.#deliver(notification, log);
    // Cut short when the server closes, which aborts the delivery as well.
    if (typeof mishap === 'object') await sleep(mishap.delay, this.#closing.signal).catch(() => {});
    const key = JSON.stringify([taskId, id]);
    const late = this.#late.get(key);
    this.#late.delete(key);
    const isLast = state !== undefined && endsTurn(state);
    if (mishap === 'late' && !late && !isLast) return void this.#late.set(key, send);
    if (mishap === 'lose') log({ headers: Object.fromEntries(notification.headers) });
    else await send();
    if (mishap === 'duplicate') await send();
    await late?.();
  }

  async #deliver(
    notification: Notification,
    log: (outcome: Partial<SentNotification>) => void,
  ): Promise<void> {
    const headers = Object.fromEntries(notification.headers);
    try {
      log({ headers, ...(await deliver(notification, this.#settings().delivery, this.#closing.signal)) });
    } catch (thrown) {
      const error = asNotificationError(thrown);
      const { attempts, status } = error;
      log({ headers, attempts, ...(status !== undefined && { status }), error });
    }
  }

  #log(notification: SentNotification): void {
    this.sent.push(notification);
    if (this.sent.length > longest) this.sent.shift();
  }
}

function asNotificationError(error: unknown): NotificationError {
  if (error instanceof NotificationError) return error;
  return new NotificationError('refused', 'The notification could not be written.', { cause: error });
}
