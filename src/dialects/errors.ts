import type { A2AError } from '../errors/base.js';
import {
  ContentTypeNotSupportedError,
  ExtendedAgentCardNotConfiguredError,
  ExtensionSupportRequiredError,
  InvalidAgentResponseError,
  InvalidParamsError,
  MethodNotFoundError,
  PushNotificationNotSupportedError,
  RpcError,
  type RpcErrorDetails,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
  VersionNotSupportedError,
} from '../errors/rpc.js';
import { AuthenticationError } from '../errors/wire.js';

type RpcErrorClass = new (details: RpcErrorDetails) => RpcError;

/** Source: A2A specification 1.0, section 5.4. */
const byReason: Readonly<Record<string, RpcErrorClass>> = {
  TASK_NOT_FOUND: TaskNotFoundError,
  TASK_NOT_CANCELABLE: TaskNotCancelableError,
  PUSH_NOTIFICATION_NOT_SUPPORTED: PushNotificationNotSupportedError,
  UNSUPPORTED_OPERATION: UnsupportedOperationError,
  CONTENT_TYPE_NOT_SUPPORTED: ContentTypeNotSupportedError,
  INVALID_AGENT_RESPONSE: InvalidAgentResponseError,
  EXTENDED_AGENT_CARD_NOT_CONFIGURED: ExtendedAgentCardNotConfiguredError,
  EXTENSION_SUPPORT_REQUIRED: ExtensionSupportRequiredError,
  VERSION_NOT_SUPPORTED: VersionNotSupportedError,
};

const byCode: Readonly<Record<number, RpcErrorClass>> = {
  [-32001]: TaskNotFoundError,
  [-32002]: TaskNotCancelableError,
  [-32003]: PushNotificationNotSupportedError,
  [-32004]: UnsupportedOperationError,
  [-32005]: ContentTypeNotSupportedError,
  [-32006]: InvalidAgentResponseError,
  [-32007]: ExtendedAgentCardNotConfiguredError,
  [-32008]: ExtensionSupportRequiredError,
  [-32601]: MethodNotFoundError,
  [-32602]: InvalidParamsError,
};

/** A JSON-RPC error as it came, only its members sorted out. */
export interface WireRpcError {
  code: number;
  message: string;
  data?: unknown;
}

/**
 * The error class for what a server said, whatever its dialect: by `ErrorInfo.reason` where there is one, else by
 * code, else, for servers that give neither, by their exact words.
 */
export function toRpcError(method: string, { code, message, data }: WireRpcError): A2AError {
  // The Go server's own codes for 401 and 403.
  if (code === -31401 || code === -31403) {
    return new AuthenticationError(
      `The agent refused ${method}: ${message} (${code}).`,
      code === -31401 ? 401 : 403,
    );
  }
  const reason = reasonOf(data);
  const details = { method, message, rpcCode: code, reason, data };
  const named = (reason && Object.hasOwn(byReason, reason) && byReason[reason]) || undefined;
  return new (named ?? byWords(code, message, data) ?? byCode[code] ?? RpcError)(details);
}

function byWords(code: number, message: string, data: unknown): RpcErrorClass | undefined {
  // PraisonAI's code is generic, and its push methods are "not found".
  if (code === -32000 && /^task not found\b/i.test(message)) return TaskNotFoundError;
  if (code === -32601 && /^push notifications? not supported/i.test(message))
    return PushNotificationNotSupportedError;
  // Others use this code for errors of their own.
  if (code === -32009) return /version/i.test(message) ? VersionNotSupportedError : RpcError;
  // The Python server's 0.3 mode reports every A2A error as an internal one, without data.
  if (code === -32603 && (data === null || data === undefined)) {
    if (/^task( \S+)? not found$/i.test(message)) return TaskNotFoundError;
    if (message === 'Task cannot be canceled') return TaskNotCancelableError;
    if (/^A2A version '.*' is not supported/.test(message)) return VersionNotSupportedError;
  }
  return undefined;
}

/** Source: google.rpc.ErrorInfo, as A2A 1.0 puts it into `data`. */
function reasonOf(data: unknown): string | undefined {
  if (!Array.isArray(data)) return undefined;
  const reasons = data.map(detail => (detail as { reason?: unknown } | null)?.reason);
  return reasons.find(reason => typeof reason === 'string');
}

/** Whether the server certainly did not look at the request's content: the method or the version was refused. */
export function isDialectRefusal(error: unknown): boolean {
  return error instanceof MethodNotFoundError || error instanceof VersionNotSupportedError;
}
