import { A2AError } from '../errors/base.js';
import { demand, durationOption, functionOption, textOption } from '../errors/options.js';
import { endings, WaitTimeoutError } from '../errors/wait.js';
import { textOf } from '../model/content.js';
import { isInterrupted, isTerminal } from '../model/state.js';
import { isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { notify } from '../time/notify.js';
import type { OpenSteps } from '../time/open-steps.js';
import { failureDelay, nextDelay, type PollSchedule } from '../time/schedule.js';
import { timedOut, within } from '../time/within.js';
import { type Inbox, toldKeyOf } from './inbox.js';
import {
  isGood,
  onlyTaskOf,
  type Registration,
  type Registrations,
  registrationChannel,
  taskChannel,
} from './registrations.js';
import type { WebhookStore } from './store.js';

export interface NotificationWaitOptions {
  /** ms for the whole wait; `Infinity` waits for ever. @default 300_000 */
  timeout?: number | undefined;
  /** Ends the wait at once with an `AbortedError`; the task goes on. */
  signal?: AbortSignal | undefined;
  /** Who knows how the task really stands, such as an `A2AClient`. Notifications then only say when to ask. */
  source?: { getTask(id: string, options?: { signal?: AbortSignal }): Promise<Task> } | undefined;
  /** ms for each request to the source. @default 30_000 */
  requestTimeout?: number | undefined;
  /** `false` resolves with the task in whatever state it stopped. @default true */
  throwOnFailure?: boolean | undefined;
  /** Called with what is known of the task whenever that has changed. What it throws changes nothing. */
  onUpdate?: ((task: Task) => void) | undefined;
  /** The task as you saw it last: a question it asked there, which you have answered, does not end the wait again. */
  since?: Task | undefined;
}

/** What a wait needs of the receiver. */
export interface WaitPlace {
  store: WebhookStore;
  registrations: Registrations;
  inbox: Inbox;
  open: OpenSteps;
  hasShared: boolean;
}

/** In case a notification gets lost. */
const safety: PollSchedule = {
  minimum: 5_000,
  interval: ({ age }) => Math.min(Math.max(0.5 * age, 5_000), 120_000),
};
/** For a source that lags behind what it notified of. */
const catchingUp: PollSchedule = { minimum: 500, interval: ({ age }) => Math.min(0.25 * age, 15_000) };
/** The source is not asked more often than this, ms. */
const leastPause = 500;
/** For the last question at the deadline, ms. */
const lastGrace = 2_000;
/** After so many failures of the source, the end that was notified is believed. */
const failuresBorne = 3;

/** Waits for what notifications tell: see `WebhookReceiver.wait`. */
export async function waitForNotification(
  place: WaitPlace,
  given: string | Task | Pick<Registration, 'id'>,
  options: NotificationWaitOptions,
): Promise<Task> {
  const target = isTask(given) ? given.id : given;
  if (typeof target === 'string') textOption('target', target);
  else demand(typeof target?.id === 'string', 'target', 'a task, its id or a registration', target);
  const { source, signal, onUpdate } = options;
  if (source) functionOption('source.getTask', source.getTask);
  if (onUpdate) functionOption('onUpdate', onUpdate);
  const timeout = durationOption('timeout', options.timeout, 300_000, Infinity);
  durationOption('requestTimeout', options.requestTimeout, 30_000, Infinity);
  const wait = new NotificationWait(place, target, options, timeout);
  try {
    // The deadline is the wait's own: it asks once more.
    return (await within(Infinity, signal, stop => wait.run(stop), place.open)) as Task;
  } finally {
    wait.leave();
  }
}

/** One wait, and what it remembers from look to look. */
class NotificationWait {
  readonly #place: WaitPlace;
  readonly #target: string | Pick<Registration, 'id'>;
  readonly #options: NotificationWaitOptions;
  readonly #begun = now();
  readonly #timeout: number;
  /** By channel; undefined while it is being made. */
  readonly #subscriptions = new Map<string, (() => Promise<void>) | undefined>();
  readonly #observed: Record<string, number> = {};
  #hasLeft = false;
  #isAwake = false;
  #wakeUp: () => void = () => {};
  /** Where the task's notifications are kept, once that is known. */
  #scope: string | undefined;
  #taskId: string | undefined;
  #isForMany = false;
  /** What notifications told at the last look. */
  #text: string | undefined;
  #told: Task | undefined;
  #toldAt = this.#begun;
  #lastTask: Task | undefined;
  #askedAt = -Infinity;
  #failures = 0;
  #lastFailure: unknown;

  constructor(
    place: WaitPlace,
    target: string | Pick<Registration, 'id'>,
    options: NotificationWaitOptions,
    timeout: number,
  ) {
    this.#place = place;
    this.#target = target;
    this.#options = options;
    this.#timeout = timeout;
    if (typeof target === 'string') this.#taskId = target;
  }

  /** Subscribes, looks, asks, sleeps, and so on. The store is the truth; a wake only says when to look. */
  async run(stop: AbortSignal): Promise<Task> {
    const { source } = this.#options;
    let mustAsk = false;
    for (let wasWoken = false; ; ) {
      this.#isAwake = false;
      const isChanged = await this.#look();
      demand(!this.#isForMany, 'target', 'a task id, where a registration is for many', this.#target);
      const end = isChanged && this.#told && this.#hasStopped(this.#told) ? this.#told : undefined;
      if (end && !source) return this.#settle(end);
      // Woken, but nothing new is kept: what came is not to be relied on. Only news of work under way are enough.
      if (end || !wasWoken || !isChanged) mustAsk = !!source;
      let pause = mustAsk && this.#taskId !== undefined ? this.#askedAt + leastPause - now() : Infinity;
      if (pause <= 0) {
        mustAsk = false;
        pause = Infinity;
        const found = await this.#findEnd(stop, this.#remaining(), failuresBorne);
        if (found) return this.#settle(found);
      }
      const remaining = this.#remaining();
      if (remaining <= 0) return this.#giveUp(stop);
      wasWoken = await this.#sleep(stop, Math.min(pause, this.#delay(), remaining));
    }
  }

  /** Lets go of what it subscribed to. */
  leave(): void {
    this.#hasLeft = true;
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe?.().catch(() => {});
  }

  /** Reads what is kept, and says whether that has changed. */
  async #look(): Promise<boolean> {
    try {
      await this.#locate();
      if (this.#scope === undefined || this.#taskId === undefined) return false;
      await this.#subscribe(toldKeyOf(this.#scope, this.#taskId));
      const { text, task } = await this.#place.inbox.latest(this.#scope, this.#taskId);
      if (text === this.#text || !task) return false;
      this.#text = text;
      this.#told = task;
      this.#toldAt = now();
      this.#count(`notified ${task.status.state}`);
      this.#update(task);
      return true;
    } catch (error) {
      this.#count('store failed');
      this.#lastFailure = error;
      return false;
    }
  }

  async #locate(): Promise<void> {
    const { registrations, hasShared } = this.#place;
    if (typeof this.#target === 'string') {
      await this.#subscribe(taskChannel(this.#target));
      // Another registration may say that it is about this task: that is for the application to decide.
      const bound = await registrations.boundTo(this.#target);
      // One that is gone is told nothing any more.
      const isShared = hasShared && !isGood(await registrations.find(bound));
      this.#scope = isShared ? 'shared' : bound;
      return;
    }
    const { id } = this.#target;
    this.#scope = id;
    await this.#subscribe(registrationChannel(id));
    const record = await registrations.find(id);
    this.#isForMany = record?.tasks === 'many';
    // What was revoked meanwhile was for the task that was known before.
    this.#taskId = (record && onlyTaskOf(record)) ?? this.#taskId;
  }

  async #subscribe(channel: string): Promise<void> {
    if (this.#subscriptions.has(channel)) return;
    const unsubscribe = await this.#place.store.subscribe(channel, () => {
      this.#isAwake = true;
      this.#wakeUp();
    });
    this.#subscriptions.set(channel, unsubscribe);
    // It was left while this was on its way.
    if (this.#hasLeft) unsubscribe().catch(() => {});
  }

  async #ask(stop: AbortSignal, ms: number): Promise<Task | undefined> {
    const { source, requestTimeout = 30_000 } = this.#options;
    const id = this.#taskId;
    if (!source || id === undefined) return undefined;
    this.#askedAt = now();
    try {
      const task = await within(Math.min(ms, requestTimeout), stop, signal => source.getTask(id, { signal }));
      if (task === timedOut || !isTask(task)) {
        throw new A2AError('getTask gave no task.', { code: task === timedOut ? 'timeout' : 'not-a-task' });
      }
      this.#failures = 0;
      this.#count(task.status.state);
      this.#update(task);
      return task;
    } catch (error) {
      if (stop.aborted) throw error;
      this.#failures += 1;
      this.#lastFailure = error;
      this.#count(String((error as { code?: unknown } | undefined)?.code ?? 'error'));
      return undefined;
    }
  }

  /**
   * Asks for the task, if it can be asked for; the end that was notified has to do where that fails.
   *
   * @param borne failures until then; of one that says that there is no such task, none is
   */
  async #findEnd(stop: AbortSignal, ms: number, borne: number): Promise<Task | undefined> {
    const task = await this.#ask(stop, ms);
    if (task) return this.#hasStopped(task) ? task : undefined;
    const isForgotten = (this.#lastFailure as { name?: unknown } | undefined)?.name === 'TaskNotFoundError';
    const isEnough = this.#failures >= (isForgotten ? 1 : borne);
    return isEnough && this.#told && isTerminal(this.#told) ? this.#told : undefined;
  }

  async #giveUp(stop: AbortSignal): Promise<Task> {
    const end = await this.#findEnd(stop, lastGrace, 1);
    if (end) return this.#settle(end);
    const id = this.#taskId;
    const isUnbound = id === undefined || this.#scope === undefined;
    const hint = isUnbound ? ' No registration is bound to it: call registration.bind(taskId).' : undefined;
    const waited = now() - this.#begun;
    throw new WaitTimeoutError<Task>(
      id === undefined ? 'No notification came' : `Task ${id} did not stop`,
      {
        waited,
        observed: this.#observed,
        lastTask: this.#lastTask,
        token: id === undefined ? undefined : { version: 1, taskId: id, startedAt: Date.now() - waited },
      },
      this.#lastFailure,
      hint,
    );
  }

  #hasStopped(task: Task): boolean {
    return isTerminal(task) || (isInterrupted(task) && !this.#isAnswered(task));
  }

  #isAnswered({ status }: Task): boolean {
    const { since } = this.#options;
    return (
      since?.status.state === status.state &&
      since.status.timestamp === status.timestamp &&
      since.status.message?.messageId === status.message?.messageId
    );
  }

  #settle(task: Task): Task {
    const { state, message } = task.status;
    const Ending = endings[state];
    if (!Ending || this.#options.throwOnFailure === false) return task;
    throw new Ending({ id: task.id, state, said: message && textOf(message) }, task);
  }

  /** ms until the next look, and the next question to the source. */
  #delay(): number {
    if (this.#failures > 0) return failureDelay(this.#failures, leastPause);
    const lags = !!this.#options.source && !!this.#told && this.#hasStopped(this.#told);
    return lags ? nextDelay(catchingUp, now() - this.#toldAt, 0) : nextDelay(safety, now() - this.#begun, 0);
  }

  /** Until it is woken, says whether it was. */
  async #sleep(stop: AbortSignal, ms: number): Promise<boolean> {
    if (!this.#isAwake) {
      const woken = new Promise<void>(resolve => {
        this.#wakeUp = resolve;
      });
      await within(ms, stop, () => woken);
    }
    return this.#isAwake;
  }

  #remaining(): number {
    return this.#begun + this.#timeout - now();
  }

  #count(outcome: string): void {
    this.#observed[outcome] = (this.#observed[outcome] ?? 0) + 1;
  }

  #update(task: Task): void {
    this.#lastTask = task;
    notify(this.#options.onUpdate, task);
  }
}
