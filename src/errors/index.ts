export { AbortedError } from './aborted.js';
export { A2AError } from './base.js';
export {
  ContentTypeNotSupportedError,
  ExtendedAgentCardNotConfiguredError,
  ExtensionSupportRequiredError,
  InvalidAgentResponseError,
  InvalidParamsError,
  MethodNotFoundError,
  PushNotificationNotSupportedError,
  RpcError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
  VersionNotSupportedError,
} from './rpc.js';
export { StreamInterruptedError } from './stream.js';
export {
  type ResumeToken,
  TaskCanceledError,
  TaskFailedError,
  TaskInterruptedError,
  TaskLostError,
  TaskRejectedError,
  TaskStoppedError,
  TaskUnreachableError,
  WaitTimeoutError,
} from './wait.js';
export {
  AuthenticationError,
  HttpError,
  NetworkError,
  RequestTimeoutError,
  ResponseFormatError,
  ResponseLimitError,
} from './wire.js';
