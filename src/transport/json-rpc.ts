import { ResponseFormatError } from '../errors/wire.js';

/** What a JSON-RPC answer holds: either, or, of a server that had nothing to say, a result of `undefined`. */
export type RpcAnswer =
  | { result: unknown; error?: undefined }
  | { error: { code: number; message: string; data?: unknown }; result?: undefined };

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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ResponseFormatError(`The answer to ${where} is not a JSON-RPC response but ${kindOf(value)}.`);
  }
  const { id: answered, result, error } = value as { id?: unknown; result?: unknown; error?: unknown };
  if (error !== undefined && error !== null) return { error: errorOf(error) };
  if (result === undefined && !('jsonrpc' in value)) {
    throw new ResponseFormatError(
      `The answer to ${where} is not a JSON-RPC response: it has neither "result" nor "error".`,
    );
  }
  if (answered !== undefined && String(answered) !== id) {
    throw new ResponseFormatError(
      `The answer to ${where} belongs to another request: its "id" is not the one sent.`,
      'id',
    );
  }
  return { result };
}

function errorOf(error: unknown): { code: number; message: string; data?: unknown } {
  if (typeof error !== 'object' || error === null) return { code: -32603, message: String(error) };
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  const number = Number(code ?? Number.NaN);
  return {
    code: Number.isInteger(number) ? number : -32603,
    message: typeof message === 'string' && message ? message : 'no message',
    ...(data === undefined ? {} : { data }),
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
