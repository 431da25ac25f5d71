/**
 * Why a notification did not arrive:
 *
 * - `'refused'`: it was not sent, because the configuration's url is a private address, or cannot be asked.
 * - `'status'`: the webhook answered with a status that is neither 2xx nor 3xx.
 * - `'redirect'`: the webhook is elsewhere, it says; redirects are not followed.
 * - `'timeout'`: there was no answer in time.
 * - `'network'`: there was no answer at all.
 * - `'aborted'`: `signal` was aborted, or the server closed.
 */
export type NotificationFailure = 'refused' | 'status' | 'redirect' | 'timeout' | 'network' | 'aborted';

/**
 * A notification did not arrive, tried as often as it may be. Not one of the client's errors: this is what a server
 * would log. Names the webhook's host, and neither its path, which may be a secret, nor any credential.
 *
 * @example
 * catch (error) {
 *   if (error instanceof NotificationError && error.reason === 'status') console.log(error.status);
 * }
 */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
  readonly reason: NotificationFailure;
  /** Of the last answer, if there was one. */
  readonly status: number | undefined;
  /** How often it was sent. */
  readonly attempts: number;

  constructor(
    reason: NotificationFailure,
    message: string,
    { status, attempts = 0, cause }: { status?: number; attempts?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.reason = reason;
    this.status = status;
    this.attempts = attempts;
  }
}
