/**
 * A server in memory for the tests of an application. Needs `msw`.
 *
 * @module a2a-await/testing
 */

export type { Agent, AgentContent, AgentPart, AgentStep, AgentTurn } from './agent.js';
export { tckAgent } from './agents/tck.js';
export type { CardSigner } from './card-signature.js';
export type { FaultyRequest } from './fault-option.js';
export type { ListedRow, RowMishap, StoreName, StoreQuirks } from './listing/quirks.js';
export type { Mishap } from './mishap.js';
export type { Operation } from './operation.js';
export type { ReferenceServerOptions, ServerBehaviour } from './options.js';
export type { DeliveredNotification, DeliveryOptions } from './push/deliver.js';
export type { NotificationFormat, NotificationShape, NotificationSigning } from './push/format.js';
export { NotificationError, type NotificationFailure } from './push/notification-error.js';
export type { PushOptions, PushQuirks, UpcomingNotification } from './push/options.js';
export { type SendNotificationOptions, sendNotification } from './push/send-notification.js';
export type { SentNotification } from './push/sender.js';
export { createReferenceServer, type ReferenceServer, type StoredTasks } from './reference-server.js';
export type { RequestFault } from './request-fault.js';
export type { ReceivedRequest } from './request-log.js';
export type { ServerAuth } from './server-auth.js';
export type { ServerExtension } from './server-extension.js';
export {
  type ArtifactOptions,
  artifact,
  authRequired,
  canceled,
  completed,
  failed,
  inputRequired,
  rejected,
  reply,
  submitted,
  working,
} from './steps.js';
export type { OpeningStream, StreamCut } from './stream-cut.js';
export type { StreamMishap, UpcomingEvent } from './stream-mishap.js';
