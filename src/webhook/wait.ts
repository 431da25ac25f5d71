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
import type { Reception } from './reception.js';
import {
  gone,
  isGood,
  onlyTaskOf,
  type Registration,
  type Registrations,
  registrationKeyOf,
  taskChannel,
} from './registrations.js';
import type { WebhookStore } from './store.js';
import { isOlder } from './task-record.js';

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
  reception: Pick<Reception, 'refused'>;
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
/** For the last question at the deadline, and for what a store may be behind, ms. */
const lastGrace = 2_000;
/** For a store that hangs, ms. */
const longestLook = 10_000;
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
  const requestTimeout = durationOption('requestTimeout', options.requestTimeout, 30_000, Infinity);
  const wait = startWait(place, target, { ...options, timeout, requestTimeout });
  try {
    // The deadline is the wait's own: it asks once more.
    return (await within(Infinity, signal, stop => wait.run(stop), place.open)) as Task;
  } finally {
    wait.leave();
  }
}

/** One wait, and what it remembers from look to look. */
function startWait(
  { store, registrations, inbox, hasShared, reception }: WaitPlace,
  target: string | Pick<Registration, 'id'>,
  options: NotificationWaitOptions & { timeout: number; requestTimeout: number },
) {
  const { source, since, requestTimeout } = options;
  const begun = now();
  const deadline = begun + options.timeout;
  /** By channel. */
  const subscriptions = new Map<string, () => Promise<void>>();
  const observed: Record<string, number> = {};
  let hasLeft = false;
  let isAwake = false;
  let wakeUp = () => {};
  let taskId = typeof target === 'string' ? target : undefined;
  /** The registration's id, or 'shared', once that is known. */
  let scope: string | undefined;
  /** Where the task's notifications are kept, once that is known. */
  let key: string | undefined;
  let isForMany = false;
  /** Whether nothing can be notified any more. */
  let isGone = false;
  /** What notifications told at the last look. */
  let text: string | undefined;
  let told: Task | undefined;
  let toldAt = begun;
  let lastTask: Task | undefined;
  let askedAt = -Infinity;
  let failures = 0;
  let lastFailure: unknown;

  /** Subscribes, looks, asks, sleeps, and so on. The store is the truth; a wake only says when to look. */
  async function run(stop: AbortSignal): Promise<Task> {
    let mustAsk = false;
    for (let wasWoken = false; ; ) {
      isAwake = false;
      const isChanged = await look(stop);
      demand(!isForMany, 'target', 'a task id for a registration for many', target);
      const end = isChanged && told && hasStopped(told) ? told : undefined;
      if (end && !source) return settle(end);
      if (isGone && !(source && taskId)) throw gone((target as Registration).id);
      // Woken, but nothing new is kept: what came is not to be relied on. Only news of work under way are enough.
      if (end || !wasWoken || !isChanged) mustAsk = !!source;
      let pause = mustAsk && taskId !== undefined ? askedAt + leastPause - now() : Infinity;
      if (pause <= 0) {
        mustAsk = false;
        pause = Infinity;
        const found = await findEnd(stop, deadline - now(), failuresBorne);
        if (found) return settle(found);
      }
      const remaining = deadline - now();
      if (remaining <= 0) return giveUp(stop);
      if (!isAwake) {
        const woken = () =>
          new Promise<void>(resolve => {
            wakeUp = resolve;
          });
        await within(Math.min(pause, delay(), remaining), stop, woken);
      }
      wasWoken = isAwake;
    }
  }

  /** Lets go of what it subscribed to. */
  function leave(): void {
    hasLeft = true;
    for (const unsubscribe of subscriptions.values()) unsubscribe().catch(() => {});
  }

  /** Reads what is kept, and says whether that has changed; in time, though the store hangs. */
  async function look(stop: AbortSignal): Promise<boolean> {
    const limit = Math.min(Math.max(deadline - now(), lastGrace), longestLook);
    try {
      const isChanged = await within(limit, stop, read);
      if (isChanged !== timedOut) return isChanged;
    } catch (error) {
      if (stop.aborted) throw error;
      lastFailure = error;
    }
    count('store failed');
    return false;
  }

  /** @param signal after whose end what is read is out of date */
  async function read(signal: AbortSignal): Promise<boolean> {
    await locate(signal);
    if (key === undefined) return false;
    await subscribe(key);
    const latest = await inbox.latest(key);
    if (latest.text === text || !latest.task || signal.aborted) return false;
    ({ text, task: told } = latest);
    toldAt = now();
    count(`notified ${latest.task.status.state}`);
    update(latest.task);
    return true;
  }

  /** Finds out which task it is about, and where that is told of. */
  async function locate(signal: AbortSignal): Promise<void> {
    let id = taskId;
    let there: string | undefined;
    if (typeof target === 'string') {
      await subscribe(taskChannel(target));
      // Another registration may say that it is about this task: that is for the application to decide.
      there = await registrations.boundTo(target);
      // One that is gone is told nothing any more.
      if (hasShared && !isGood(await registrations.find(there))) there = 'shared';
    } else {
      there = target.id;
      await subscribe(registrationKeyOf(there));
      const record = await registrations.find(there);
      isForMany = record?.tasks === 'many';
      // A store may not have it yet.
      isGone = record ? !isGood(record) : now() - begun >= lastGrace;
      // What is forgotten by now was for the task that was known before.
      if (record) id = onlyTaskOf(record);
    }
    const found = there && id && toldKeyOf(there, id);
    if (signal.aborted) return;
    scope = there;
    if (found === key) return;
    taskId = id;
    key = found;
    // What was known is about another task, or was told by somebody else.
    text = told = lastTask = lastFailure = undefined;
    failures = 0;
    askedAt = -Infinity;
  }

  async function subscribe(channel: string): Promise<void> {
    if (subscriptions.has(channel)) return;
    const unsubscribe = await store.subscribe(channel, () => {
      isAwake = true;
      wakeUp();
    });
    // It was left while this was on its way; or this hung, and another one was made.
    if (hasLeft || subscriptions.has(channel)) unsubscribe().catch(() => {});
    else subscriptions.set(channel, unsubscribe);
  }

  async function ask(stop: AbortSignal, ms: number): Promise<Task | undefined> {
    const id = taskId;
    if (!source || id === undefined) return undefined;
    askedAt = now();
    try {
      const task = await within(Math.min(ms, requestTimeout), stop, signal => source.getTask(id, { signal }));
      if (!isTask(task)) {
        throw new A2AError('getTask gave no task.', { code: task === timedOut ? 'timeout' : 'not-a-task' });
      }
      failures = 0;
      count(task.status.state);
      update(task);
      return task;
    } catch (error) {
      if (stop.aborted) throw error;
      failures += 1;
      lastFailure = error;
      count(String((error as { code?: unknown } | undefined)?.code ?? 'error'));
      return undefined;
    }
  }

  /**
   * Asks for the task, if it can be asked for; the end that was notified has to do where that fails.
   *
   * @param borne failures until then; of one that says that there is no such task, none is
   */
  async function findEnd(stop: AbortSignal, ms: number, borne: number): Promise<Task | undefined> {
    const before = key;
    const task = await ask(stop, ms);
    const isForgotten = (lastFailure as { name?: unknown } | undefined)?.name === 'TaskNotFoundError';
    const isEnough = failures >= (isForgotten ? 1 : borne);
    const end = task ?? (isEnough ? told : undefined);
    if (!end || !(task ? hasStopped(end) : isTerminal(end))) return undefined;
    // It may have been bound to another task meanwhile.
    await look(stop);
    return key === before ? end : undefined;
  }

  async function giveUp(stop: AbortSignal): Promise<Task> {
    const end = await findEnd(stop, lastGrace, 1);
    if (end) return settle(end);
    const refusal = reception.refused.get(scope);
    const unbound = key ? undefined : ' No registration is bound to it: call registration.bind(taskId).';
    const hint = refusal ? ` What came was refused: ${refusal}` : unbound;
    const waited = now() - begun;
    throw new WaitTimeoutError<Task>(
      taskId === undefined ? 'No notification came' : `Task ${taskId} did not stop`,
      {
        waited,
        observed,
        lastTask,
        token: taskId === undefined ? undefined : { version: 1, taskId, startedAt: Date.now() - waited },
      },
      lastFailure,
      hint,
    );
  }

  function hasStopped(task: Task): boolean {
    const { state, timestamp, message } = task.status;
    const isAnswered =
      since?.status.state === state &&
      since.status.timestamp === timestamp &&
      since.status.message?.messageId === message?.messageId;
    return isTerminal(task) || (isInterrupted(task) && !isAnswered);
  }

  function settle(task: Task): Task {
    const { state, message } = task.status;
    const Ending = endings[state];
    if (!Ending || options.throwOnFailure === false) return task;
    throw new Ending({ id: task.id, state, said: message && textOf(message) }, task);
  }

  /** ms until the next look, and the next question to the source. */
  function delay(): number {
    if (failures > 0) return failureDelay(failures, leastPause);
    return source && told && hasStopped(told)
      ? nextDelay(catchingUp, now() - toldAt, 0)
      : nextDelay(safety, now() - begun, 0);
  }

  function count(outcome: string): void {
    observed[outcome] = (observed[outcome] ?? 0) + 1;
  }

  function update(task: Task): void {
    // The source and what it notifies of may be behind each other.
    if (lastTask && isOlder(task, lastTask, Date.now())) return;
    lastTask = task;
    notify(options.onUpdate, task);
  }

  return { run, leave };
}
