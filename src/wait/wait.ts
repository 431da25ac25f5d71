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
const lastGrace = 2_000;

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
  const run = (stop: AbortSignal) => judge(source, taskId, checked, start, stop);
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

/** The wait itself: one loop, and what it remembers from poll to poll. */
async function judge<T extends TaskLike>(
  source: TaskSource<T>,
  id: string,
  { timeout, requestTimeout, schedule, startedAt: given, given: options }: CheckedWaitOptions<T>,
  start: WaitStart<T>,
  stop: AbortSignal,
): Promise<T> {
  const { throwOnFailure = true, onInterrupted, onUpdate, cancelOnTimeout } = options;
  const begun = now();
  const startedAt = given ?? start.startedAt ?? Date.now();
  const deadline = begun + timeout;
  const observed: Record<string, number> = {};
  let task: T | undefined;
  /** What `onUpdate` was last told of. */
  let told: string | undefined;
  /** The interruption that was answered, or that the caller chose to sit out. */
  let heard: Snapshot | undefined;
  /** When the task, for all we know, began to work: its creation, or the last answer to it. */
  let ageFrom = begun - Math.max(0, Date.now() - startedAt);
  let failures = 0;
  let lastFailure: unknown;
  let lastSuccess = begun;

  const remaining = () => deadline - now();
  const bounded = <R>(ms: number, step: (signal: AbortSignal) => R | Promise<R>) => within(ms, stop, step);
  const count = (outcome: string) => {
    observed[outcome] = (observed[outcome] ?? 0) + 1;
  };

  /** Whether it was cut short, because there is something new. */
  async function pause(ms: number): Promise<boolean> {
    if (ms <= 0) return false;
    const until = Date.now() + ms + Math.max(5_000, 2 * ms);
    const ended = await bounded(ms, start.awaken ?? never);
    // The machine slept: that silence was not the server's.
    if (Date.now() > until) lastSuccess = now();
    return ended !== timedOut;
  }

  async function ask(ms: number): Promise<{ answer: T; snapshot: Snapshot } | undefined> {
    try {
      const answer = await bounded(ms, signal => source.getTask(id, { signal }));
      if (answer === timedOut) throw new RequestTimeoutError(`getTask took ${ms} ms.`, ms);
      const snapshot = readSnapshot(answer);
      if (snapshot) return { answer, snapshot };
      throw new A2AError('getTask gave no task.', { code: 'not-a-task' });
    } catch (error) {
      lastFailure = error;
      return undefined;
    }
  }

  /** Bears a failed poll, or ends the wait with it. Returns how long to leave the server alone, ms. */
  function bear(error: unknown): number {
    const { minimum } = schedule;
    const { kind, label, hint } = readFailure(error, task !== undefined);
    failures += 1;
    count(label);
    if (kind === 'not-found') {
      if (now() - ageFrom < creationGrace) return minimum;
      throw task ? new TaskLostError(id, task, error) : error;
    }
    if (kind === 'fatal') throw error;
    const silence = now() - lastSuccess;
    if (failures >= failuresBorne && silence >= silenceBorne) {
      throw new TaskUnreachableError(id, silence, task, error);
    }
    return failureDelay(failures, minimum, hint);
  }

  /** Takes a snapshot, and says whether the wait is over with it. */
  async function hasStopped(taken: T, snapshot: Snapshot): Promise<boolean> {
    task = taken;
    const { state, said, print } = snapshot;
    if (print !== told) {
      told = print;
      notify(onUpdate, taken, start.onListenerError);
    }
    if (asks(state)) {
      if (onInterrupted) return answered(taken, snapshot, onInterrupted);
    } else if (!heard?.timestamp) {
      // Whatever it asks next is another question, even in the same words. (A dated one may still come late.)
      heard = undefined;
    }
    const Ending = endings[state];
    if (Ending && throwOnFailure) throw new Ending({ id, state, said }, taken);
    return state === 'completed' || !!Ending;
  }

  /** Hands the agent's question on, once, and its answer back. */
  async function answered(
    taken: T,
    asked: Snapshot,
    onAsked: NonNullable<WaitOptions<T>['onInterrupted']>,
  ): Promise<boolean> {
    if (asked.statusKey === heard?.statusKey || remaining() <= 0) return false;
    heard = asked;
    const input = await bounded(remaining(), () => onAsked(taken));
    if (input === undefined || input === timedOut) return false;
    const message = { ...toFullMessage(input), taskId: id, contextId: asked.contextId };
    const reply = await bounded(remaining(), signal => source.sendMessage?.(message, { signal }));
    ageFrom = now();
    const snapshot = readSnapshot(reply);
    // An agent may open another task instead: that one says nothing about this. If it asks again, that is for the next
    // poll to see: two programs must not talk each other into a hot loop.
    const settled = !!snapshot && !asks(snapshot.state) && (reply as TaskLike).id === id;
    return settled && hasStopped(reply as T, snapshot);
  }

  async function giveUp(): Promise<T> {
    if (cancelOnTimeout) {
      const canceled = bounded(lastGrace, signal => source.cancel?.(id, { signal }));
      const reply = await canceled.catch(() => undefined);
      const snapshot = readSnapshot(reply);
      if (snapshot) task = reply as T;
      // It was faster than the cancel.
      if (snapshot?.state === 'completed') return reply as T;
    }
    throw new WaitTimeoutError(
      `Task ${id} did not end`,
      { waited: now() - begun, observed, lastTask: task, token: { version: 1, taskId: id, startedAt } },
      lastFailure,
      task && readSnapshot(task)?.state === 'canceled' ? ' It was canceled.' : undefined,
    );
  }

  let delay = 0;
  const first = start.snapshot;
  const known = readSnapshot(first);
  if (first && known) {
    if (await hasStopped(first, known)) return first;
    if (given === undefined) delay = nextDelay(schedule, now() - ageFrom, 0);
  }
  for (let attempt = 1; ; attempt += 1) {
    const cut = delay >= remaining();
    const isAwakened = await pause(cut ? remaining() : delay);
    const last = (cut && !isAwakened) || remaining() <= 0;
    const asked = await ask(Math.min(requestTimeout, last ? lastGrace : remaining()));
    if (asked) {
      failures = 0;
      lastFailure = undefined;
      lastSuccess = now();
      count(asked.snapshot.state);
      if (await hasStopped(asked.answer, asked.snapshot)) return task ?? asked.answer;
      delay = nextDelay(schedule, now() - ageFrom, attempt);
    } else {
      delay = bear(lastFailure);
    }
    if (last) return giveUp();
  }
}
