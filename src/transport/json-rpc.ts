import { ResponseFormatError } from '../errors/wire.js';

/** A JSON-RPC error, its members sorted out. */
export interface WireRpcError {
  code: number;
  message: string;
  data?: unknown;
}

/** What a JSON-RPC answer holds: either, or, of a server that had nothing to say, a result of `undefined`. */
export interface RpcAnswer {
  result?: unknown;
  error?: WireRpcError;
}

/** The text of a request. Source: JSON-RPC 2.0, section 4. */
export function writeRpcRequest(id: string, method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/**
 * Reads an envelope leniently: ids are compared as strings, may be missing or null in an error, and an error may be a
 * mere string.
 *
 * @throws {ResponseFormatError} for what is no answer to this request
 */
export function readRpcAnswer(value: unknown, id: string, where: string): RpcAnswer {
  const { jsonrpc, id: answered, result, error } = (value ?? {}) as Record<string, unknown>;
  const isError = error !== undefined && error !== null;
  if (!isError && result === undefined && jsonrpc === undefined) {
    throw new ResponseFormatError(`The answer to ${where} has no "result" or "error".`);
  }
  // Errors about a request that could not be read have none, or null.
  const isOurs = answered === id || answered === undefined || (isError && answered === null);
  if (!isOurs && !(typeof answered === 'number' && String(answered) === id)) {
    throw new ResponseFormatError(`The answer to ${where} belongs to another request.`, 'id');
  }
  return isError ? { error: errorOf(error, jsonrpc === undefined) } : { result };
}

/**
 * An error's members, sorted out.
 *
 * @param isStatus whether a positive code is an HTTP status, which says nothing more
 */
export function errorOf(error: unknown, isStatus: boolean): WireRpcError {
  const { code, message, data, details } = (typeof error === 'string' ? { message: error } : error) as Record<
    string,
    unknown
  >;
  const number = typeof code === 'string' || typeof code === 'number' ? Number(code) : Number.NaN;
  return {
    code: Number.isInteger(number) && !(isStatus && number > 0) ? number : -32603,
    message: typeof message === 'string' && message ? message : 'no message',
    // google.rpc.Status, which the HTTP+JSON binding has, calls it otherwise.
    data: data === undefined ? details : data,
  };
}
