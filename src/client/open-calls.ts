import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';

/** The calls and waits of one client that are under way, so that closing it ends them all. */
export class OpenCalls {
  readonly #closing = new AbortController();
  readonly #open = new Set<AbortController>();

  /** Fires when the client is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Runs work under a signal that fires with the caller's, or when the client is closed.
   *
   * @throws {AbortedError} if it fires; {A2AError} with code `closed` if the client is closed already
   */
  async run<R>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    this.#closing.signal.throwIfAborted();
    const controller = new AbortController();
    const onAbort = () => controller.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#open.add(controller);
    try {
      controller.signal.throwIfAborted();
      return await work(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted || error instanceof AbortedError) throw error;
      throw new AbortedError('The call', controller.signal.reason);
    } finally {
      this.#open.delete(controller);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    const reason = new A2AError('The client was closed.', { code: 'closed' });
    this.#closing.abort(reason);
    for (const controller of this.#open) controller.abort(reason);
  }
}
