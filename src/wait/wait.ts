import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import { endings, TaskLostError, TaskUnreachableError, WaitTimeoutError } from '../errors/wait.js';
import { RequestTimeoutError } from '../errors/wire.js';
import { toFullMessage } from '../model/message.js';
import type { TaskState } from '../model/state.js';
import { now } from '../time/clock.js';
import { notify } from '../time/notify.js';
import type { OpenSteps } from '../time/open-steps.js';
import { failureDelay, nextDelay } from '../time/schedule.js';
import { never, timedOut, within } from '../time/within.js';
import { readFailure } from './failure.js';
import { type CheckedWaitOptions, checkWaitOptions, type WaitOptions } from './options.js';
import { readSnapshot, type Snapshot } from './snapshot.js';
import type { TaskLike, TaskSource } from './source.js';

/** How long a new task may be unknown: some servers store it a little later. ms */
const creationGrace = 2_000;
/** A wait gives up after this many failures in a row, */
const failuresBorne = 5;
/** and only if the last success is this long ago. ms */
const silenceBorne = 120_000;
/** For the last poll at the deadline, and for the cancel after it. ms */
export const lastGrace = 2_000;

const asks = (state: TaskState) => state.endsWith('required');

/** What the caller knows already, beyond the options. */
export interface WaitStart<T> {
  /** The snapshot the wait begins with: no poll is due before the schedule's minimum. */
  snapshot?: T | undefined;
  /** When the task began, if the options do not say: epoch ms. */
  startedAt?: number;
  /** Resolves when there is something new: a pause ends then, and the source knows it. */
  awaken?: () => Promise<unknown>;
  /** What is under way, for an owner to close. */
  open?: OpenSteps;
  /** Told what `onUpdate` threw. */
  onListenerError?: ((error: unknown) => void) | undefined;
}

/**
 * Asks a source until the task stops. Settles in the same turn as the signal fires, and leaves nothing behind however
 * it ends.
 */
export async function waitUntilStopped<T extends TaskLike>(
  source: TaskSource<T>,
  taskId: string,
  options: WaitOptions<T>,
  start: WaitStart<T> = {},
): Promise<T> {
  const checked = checkWaitOptions(source, taskId, options);
  const { signal, cancelOnAbort } = options;
  const run = async (stop: AbortSignal) => {
    const wait = new Wait(source, taskId, checked, start);
    let delay = await wait.learn(start.snapshot as T, stop);
    while (delay !== undefined) {
      const until = latest(delay);
      if (delay > 0) await within(delay, stop, start.awaken ?? never);
      if (Date.now() > until) wait.excuse();
      delay = await wait.round(stop);
    }
    return wait.task as T;
  };
  try {
    // The deadline is the wait's own: it gives the task a last chance.
    return (await within(Infinity, signal, run, start.open)) as T;
  } catch (error) {
    if (cancelOnAbort && signal?.aborted && error instanceof AbortedError) cancelUnawaited(source, taskId);
    throw error;
  }
}

/** For a caller who has gone: neither awaited nor heard. */
export function cancelUnawaited(source: TaskSource, taskId: string): void {
  notify(() => source.cancel?.(taskId), undefined);
}

/** Until when a pause that begins now may last, epoch ms: after that, the machine has slept. */
export function latest(delay: number): number {
  return Date.now() + delay + Math.max(5_000, 2 * delay);
}

/** One wait, and what it remembers from poll to poll: the one place that decides whether a task has stopped. */
export class Wait<T extends TaskLike> {
  readonly id: string;
  /** How the task stood last. */
  task: T | undefined;
  /** In a row. */
  failures = 0;
  readonly #source: TaskSource<T>;
  readonly #checked: CheckedWaitOptions<T>;
  readonly #start: WaitStart<T>;
  readonly #startedAt: number;
  readonly #begun = now();
  readonly #observed: Record<string, number> = {};
  /** What `onUpdate` was last told of. */
  #told: string | undefined;
  /** The interruption that was answered, or that the caller chose to sit out. */
  #heard: Snapshot | undefined;
  /** When the task, for all we know, began to work: its creation, or the last answer to it. */
  #ageFrom: number;
  #attempt = 0;
  #lastFailure: unknown;
  #lastSuccess = this.#begun;

  constructor(source: TaskSource<T>, id: string, checked: CheckedWaitOptions<T>, start: WaitStart<T>) {
    this.#source = source;
    this.id = id;
    this.#checked = checked;
    this.#start = start;
    this.#startedAt = checked.startedAt ?? start.startedAt ?? Date.now();
    this.#ageFrom = this.#begun - Math.max(0, Date.now() - this.#startedAt);
  }

  /** Of the task, for all we know, ms. */
  get age(): number {
    return now() - this.#ageFrom;
  }

  /** The machine slept: that silence was not the server's. */
  excuse(): void {
    this.#lastSuccess = now();
  }

  /**
   * Takes what was learned of the task.
   *
   * @returns ms until the next round; `undefined` if the task has stopped
   * @throws how the wait ends, if it does not end well
   */
  async learn(task: T, stop: AbortSignal): Promise<number | undefined> {
    const snapshot = readSnapshot(task);
    if (!snapshot) return 0;
    const { throwOnFailure = true, onInterrupted, onUpdate } = this.#checked.given;
    const { state, said, print } = snapshot;
    const Ending = endings[state];
    this.task = task;
    if (onUpdate && print !== this.#told) {
      this.#told = print;
      notify(onUpdate, task, this.#start.onListenerError);
    }
    if (asks(state) && onInterrupted) {
      if (await this.#answered(task, snapshot, onInterrupted, stop)) return undefined;
    } else {
      // Whatever it asks next is another question, even in the same words. (A dated one may still come late.)
      if (!this.#heard?.timestamp) this.#heard = undefined;
      if (Ending && throwOnFailure) throw new Ending({ id: this.id, state, said }, task);
      if (state === 'completed' || Ending) return undefined;
    }
    return this.#checked.startedAt === undefined || this.#attempt ? this.delay() : 0;
  }

  /**
   * Asks once.
   *
   * @returns ms until the next round; `undefined` if the task has stopped
   * @throws how the wait ends, if it does not end well
   */
  async round(stop: AbortSignal): Promise<number | undefined> {
    const remaining = this.#remaining;
    // Timers may be early by a fraction.
    const isLast = remaining < 1;
    const limit = Math.min(this.#checked.requestTimeout, isLast ? lastGrace : remaining);
    this.#attempt += 1;
    let answer: T | typeof timedOut | undefined;
    let snapshot: Snapshot | undefined;
    let delay: number | undefined;
    this.#lastFailure = undefined;
    try {
      answer = await within(limit, stop, signal => this.#source.getTask(this.id, { signal }));
      if (answer === timedOut) throw new RequestTimeoutError(`getTask took ${limit} ms.`, limit);
      snapshot = readSnapshot(answer);
      if (!snapshot) throw new A2AError('getTask gave no task.', { code: 'not-a-task' });
    } catch (error) {
      this.#lastFailure = error;
      delay = this.#bear(error);
    }
    if (snapshot) {
      this.failures = 0;
      this.excuse();
      this.#count(snapshot.state);
      delay = await this.learn(answer as T, stop);
    }
    return isLast && delay !== undefined ? this.giveUp(stop) : delay;
  }

  get #remaining(): number {
    return this.#begun + this.#checked.timeout - now();
  }

  /** ms until the next round, if nothing comes in between. */
  delay(ms = nextDelay(this.#checked.schedule, this.age, this.#attempt)): number {
    return Math.max(0, Math.min(ms, this.#remaining));
  }

  #count(outcome: string): void {
    const seen = this.#observed;
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }

  /** Bears a failed poll, or ends the wait with it. Returns how long to leave the server alone, ms. */
  #bear(error: unknown): number {
    const { minimum } = this.#checked.schedule;
    const { kind, label, hint } = readFailure(error, this.task !== undefined);
    this.failures += 1;
    this.#count(label);
    const isMissing = kind === 'not-found';
    if (isMissing && this.age < creationGrace) return this.delay(minimum);
    if (isMissing && this.task) throw new TaskLostError(this.id, this.task, error);
    if (kind !== 'transient') throw error;
    const silence = now() - this.#lastSuccess;
    if (this.failures >= failuresBorne && silence >= silenceBorne) {
      throw new TaskUnreachableError(this.id, silence, this.task, error);
    }
    return this.delay(failureDelay(this.failures, minimum, hint));
  }

  /** Hands the agent's question on, once, and its answer back. */
  async #answered(
    taken: T,
    asked: Snapshot,
    onAsked: NonNullable<WaitOptions<T>['onInterrupted']>,
    stop: AbortSignal,
  ): Promise<boolean> {
    const { id } = this;
    const bounded = <R>(step: (signal: AbortSignal) => R | Promise<R>) => within(this.#remaining, stop, step);
    if (asked.statusKey === this.#heard?.statusKey || this.#remaining <= 0) return false;
    this.#heard = asked;
    const input = await bounded(() => onAsked(taken));
    if (input === undefined || input === timedOut) return false;
    const message = { ...toFullMessage(input), taskId: id, contextId: asked.contextId };
    const reply = await bounded(signal => this.#source.sendMessage?.(message, { signal }));
    this.#ageFrom = now();
    const snapshot = readSnapshot(reply);
    // An agent may open another task instead: that one says nothing about this. If it asks again, that is for the next
    // poll to see: two programs must not talk each other into a hot loop.
    const isOfIt = snapshot && !asks(snapshot.state) && (reply as TaskLike).id === id;
    return !!isOfIt && (await this.learn(reply as T, stop)) === undefined;
  }

  /**
   * The time is up.
   *
   * @param patience ms; for the answer to a cancel
   * @throws {WaitTimeoutError} unless it is canceled too late
   */
  async giveUp(stop: AbortSignal, patience = lastGrace): Promise<undefined> {
    const { id } = this;
    if (this.#checked.given.cancelOnTimeout) {
      const canceled = within(patience, stop, signal => this.#source.cancel?.(id, { signal }));
      const reply = await canceled.catch(() => undefined);
      const snapshot = readSnapshot(reply);
      if (snapshot) this.task = reply as T;
      // It was faster than the cancel.
      if (snapshot?.state === 'completed') return;
    }
    throw new WaitTimeoutError(
      `Task ${id} did not end`,
      {
        waited: now() - this.#begun,
        observed: this.#observed,
        lastTask: this.task,
        token: { version: 1, taskId: id, startedAt: this.#startedAt },
      },
      this.#lastFailure,
      readSnapshot(this.task)?.state === 'canceled' ? ' It was canceled.' : undefined,
    );
  }
}
