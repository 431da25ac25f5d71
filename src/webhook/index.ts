export { WebhookVerificationError, type WebhookVerificationReason } from '../errors/webhook.js';
export { type HmacOptions, hmac, signPayload, verifySignature } from './hmac.js';
export type { Secret, Secrets } from './secrets.js';
export type { WebhookStore } from './store.js';
export { authorization, notificationToken, verifyToken } from './token.js';
export {
  allOf,
  anyOf,
  type Delivery,
  type ExpectedDigests,
  unsafeNoVerification,
  type Verdict,
  type Verifier,
} from './verifier.js';
