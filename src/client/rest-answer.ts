import { type Dialect, isEssential, type Operation } from '../dialects/dialect.js';
import { reasonOf } from '../dialects/errors.js';
import type { HttpAnswer } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { errorOf, type RpcAnswer } from '../transport/json-rpc.js';
import { transient } from './retry.js';

/** The answer of the HTTP+JSON binding: the result itself, or an error in one of its forms, or nothing to go by. */
export function readRestAnswer(
  { text, status, where }: HttpAnswer,
  depth: number,
  operation: Operation,
  dialect: Dialect,
): RpcAnswer {
  let value: unknown;
  try {
    // An empty body is an answer too, where the status says all.
    value = text ? parseJson(text, depth, where) : undefined;
  } catch (error) {
    // A page, or plain words.
    if (status < 400) throw error;
  }
  const { error = status < 400 ? undefined : value } = (value ?? {}) as { error?: unknown };
  const { code, message } = (error ?? {}) as { code?: number; message?: unknown };
  const isError = typeof error === 'string' || typeof message === 'string';
  if (status < 400 && !isError) return { result: value };
  const read = errorOf(isError ? error : '', true);
  const isElsewhere = status === 404 && /^(send|stream)$/.test(operation) && !/\btask\b/i.test(read.message);
  if (isLacking(status, operation, dialect, isError ? read.message : '')) read.code = -32601;
  // The status is asked last: servers of 1.0.0 and 1.0.1 differ in it.
  else if (!reasonOf(read.data) && !(Number(code) < 0)) {
    if (!isError || transient.includes(status)) return {};
    if (!isElsewhere) read.code = statusCodes[status] ?? read.code;
  }
  return { error: read };
}

/** What the Python and JavaScript servers mean by a status. */
const statusCodes: Readonly<Record<number, number>> = {
  404: -32001,
  409: -32002,
  415: -32005,
  422: -32602,
  501: -32004,
};

/** Whether the server has no such thing. A task or configuration that is not there is another matter. */
function isLacking(status: number, operation: Operation, dialect: Dialect, said: string): boolean {
  if (operation === 'subscribe') return status === 405 || status === 501 || (status === 404 && !said);
  if (isEssential(operation)) return false;
  if (status === 404) return !/\b(task|config)/i.test(said);
  // The Python server of 0.3 has a route for lists, which fails.
  return status === 405 || status === 501 || (status === 500 && dialect === '0.3' && operation === 'list');
}
