import { decodeStreamEvent } from '../dialects/decode-event.js';
import { AbortedError } from '../errors/aborted.js';
import { durationOption, integerOption } from '../errors/options.js';
import { RpcError } from '../errors/rpc.js';
import { StreamInterruptedError } from '../errors/stream.js';
import { HttpError, NetworkError, RequestTimeoutError } from '../errors/wire.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isTask, type Task } from '../model/task.js';
import { Story } from '../wait/story.js';
import type { Results } from './results.js';

export interface ReconnectOptions {
  /** How often in a row to try without hearing anything new. @default 5 */
  attempts?: number | undefined;
  /** ms; the delay before the first attempt, doubled for each further one, with full jitter. @default 1_000 */
  minDelay?: number | undefined;
  /** ms; no delay is longer. @default 30_000 */
  maxDelay?: number | undefined;
}

/** `ReconnectOptions` that were looked at. */
export interface Reconnect {
  attempts: number;
  minDelay: number;
  maxDelay: number;
}

/** @throws TypeError that names the option */
export function reconnectOption(given: boolean | ReconnectOptions = true): Reconnect {
  const options = typeof given === 'object' ? given : {};
  const attempts = integerOption('reconnect.attempts', options.attempts, 5, 0, 1_000);
  return {
    attempts: given ? attempts : 0,
    minDelay: durationOption('reconnect.minDelay', options.minDelay, 1_000),
    maxDelay: durationOption('reconnect.maxDelay', options.maxDelay, 30_000),
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
  /** Resolves with `undefined` if the step takes more than a second. */
  soon<R>(step: Promise<R>): Promise<R | undefined>;
}

/** What a connection that failed may be cured of by another one. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof NetworkError ||
    error instanceof RequestTimeoutError ||
    (error instanceof HttpError && (error.status === 429 || error.status > 499))
  );
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
  { attempts, minDelay, maxDelay }: Reconnect,
  subscribed?: string,
): AsyncGenerator<StreamEvent[], void, undefined> {
  const story = new Story(subscribed);
  let results: Results | undefined = await line.open();
  let isResumed = false;
  let cause: unknown;
  for (let attempt = 0; ; attempt += 1) {
    try {
      let next: ReturnType<Results['next']> | undefined;
      // A connection that was taken up again may have missed the end: if it is silent, the store is asked once.
      let isUnsure = isResumed;
      while (results) {
        next ??= results.next();
        const came = story.isOver || isUnsure ? await line.soon(next) : await next;
        if (!came && !story.isOver) {
          isUnsure = false;
          yield await stored(line, story);
          if (story.mayEnd) break;
          continue;
        }
        if (!came || came.done) break;
        next = undefined;
        let news: StreamEvent[] = [];
        try {
          for (const result of came.value) {
            const event = decodeStreamEvent(result);
            if (isResumed && isTask(event)) {
              news = news.concat(story.catchUp(event, 'stream'));
              continue;
            }
            // What a gap swallowed must be told before the end is.
            if (isResumed && event.kind === 'status-update' && event.final)
              news = news.concat(await stored(line, story));
            if (!story.take(event)) continue;
            attempt = 0;
            news.push(event);
          }
        } finally {
          // What came before something garbled is told before that.
          yield news;
        }
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      cause = error;
    } finally {
      results?.return().catch(() => {});
    }
    if (story.mayEnd) return;
    const { taskId } = story;
    if (taskId === undefined || !line.resume || attempt >= attempts)
      throw new StreamInterruptedError(story.value, taskId, cause);
    await line.pause(Math.random() * Math.min(maxDelay, minDelay * 2 ** attempt));
    isResumed = true;
    results = undefined;
    cause = undefined;
    try {
      results = await line.resume(taskId);
    } catch (error) {
      if (!isPassing(error) && !(error instanceof RpcError)) throw error;
      cause = error;
      // Most servers refuse a task that is over: the store knows.
      yield await stored(line, story);
    }
  }
}

/** What the store knows beyond what was told; nothing, if it cannot be asked. */
async function stored(line: Line, story: Story): Promise<StreamEvent[]> {
  try {
    return story.catchUp(await line.getTask(story.taskId ?? ''), 'store');
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    return [];
  }
}
