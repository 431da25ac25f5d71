import pRetry from 'p-retry';
import { HttpError, NetworkError } from '../errors/wire.js';
import type { RetryPolicy } from './options.js';

/**
 * How much may go wrong by asking twice: nothing for a `read` (also cancel, which is idempotent); for a `send` a
 * second execution; `never` is the caller's own business.
 */
export type Repeatable = 'read' | 'send' | 'never';

/** HTTP statuses that another attempt may cure. */
const transient = [408, 429, 502, 503, 504];

/** The longest Retry-After that is heeded within a call, ms. */
const longestRetryAfter = 60_000;

/** Whether to try again: a message only if the server certainly did not take it. */
export function mayRetry(repeatable: Repeatable, error: unknown): boolean {
  if (repeatable === 'never') return false;
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

/** One attempt that failed and will be repeated. */
export interface FailedAttempt {
  /** From 1. */
  attempt: number;
  /** ms until the next. */
  delay: number;
  error: unknown;
}

/** Runs one call, and again after failures that may pass. The only retry of calls there is. */
export async function retrying<R>(
  repeatable: Repeatable,
  policy: RetryPolicy,
  pause: (failed: FailedAttempt) => Promise<unknown>,
  call: () => Promise<R>,
): Promise<R> {
  let failure: unknown;
  try {
    // Most calls succeed at once, and are spared the machinery.
    return await call();
  } catch (error) {
    if (policy.retries === 0 || !mayRetry(repeatable, error)) throw error;
    failure = error;
  }
  return pRetry(attempt => (attempt === 1 ? Promise.reject(failure) : call()), {
    retries: policy.retries,
    // The delay is ours, for the sake of Retry-After: it is slept where p-retry asks whether to go on.
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber: attempt }) => {
      if (!mayRetry(repeatable, error)) return false;
      await pause({ attempt, error, delay: retryDelay(attempt, error, policy) });
      return true;
    },
  });
}
