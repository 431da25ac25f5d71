import { after } from './timer.js';

/** What `within` resolves with when the time was up first. */
export const timedOut = Symbol('timed out');

/**
 * Bounds one asynchronous step, in time (ms) and by a signal. Both let go of the step at once, even if it ignores the
 * signal it was given, and leave neither timer nor listener behind.
 *
 * @throws the signal's reason; whatever the step throws
 */
export function within<R>(
  ms: number,
  signal: AbortSignal | undefined,
  step: (signal: AbortSignal) => R | Promise<R>,
): Promise<R | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const letGo = () => {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      letGo();
      reject(signal?.reason);
      controller.abort(signal?.reason);
    };
    const cancelTimer = after(Math.max(0, ms), () => {
      letGo();
      resolve(timedOut);
      controller.abort();
    });
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    // Other people's methods may throw before they return a promise.
    (async () => step(controller.signal))().finally(letGo).then(resolve, reject);
  });
}
