import { A2AError } from './base.js';

/**
 * Why a notification was not believed:
 *
 * - `'missing'`: it has no credentials, or not all that are demanded.
 * - `'malformed'`: a credential is not written as it should be.
 * - `'mismatch'`: a credential is wrong.
 * - `'expired'`: it was signed too long ago, or is from the future.
 * - `'unavailable'`: nobody can tell now, because the keys could not be fetched.
 */
export type WebhookVerificationReason = 'missing' | 'malformed' | 'mismatch' | 'expired' | 'unavailable';

/**
 * A webhook's notification is not from whom it should be. Of no family: no server was asked anything. Neither what was
 * received nor what was expected is in the message.
 *
 * @example
 * catch (error) {
 *   if (error instanceof WebhookVerificationError) return new Response(null, { status: 401 });
 * }
 */
export class WebhookVerificationError extends A2AError {
  static override readonly tag = 'WebhookVerificationError';
  readonly reason: WebhookVerificationReason;

  constructor(reason: WebhookVerificationReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
