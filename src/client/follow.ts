import { decodeStreamEvent } from '../dialects/decode-event.js';
import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import { integerOption } from '../errors/options.js';
import { RpcError, TaskNotFoundError } from '../errors/rpc.js';
import { StreamInterruptedError } from '../errors/stream.js';
import { HttpError, NetworkError, RequestTimeoutError } from '../errors/wire.js';
import { isStopped } from '../model/state.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { Story } from '../wait/story.js';
import { type Delays, delayOptions } from './options.js';
import type { Results } from './results.js';
import { backoff } from './retry.js';

export interface ReconnectOptions {
  /** How often in a row to try without hearing anything new. @default 5 */
  attempts?: number | undefined;
  /** ms; the delay before the first attempt, doubled for each further one, with full jitter. @default 1_000 */
  minDelay?: number | undefined;
  /** ms; no delay is longer. @default 30_000 */
  maxDelay?: number | undefined;
}

/** `ReconnectOptions` that were looked at. */
export interface Reconnect extends Delays {
  attempts: number;
}

/** @throws TypeError that names the option */
export function reconnectOption(option: boolean | ReconnectOptions | null | undefined): Reconnect {
  const options = typeof option === 'object' && option ? option : {};
  const usual = (option ?? true) ? 5 : 0;
  return {
    attempts: integerOption('reconnect.attempts', options.attempts, usual, 0, 1_000),
    ...delayOptions('reconnect', options, 1_000, 30_000),
  };
}

/** How a stream is begun, and taken up again after it broke off. */
export interface Line {
  open(): Promise<Results>;
  /** Absent where the dialect cannot. */
  resume?: ((taskId: string) => Promise<Results>) | undefined;
  getTask(taskId: string): Promise<Task>;
  /** Resolves after so many ms; rejects when the stream is left. */
  pause(ms: number): Promise<unknown>;
  /** Resolves with `undefined` if the step takes more than so many ms. */
  soon<R>(ms: number, step: Promise<R>): Promise<R | undefined>;
}

/** Some servers tell the whole task once more when it is over, ms. */
const afterword = 250;
/** How long a connection that may have missed something may be silent before the store is asked for the first time, ms. */
const silence = 1_000;
/** How long any other may be: a proxy may keep a connection that nobody writes to any more, ms. */
const longSilence = 30_000;
/** The longest between two questions, ms. */
const longestSilence = 120_000;
/** How long an answer of the store may hold up the stream, ms. */
const storePatience = 5_000;

/** What a connection that failed may be cured of by another one. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof NetworkError ||
    error instanceof RequestTimeoutError ||
    (error instanceof HttpError && ([408, 429].includes(error.status) || error.status > 499))
  );
}

/** Whether the stream was left, or its client closed. */
function isLeaving(error: unknown): boolean {
  return error instanceof AbortedError || (error instanceof A2AError && error.code === 'closed');
}

/** What one connection has told. */
interface Hearing {
  /** Whether another one was before it. */
  readonly isResumed: boolean;
  /** Whether it has told anything. */
  isHeard: boolean;
  /** Whether what passed before it is known. */
  isWhole: boolean;
}

/**
 * Follows a task by its stream, over as many connections as that takes. Ends only where the task is over, waits for
 * somebody, or has answered with a message. Tells several events at once where several came in one piece: handing them
 * on one by one costs more than decoding them.
 *
 * @param subscribed the task's id, where it is known already
 * @throws {StreamInterruptedError} if it broke off before that and could not be taken up again
 */
export async function* follow(
  line: Line,
  policy: Reconnect,
  subscribed?: string,
): AsyncGenerator<StreamEvent[], void, undefined> {
  const story = new Story(subscribed);
  let attempt = 0;
  for (let isResumed = false; ; isResumed = true) {
    const hearing: Hearing = { isResumed, isHeard: false, isWhole: !isResumed && subscribed === undefined };
    let results: Results | undefined;
    let cause: unknown;
    try {
      const { taskId } = story;
      results = await (isResumed && line.resume && taskId !== undefined ? line.resume(taskId) : line.open());
      for await (const events of listen(line, story, results, hearing)) {
        if (events.length > 0) attempt = 0;
        yield events;
      }
    } catch (error) {
      if (isLeaving(error) || error instanceof StreamInterruptedError) throw error;
      cause = error;
    } finally {
      results?.return().catch(() => {});
    }
    // Whatever comes after the end does not undo it.
    if (story.isOver || (story.mayEnd && cause === undefined)) return;
    const { taskId } = story;
    const isRefused = cause instanceof RpcError;
    let isBorne = cause === undefined || (results && isPassing(cause));
    let known: StreamEvent[] = [];
    if (!hearing.isHeard && taskId !== undefined && (isRefused || isResumed || cause === undefined)) {
      // Most servers refuse to tell of a task that is over, before the stream or within it, or end without a word: the
      // store knows.
      const isExplained = isRefused && (cause as RpcError).constructor !== RpcError;
      known = caughtUp(story, hearing, await stored(line, story, !isExplained));
      isBorne ||= isResumed || story.mayEnd;
    }
    if (!isBorne) throw cause;
    if (known.length > 0) attempt = 0;
    yield known;
    if (story.isOver || (story.mayEnd && !isPassing(cause))) return;
    if (taskId === undefined || !line.resume || attempt >= policy.attempts)
      throw new StreamInterruptedError(story.value, taskId, cause);
    await line.pause(backoff(attempt, policy));
    attempt += 1;
    story.beginGap();
  }
}

/** What one connection tells, to its end; where it may have missed something and is silent, what the store tells. */
async function* listen(
  line: Line,
  story: Story,
  results: Results,
  hearing: Hearing,
): AsyncGenerator<StreamEvent[], void, undefined> {
  let next: ReturnType<Results['next']> | undefined;
  let patience = hearing.isWhole ? longSilence : silence;
  let end: number | undefined;
  for (;;) {
    if (story.isOver) end ??= now() + afterword;
    // An agent that asks may hold the connection, too.
    const limit = end ? end - now() : story.isAsking ? silence : line.resume ? patience : Infinity;
    if (limit <= 0) return;
    next ??= results.next();
    const came = await line.soon(limit, next);
    if (!came && !story.mayEnd) {
      patience = Math.min(2 * patience, longestSilence);
      // Whichever comes first: a slow store must not hold up what the stream tells.
      yield caughtUp(story, hearing, await Promise.race([stored(line, story), next.then(() => undefined)]));
      if (story.mayEnd) return;
      continue;
    }
    if (!came || came.done) return;
    next = undefined;
    const events: StreamEvent[] = [];
    try {
      for (const result of came.value) {
        const event = decodeStreamEvent(result);
        const isFirst = !hearing.isHeard;
        hearing.isHeard = true;
        hearing.isWhole ||= isTask(event);
        if (hearing.isResumed && isTask(event)) {
          events.push(...story.catchUp(event, 'stream'));
          continue;
        }
        const isEnd = event.kind === 'status-update' && event.final && !story.isOver;
        // A connection that goes on without saying from where: the store knows what came before.
        if (isFirst && !hearing.isWhole)
          events.push(...caughtUp(story, hearing, await stored(line, story, false)));
        if (hearing.isResumed && isEnd) events.push(...(await missedAtEnd(line, story, hearing)));
        if (story.take(event)) events.push(event);
      }
    } finally {
      // What came before something garbled is told before that.
      yield events;
    }
  }
}

/** What the store, if it could be asked, tells beyond what was heard. */
function caughtUp(story: Story, hearing: Hearing, task: Task | undefined): StreamEvent[] {
  if (!task) return [];
  hearing.isWhole = true;
  return story.catchUp(task);
}

/**
 * What a gap swallowed must be told before the end is.
 *
 * @throws {StreamInterruptedError} where nobody knows
 */
async function missedAtEnd(line: Line, story: Story, { isWhole }: Hearing): Promise<StreamEvent[]> {
  // A store may lag behind the stream.
  for (let asked = 0; asked < 3; asked += 1) {
    if (asked > 0) await line.pause(silence / 4);
    const task = await stored(line, story);
    if (task && (isWhole || isStopped(task))) return story.complete(task);
    if (isWhole) return [];
  }
  throw new StreamInterruptedError(story.value, story.taskId, undefined);
}

/**
 * The task as it is stored; nothing, if the store cannot be asked, or takes too long.
 *
 * @throws {TaskNotFoundError} if there is none, and nothing was told of it either, unless that is explained already
 */
async function stored(
  line: Line,
  { taskId = '', value }: Story,
  mayBeMissing = true,
): Promise<Task | undefined> {
  const asked = line.getTask(taskId).catch(error => {
    // Where nobody can subscribe, that is what there is to say.
    const isMissing = mayBeMissing && error instanceof TaskNotFoundError && !value && line.resume;
    if (isLeaving(error) || isMissing) throw error;
    return undefined;
  });
  return line.soon(storePatience, asked);
}
