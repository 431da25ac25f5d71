import { AbortedError } from '../errors/aborted.js';
import { signalOption } from '../errors/options.js';
import type { OpenSteps } from './open-steps.js';
import { after } from './timer.js';

/** What `within` resolves with when the time was up first. */
export const timedOut = Symbol('timed out');

/** Who listens to one signal, and the one listener that tells them. */
interface Audience {
  members: Set<() => void>;
  tell: () => void;
}

const audiences = new WeakMap<AbortSignal, Audience>();

/**
 * Listens to a signal; returns how to stop. However many do, the signal has one listener: adding many takes quadratic
 * time, and Node warns of more than ten.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let audience = audiences.get(signal);
  if (!audience) {
    const members = new Set<() => void>();
    const tell = () => {
      for (const member of members) member();
    };
    signal.addEventListener('abort', tell);
    audience = { members, tell };
    audiences.set(signal, audience);
  }
  const { members, tell } = audience;
  members.add(listener);
  return () => {
    // Called again after all, it must not part a later audience.
    if (!members.delete(listener) || members.size > 0) return;
    audiences.delete(signal);
    signal.removeEventListener('abort', tell);
  };
}

/**
 * Bounds one asynchronous step: in time (ms), by a signal, and by the closing of its owner. All let go of the step at
 * once, even if it ignores the signal it was given, and leave neither timer nor listener behind.
 *
 * @throws {AbortedError}; whatever the step throws
 */
export function within<R>(
  ms: number,
  signal: AbortSignal | undefined,
  step: (signal: AbortSignal) => R | Promise<R>,
  open?: OpenSteps,
): Promise<R | typeof timedOut> {
  return new Promise((resolve, reject) => {
    signalOption(signal);
    const controller = new AbortController();
    const settling =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        cancelTimer();
        leaveSignal?.();
        open?.delete(abort);
        settle(value);
      };
    const abort = (reason: unknown) => {
      settling(reject)(new AbortedError('The call', reason));
      controller.abort(reason);
    };
    const leaveSignal = signal && onAbort(signal, () => abort(signal.reason));
    const cancelTimer = after(ms, () => {
      settling(resolve)(timedOut);
      controller.abort();
    });
    if (signal?.aborted) {
      abort(signal.reason);
    } else if (open?.closed) {
      settling(reject)(open.closed);
    } else {
      open?.add(abort);
      // Other people's methods may throw before they return a promise.
      new Promise<R>(run => run(step(controller.signal))).then(settling(resolve), settling(reject));
    }
  });
}

/** A step that never ends by itself: a pause. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
