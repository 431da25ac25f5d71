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
import { isObject } from './read.js';

/** One of the classes that a refusal may be of. */
interface RpcErrorType {
  readonly tag: string;
  new (details: RpcErrorDetails): RpcError;
}

/** A2A's own errors in the order of their codes, from −32001 on. Source: A2A specification 1.0, section 5.4. */
const own: RpcErrorType[] = [
  TaskNotFoundError,
  TaskNotCancelableError,
  PushNotificationNotSupportedError,
  UnsupportedOperationError,
  ContentTypeNotSupportedError,
  InvalidAgentResponseError,
  ExtendedAgentCardNotConfiguredError,
  ExtensionSupportRequiredError,
  VersionNotSupportedError,
];

/** Those that a reason may name. A method that is not there may be one of the agent's tools, so it is not among them. */
const named = [...own, InvalidParamsError];

/** A JSON-RPC error as it came, only its members sorted out. */
export interface WireRpcError {
  code: number;
  message: string;
  data?: unknown;
}

/**
 * The error class for what a server said, whatever its dialect: by `ErrorInfo.reason` where there is one, else, for
 * servers that use a generic code, by their exact words, else by code.
 */
export function toRpcError(
  method: string,
  error: WireRpcError,
  redact: (text: string) => string = text => text,
): A2AError {
  const { code, message, data } = error;
  // Classified by what was said, told without the credentials that it may repeat.
  const clean = { message: redact(message), data: redactedIn(data, redact) };
  // The Go server's own codes for 401 and 403.
  if (code === -31401 || code === -31403) {
    return new AuthenticationError(`The agent refused ${method}: ${clean.message} (${code}).`, -31000 - code);
  }
  const reason = reasonOf(data);
  // `TASK_NOT_FOUND` is a TaskNotFoundError.
  const byReason = named.find(
    ({ tag }) => `${reason}_ERROR` === tag.replace(/\B[A-Z]/g, '_$&').toUpperCase(),
  );
  const type = byReason ?? byWords(code, message, data) ?? own[-32001 - code] ?? RpcError;
  // HTTP+JSON has no codes of its own.
  const rpcCode = byReason && code === -32603 ? codeOf(byReason) : code;
  return new type({ method, rpcCode, reason, ...clean });
}

function codeOf(type: RpcErrorType): number {
  return type === InvalidParamsError ? -32602 : -32001 - own.indexOf(type);
}

/** What is refused on the agent's behalf: nothing is sent. */
export function notSent(type: RpcErrorType, method: string, message: string): RpcError {
  return new type({ method, message, rpcCode: codeOf(type), sent: false });
}

/** The same without credentials, in names too. */
function redactedIn(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(each => redactedIn(each, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [redact(key), redactedIn(each, redact)]),
  );
}

function byWords(code: number, said: string, data: unknown) {
  // A pattern must not get as much as a server likes to say.
  const message = said.slice(0, 500);
  const notFound = /^task( \S+)? not found\b/i.test(message);
  // PraisonAI's code is generic, and its push methods are "not found".
  if (code === -32000) return notFound ? TaskNotFoundError : undefined;
  if (code === -32601)
    return /^push notif/i.test(message) ? PushNotificationNotSupportedError : MethodNotFoundError;
  if (code === -32602) return InvalidParamsError;
  // Others use this code for errors of their own.
  if (code === -32009)
    return /\bversion\b.*not supported|unsupported.*\bversion\b/i.test(message)
      ? VersionNotSupportedError
      : RpcError;
  // The Python server's 0.3 mode reports every A2A error as an internal one, without data.
  if (code !== -32603 || (data !== null && data !== undefined)) return undefined;
  if (notFound) return TaskNotFoundError;
  if (message === 'Task cannot be canceled') return TaskNotCancelableError;
  return /^A2A version .* not supported/.test(message) ? VersionNotSupportedError : undefined;
}

/** Source: google.rpc.ErrorInfo, as A2A 1.0 puts it into `data`. */
export function reasonOf(data: unknown): string | undefined {
  const reasons: unknown[] = Array.isArray(data) ? data.map(detail => detail?.reason) : [];
  return reasons.find(reason => typeof reason === 'string');
}

/** Whether the server refused the method or the version, as far as its words tell. */
export function isDialectRefusal(error: unknown): boolean {
  return error instanceof MethodNotFoundError || error instanceof VersionNotSupportedError;
}

/** Whether it certainly did so, and not something behind it: then it has not looked at the content. */
export function isCertainRefusal(error: unknown): boolean {
  return error instanceof RpcError && (error.rpcCode === -32601 || error.reason === 'VERSION_NOT_SUPPORTED');
}
