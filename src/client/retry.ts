import { HttpError, NetworkError } from '../errors/wire.js';
import { notify } from '../time/notify.js';
import { never, within } from '../time/within.js';
import type { RetryPolicy, Settings } from './options.js';

/**
 * How much may go wrong by asking twice: nothing for a `read` (also cancel, which is idempotent), nor for a `poll`,
 * which a wait repeats by itself; for a `send` a second execution; `never` is the caller's own business.
 */
export type Repeatable = 'read' | 'poll' | 'send' | 'never';

/** HTTP statuses that another attempt may cure, whatever the body says besides. */
export const transient = [408, 429, 502, 503, 504];

/** The longest Retry-After that is heeded within a call, ms. */
const longestRetryAfter = 60_000;

/** Whether to try again: a message only if the server certainly did not take it. */
export function mayRetry(repeatable: Repeatable, error: unknown): boolean {
  if (repeatable === 'never' || repeatable === 'poll') return false;
  if (error instanceof NetworkError) return repeatable === 'read' || error.refused;
  if (!(error instanceof HttpError)) return false;
  if (repeatable === 'read') return transient.includes(error.status);
  return error.status === 429 || (error.status === 503 && error.retryAfter !== undefined);
}

/** ms before the next attempt: what the server wants, or exponential with full jitter. */
export function retryDelay(attempt: number, error: unknown, { minDelay, maxDelay }: RetryPolicy): number {
  const wanted = error instanceof HttpError ? error.retryAfter : undefined;
  if (wanted !== undefined) return Math.min(wanted, longestRetryAfter);
  return Math.random() * Math.min(maxDelay, minDelay * 2 ** (attempt - 1));
}

/** What a repetition depends on. */
export interface Repeated {
  repeatable: Repeatable;
  signal?: AbortSignal | undefined;
  /** Told before each further attempt. */
  onRepeat?: (() => void) | undefined;
}

/**
 * Makes one request, and again after failures that may pass. The only retry of requests there is.
 *
 * @param operation for hooks, e.g. `GetTask`
 */
export async function retrying<R>(
  { retry, http: { hooks, open } }: Pick<Settings, 'retry' | 'http'>,
  operation: string,
  { repeatable, signal, onRepeat }: Repeated,
  request: () => Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (attempt > retry.retries || !mayRetry(repeatable, error)) throw error;
      const delay = retryDelay(attempt, error, retry);
      notify(hooks.onRetry, { operation, attempt, delay, error });
      await within(delay, signal, never, open);
      onRepeat?.();
    }
  }
}
