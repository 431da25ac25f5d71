import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import {
  TaskCanceledError,
  type TaskFacts,
  TaskFailedError,
  TaskInterruptedError,
  TaskLostError,
  TaskRejectedError,
  type TaskStoppedError,
  TaskUnreachableError,
  WaitTimeoutError,
} from '../errors/wait.js';
import { RequestTimeoutError } from '../errors/wire.js';
import { toFullMessage } from '../model/message.js';
import type { TaskState } from '../model/state.js';
import { now } from '../time/clock.js';
import { notify } from '../time/notify.js';
import { failureDelay, nextDelay } from '../time/schedule.js';
import { never, type OpenSteps, timedOut, within } from '../time/within.js';
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
const lastGrace = 2_000;

/** How a wait ends that does not end well. */
const endings: Partial<Record<TaskState, new <T>(facts: TaskFacts, task: T) => TaskStoppedError<T>>> = {
  failed: TaskFailedError,
  canceled: TaskCanceledError,
  rejected: TaskRejectedError,
  'input-required': TaskInterruptedError,
  'auth-required': TaskInterruptedError,
};

const asks = (state: TaskState) => state.endsWith('required');

/** What the caller knows already, beyond the options. */
export interface WaitStart<T> {
  /** The snapshot the wait begins with: no poll is due before the schedule's minimum. */
  snapshot?: T | undefined;
  /** When the task began, if the options do not say: epoch ms. */
  startedAt?: number;
  /** What is under way, for an owner to close. */
  open?: OpenSteps;
  /** Told what `onUpdate` threw. */
  onListenerError?: ((error: unknown) => void) | undefined;
}

/**
 * Asks a source until the task stops; the one place that decides whether it has. Settles in the same turn as the
 * signal fires, and leaves nothing behind however it ends.
 */
export async function waitUntilStopped<T extends TaskLike>(
  source: TaskSource<T>,
  taskId: string,
  options: WaitOptions<T>,
  start: WaitStart<T> = {},
): Promise<T> {
  const checked = checkWaitOptions(source, taskId, options);
  const { signal, cancelOnAbort } = options;
  const run = (stop: AbortSignal) => new Wait(source, taskId, checked, start, stop).run();
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
  (async () => source.cancel?.(taskId))().catch(() => {});
}

class Wait<T extends TaskLike> {
  readonly #source: TaskSource<T>;
  readonly #id: string;
  readonly #options: CheckedWaitOptions<T>;
  readonly #start: WaitStart<T>;
  readonly #stop: AbortSignal;
  readonly #begun = now();
  readonly #startedAt: number;
  readonly #deadline: number;
  readonly #observed: Record<string, number> = {};
  #task: T | undefined;
  /** What `onUpdate` was last told of. */
  #print: string | undefined;
  /** The interruption that was answered, or that the caller chose to sit out. */
  #heard: Snapshot | undefined;
  /** When the task, for all we know, began to work: its creation, or the last answer to it. */
  #ageFrom: number;
  #failures = 0;
  #lastSuccess = this.#begun;

  constructor(
    source: TaskSource<T>,
    id: string,
    options: CheckedWaitOptions<T>,
    start: WaitStart<T>,
    stop: AbortSignal,
  ) {
    this.#stop = stop;
    this.#source = source;
    this.#id = id;
    this.#options = options;
    this.#start = start;
    this.#startedAt = options.startedAt ?? start.startedAt ?? Date.now();
    this.#ageFrom = this.#begun - Math.max(0, Date.now() - this.#startedAt);
    this.#deadline = this.#begun + options.timeout;
  }

  async run(): Promise<T> {
    const { requestTimeout, startedAt } = this.#options;
    let delay = 0;
    const given = this.#start.snapshot;
    const known = readSnapshot(given);
    if (given && known) {
      if (await this.#hasStopped(given, known)) return given;
      if (startedAt === undefined) delay = this.#nextDelay(0);
    }
    for (let attempt = 1; ; attempt += 1) {
      const cut = delay >= this.#remaining();
      await this.#pause(cut ? this.#remaining() : delay);
      const last = cut || this.#remaining() <= 0;
      const answer = await this.#ask(Math.min(requestTimeout, last ? lastGrace : this.#remaining()));
      if ('failed' in answer) {
        delay = this.#bear(answer.failed);
      } else {
        this.#failures = 0;
        this.#lastSuccess = now();
        this.#count(answer.snapshot.state);
        if (await this.#hasStopped(answer.task, answer.snapshot)) return this.#task ?? answer.task;
        delay = this.#nextDelay(attempt);
      }
      if (last) return this.#giveUp();
    }
  }

  #remaining(): number {
    return this.#deadline - now();
  }

  #nextDelay(attempt: number): number {
    return nextDelay(this.#options.schedule, now() - this.#ageFrom, attempt);
  }

  #within<R>(ms: number, step: (signal: AbortSignal) => R | Promise<R>): Promise<R | typeof timedOut> {
    return within(ms, this.#stop, step);
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const until = Date.now() + ms + Math.max(5_000, 2 * ms);
    await this.#within(ms, never);
    // The machine slept: that silence was not the server's.
    if (Date.now() > until) this.#lastSuccess = now();
  }

  #count(outcome: string): void {
    this.#observed[outcome] = (this.#observed[outcome] ?? 0) + 1;
  }

  async #ask(timeout: number): Promise<{ task: T; snapshot: Snapshot } | { failed: unknown }> {
    try {
      const task = await this.#within(timeout, signal => this.#source.getTask(this.#id, { signal }));
      if (task === timedOut)
        return { failed: new RequestTimeoutError(`getTask took ${timeout} ms.`, timeout) };
      const snapshot = readSnapshot(task);
      return snapshot
        ? { task, snapshot }
        : { failed: new A2AError('getTask gave no task.', { code: 'not-a-task' }) };
    } catch (error) {
      return { failed: error };
    }
  }

  /** Takes a failed poll, or ends the wait with it. Returns how long to leave the server alone, ms. */
  #bear(error: unknown): number {
    const { minimum } = this.#options.schedule;
    const { kind, label, hint } = readFailure(error, this.#task !== undefined);
    this.#failures += 1;
    this.#count(label);
    if (kind === 'not-found') {
      if (now() - this.#ageFrom < creationGrace) return minimum;
      throw this.#task ? new TaskLostError(this.#id, this.#task, error) : error;
    }
    if (kind === 'fatal') throw error;
    const silence = now() - this.#lastSuccess;
    if (this.#failures >= failuresBorne && silence >= silenceBorne) {
      throw new TaskUnreachableError(this.#id, silence, this.#task, error);
    }
    return failureDelay(this.#failures, minimum, hint);
  }

  /** Takes a snapshot, and says whether the wait is over with it. */
  async #hasStopped(task: T, snapshot: Snapshot): Promise<boolean> {
    const { throwOnFailure = true, onInterrupted } = this.#options.given;
    this.#task = task;
    this.#tell(task, snapshot.print);
    const { state, said } = snapshot;
    if (asks(state)) {
      if (onInterrupted) return this.#answer(task, snapshot, onInterrupted);
    } else if (!this.#heard?.timestamp) {
      // Whatever it asks next is another question, even in the same words. (A dated one may still come late.)
      this.#heard = undefined;
    }
    const Ending = endings[state];
    if (Ending && throwOnFailure) throw new Ending({ id: this.#id, state, said }, task);
    return state === 'completed' || !!Ending;
  }

  #tell(task: T, print: string): void {
    if (print === this.#print) return;
    this.#print = print;
    notify(this.#options.given.onUpdate, task, this.#start.onListenerError);
  }

  /** Hands the agent's question on, once, and its answer back. */
  async #answer(
    task: T,
    asked: Snapshot,
    onInterrupted: NonNullable<WaitOptions<T>['onInterrupted']>,
  ): Promise<boolean> {
    if (asked.statusKey === this.#heard?.statusKey || this.#remaining() <= 0) return false;
    this.#heard = asked;
    const input = await this.#within(this.#remaining(), () => onInterrupted(task));
    if (input === undefined || input === timedOut) return false;
    const message = { ...toFullMessage(input), taskId: this.#id, contextId: asked.contextId };
    const reply = await this.#within(this.#remaining(), signal =>
      this.#source.sendMessage?.(message, { signal }),
    );
    this.#ageFrom = now();
    const snapshot = readSnapshot(reply);
    // An agent may open another task instead: that one says nothing about this. If it asks again, that is for the next
    // poll to see: two programs must not talk each other into a hot loop.
    const settled = !!snapshot && !asks(snapshot.state) && (reply as TaskLike).id === this.#id;
    return settled && this.#hasStopped(reply as T, snapshot);
  }

  async #giveUp(): Promise<T> {
    if (this.#options.given.cancelOnTimeout) {
      const reply = await this.#within(lastGrace, signal =>
        this.#source.cancel?.(this.#id, { signal }),
      ).catch(() => undefined);
      const snapshot = readSnapshot(reply);
      if (snapshot) this.#task = reply as T;
      // It was faster than the cancel.
      if (snapshot?.state === 'completed') return reply as T;
    }
    throw new WaitTimeoutError(`Task ${this.#id} did not end`, {
      waited: now() - this.#begun,
      observed: this.#observed,
      lastTask: this.#task,
      token: { version: 1, taskId: this.#id, startedAt: this.#startedAt },
    });
  }
}
