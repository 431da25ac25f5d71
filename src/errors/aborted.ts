import { A2AError } from './base.js';

/**
 * The caller's `AbortSignal` fired. Its `name` is `'AbortError'`, as the platform's own, so that code which looks for
 * that name works; `cause` is the signal's reason.
 */
export class AbortedError extends A2AError {
  static override readonly tag = 'AbortedError';

  constructor(what: string, cause: unknown) {
    super(`${what} was aborted.`, { cause });
    this.name = 'AbortError';
  }
}
