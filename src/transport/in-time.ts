import { RequestTimeoutError } from '../errors/wire.js';
import type { OpenSteps } from '../time/open-steps.js';
import { timedOut, within } from '../time/within.js';

/**
 * Bounds a step as `within` does; running out of time is an error.
 *
 * @param what for its message, e.g. `The agent card`
 * @throws {RequestTimeoutError}; as `within`
 */
export async function inTime<R>(
  what: string,
  { timeout, signal }: { timeout: number; signal?: AbortSignal | undefined },
  step: (signal: AbortSignal) => R | Promise<R>,
  open: OpenSteps,
  onTimeout?: () => void,
): Promise<R> {
  const came = await within(timeout, signal, step, open);
  if (came !== timedOut) return came;
  onTimeout?.();
  throw new RequestTimeoutError(`${what} took longer than the "timeout" of ${timeout} ms.`, timeout);
}
