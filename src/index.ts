/**
 * Hands work to an agent and gets the result: `A2AClient`, `AdaptiveClient`, waiting, errors.
 *
 * @module a2a-await
 */

export { AdaptiveClient } from './adaptive/adaptive-client.js';
export type { AdaptiveEvents, Strategy } from './adaptive/events.js';
export type { AdaptiveOptions } from './adaptive/options.js';
export type { PushSupport } from './adaptive/push-support.js';
export type {
  GetTaskOptions,
  RunOptions,
  SendMessageOptions,
  StreamOptions,
  SubscribeOptions,
} from './client/call-options.js';
export { A2AClient } from './client/client.js';
export type { ReconnectOptions } from './client/follow.js';
export type { Connection } from './client/link.js';
export type { A2AClientOptions, RequestOptions, RetryOptions } from './client/options.js';
export type { PushNotifications } from './client/push.js';
export type { Binding, Dialect, ListTasksQuery } from './dialects/dialect.js';
export {
  A2AError,
  AbortedError,
  AuthenticationError,
  ContentTypeNotSupportedError,
  ExtendedAgentCardNotConfiguredError,
  ExtensionSupportRequiredError,
  HttpError,
  InvalidAgentResponseError,
  InvalidParamsError,
  MethodNotFoundError,
  NetworkError,
  PushNotificationNotSupportedError,
  RequestTimeoutError,
  ResponseFormatError,
  ResponseLimitError,
  type ResumeToken,
  RpcError,
  StreamInterruptedError,
  TaskCanceledError,
  TaskFailedError,
  TaskInterruptedError,
  TaskLostError,
  TaskNotCancelableError,
  TaskNotFoundError,
  TaskRejectedError,
  TaskStoppedError,
  TaskUnreachableError,
  UnsupportedOperationError,
  VersionNotSupportedError,
  WaitTimeoutError,
} from './errors/index.js';
export { accumulate, textDeltas } from './model/accumulate.js';
export type {
  AgentCapabilities,
  AgentCard,
  AgentExtension,
  AgentInterface,
  AgentSkill,
  SecurityRequirement,
  SecurityScheme,
} from './model/card.js';
export { bytesOf, dataOf, type StandardSchema, textOf } from './model/content.js';
export type { FullMessageInput, Message, MessageInput } from './model/message.js';
export type {
  DataPart,
  FileBytesPart,
  FilePart,
  FileUrlPart,
  Metadata,
  Part,
  PartInput,
  TextPart,
} from './model/part.js';
export type {
  AuthenticationInfo,
  PushNotificationConfig,
  TaskPushNotificationConfig,
} from './model/push-notification.js';
export { rawOf } from './model/raw.js';
export {
  type InterruptedState,
  isInterrupted,
  isTerminal,
  type TaskState,
  type TerminalState,
} from './model/state.js';
export type { ArtifactUpdate, StatusUpdate, StreamEvent } from './model/stream-event.js';
export { type Artifact, isMessage, isTask, type Task, type TaskPage, type TaskStatus } from './model/task.js';
export { exponential } from './time/exponential.js';
export type { PollSchedule, ScheduleName } from './time/schedule.js';
export type { Auth, AuthHandler, AuthRequest } from './transport/auth.js';
export type { HeadersInput } from './transport/headers.js';
export type { A2AWarning, Hooks, RequestEvent, ResponseEvent, RetryEvent } from './transport/hooks.js';
export type { Settled, WaitAllOptions } from './wait/crowd.js';
export type { WaitOptions } from './wait/options.js';
export type { TaskLike, TaskSource } from './wait/source.js';
export type { TaskHandle } from './wait/task-handle.js';
export { waitForCompletion } from './wait/wait-for-completion.js';
export { watchTask } from './wait/watch-task.js';
