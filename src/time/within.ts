import { AbortedError } from '../errors/aborted.js';
import { after } from './timer.js';

/** What `within` resolves with when the time was up first. */
export const timedOut = Symbol('timed out');

/** The steps of one owner that are under way, so that closing it ends them all. */
export class OpenSteps {
  readonly #endings = new Set<(reason: unknown) => void>();
  /** Why no further step may begin. */
  closed: Error | undefined;

  add(end: (reason: unknown) => void): void {
    this.#endings.add(end);
  }

  delete(end: (reason: unknown) => void): void {
    this.#endings.delete(end);
  }

  close(reason: Error): void {
    this.closed = reason;
    for (const end of this.#endings) end(reason);
  }
}

/**
 * Bounds one asynchronous step: in time (ms), by a signal, and by the closing of its owner. All let go of the step at
 * once, even if it ignores the signal it was given, and leave neither timer nor listener behind.
 *
 * @throws {AbortedError}; why the owner was closed; whatever the step throws
 */
export function within<R>(
  ms: number,
  signal: AbortSignal | undefined,
  step: (signal: AbortSignal) => R | Promise<R>,
  open?: OpenSteps,
): Promise<R | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const letGo = () => {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
      open?.delete(abort);
    };
    const abort = (reason: unknown) => {
      letGo();
      reject(new AbortedError('The call', reason));
      controller.abort(reason);
    };
    const onAbort = () => abort(signal?.reason);
    const cancelTimer = after(Math.max(0, ms), () => {
      letGo();
      resolve(timedOut);
      controller.abort();
    });
    if (open?.closed) {
      letGo();
      reject(open.closed);
      return;
    }
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    open?.add(abort);
    // Other people's methods may throw before they return a promise.
    (async () => step(controller.signal))().finally(letGo).then(resolve, reject);
  });
}

/** A step that never ends by itself: a pause. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
