/**
 * Receives push notifications, in any runtime, and believes only what is proved.
 *
 * @module a2a-await/webhook
 */

export { WebhookVerificationError, type WebhookVerificationReason } from '../errors/webhook.js';
export type { AuthenticationInfo, PushNotificationConfig } from '../model/push-notification.js';
export type {
  ReconcileNotice,
  RefusedNotification,
  WebhookEvents,
  WebhookFailure,
  WebhookNotification,
} from './events.js';
export { type HmacOptions, hmac, signPayload, verifySignature } from './hmac.js';
export { type MemoryWebhookStoreOptions, memoryWebhookStore } from './memory-store.js';
export type { WebhookLimits, WebhookReceiverOptions } from './options.js';
export { createWebhookReceiver, type WebhookReceiver } from './receiver.js';
export type { HandleContext } from './reception.js';
export type { BindOptions, RegisterOptions, Registration, RotateOptions } from './registrations.js';
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
export type { NotificationWaitOptions } from './wait.js';
