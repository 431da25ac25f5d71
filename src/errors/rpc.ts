import { A2AError } from './base.js';

/** What a server said in a JSON-RPC error, and to which method. */
export interface RpcErrorDetails {
  /** The method that was called, e.g. `GetTask`. */
  method: string;
  /** The server's words. */
  message: string;
  /** The JSON-RPC code, e.g. `-32001`. */
  rpcCode: number;
  /** `ErrorInfo.reason`, e.g. `TASK_NOT_FOUND`, where the server gave one. */
  reason?: string | undefined;
  /** The error's `data` as it came. */
  data?: unknown;
  /** `false` if this package refused on the server's behalf and nothing was sent. Default `true`. */
  sent?: boolean;
}

/**
 * The server understood the request and refused it. A subclass says which refusal it was; a plain `RpcError` is one
 * without an A2A name (`-32603`, a code of the server's own).
 *
 * Source: A2A specification 1.0, section 5.4 (error codes); JSON-RPC 2.0, section 5.1.
 */
export class RpcError extends A2AError {
  static override readonly tag: string = 'RpcError';
  /** What to do about it, one sentence. */
  protected static readonly hint: string = '';

  declare readonly method: string;
  declare readonly rpcCode: number;
  declare readonly reason: string | undefined;
  declare readonly data: unknown;

  constructor({ method, message, rpcCode, reason, data, sent = true }: RpcErrorDetails) {
    const said = message.trim().replace(/\.$/, '');
    const { hint } = new.target;
    super(
      (sent ? `The agent refused ${method}: ${said} (${rpcCode}).` : `${method} was not sent: ${said}.`) +
        (hint && ` ${hint}`),
    );
    Object.assign(this, { method, rpcCode, reason, data });
  }
}

/** No task of that id (−32001). Servers forget tasks on restart, and old or foreign ones. */
export class TaskNotFoundError extends RpcError {
  static override readonly tag = 'TaskNotFoundError';
  protected static override readonly hint = 'The id is wrong, or the server has forgotten it.';
}

/** The task is over already, or the agent cannot stop (−32002). */
export class TaskNotCancelableError extends RpcError {
  static override readonly tag = 'TaskNotCancelableError';
  protected static override readonly hint = 'Ask getTask how it stands.';
}

/** The server sends no push notifications (−32003, or "method not found" for the push methods). Poll instead. */
export class PushNotificationNotSupportedError extends RpcError {
  static override readonly tag = 'PushNotificationNotSupportedError';
}

/** The server, or the task in its state, does not do this (−32004). */
export class UnsupportedOperationError extends RpcError {
  static override readonly tag = 'UnsupportedOperationError';
}

/** The agent does not take, or cannot give, this media type (−32005). Also thrown before sending, see the message. */
export class ContentTypeNotSupportedError extends RpcError {
  static override readonly tag = 'ContentTypeNotSupportedError';
}

/** The server says that its agent answered nonsense (−32006). */
export class InvalidAgentResponseError extends RpcError {
  static override readonly tag = 'InvalidAgentResponseError';
}

/** The agent has no extended card (−32007). */
export class ExtendedAgentCardNotConfiguredError extends RpcError {
  static override readonly tag = 'ExtendedAgentCardNotConfiguredError';
}

/** The agent insists on an extension (−32008). */
export class ExtensionSupportRequiredError extends RpcError {
  static override readonly tag = 'ExtensionSupportRequiredError';
  protected static override readonly hint = 'Name it in "extensions" if the application knows it.';
}

/** The server does not speak this version of the protocol (−32009). */
export class VersionNotSupportedError extends RpcError {
  static override readonly tag = 'VersionNotSupportedError';
  protected static override readonly hint = 'Is the option "dialect" right?';
}

/** The server has no such method (−32601). */
export class MethodNotFoundError extends RpcError {
  static override readonly tag = 'MethodNotFoundError';
  protected static override readonly hint = 'Is the option "dialect" right?';
}

/** The server did not take the parameters (−32602). */
export class InvalidParamsError extends RpcError {
  static override readonly tag = 'InvalidParamsError';
}
