import type { Dialect, Operation } from '../dialects/dialect.js';
import { toRpcError } from '../dialects/errors.js';
import { writeRest } from '../dialects/rest.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { type HttpAnswer, type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { errorOf, type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { type Link, urlOfMethod } from './link.js';
import type { Settings } from './options.js';
import { resultsOf, single } from './results.js';
import type { Repeatable } from './retry.js';

/** What bounds and decorates one request. */
export interface ExchangeOptions {
  /** ms */
  timeout: number;
  signal?: AbortSignal | undefined;
  /** The application's headers for this request. */
  headers?: HeadersInput | undefined;
  repeatable?: Repeatable;
  /** What is asked for, for bindings that have a place for each. */
  operation?: Operation | { method: string };
  /** URIs of those to switch on. */
  extensions?: readonly string[];
  /** Whether a stream is wanted: the result is then `Results`. */
  stream?: boolean | undefined;
}

/** HTTP statuses that say what happened, whatever the body says besides. */
const transportStatus = [408, 429, 502, 503, 504];

/**
 * One call and its answer.
 *
 * @returns the result as it came; the `Results` of a stream, if one is wanted
 * @throws {RpcError} of the class that fits what the server said; whatever `HttpTransport.send` throws
 */
export async function exchange(
  transport: HttpTransport,
  link: Pick<Link, 'encoder' | 'endpoint' | 'binding'>,
  method: string,
  params: object,
  settings: Settings,
  { timeout, signal, headers: extraHeaders, repeatable, stream, operation, extensions = [] }: ExchangeOptions,
): Promise<unknown> {
  const { depth } = settings;
  const id = randomId();
  const { headers, extensionsHeader, dialect, plain = asItIs } = link.encoder;
  const isRest = link.binding === 'HTTP+JSON';
  const { url, body } = isRest
    ? writeRest(operation as Operation, link.endpoint, params, dialect)
    : { url: urlOfMethod(link.endpoint, method), body: writeRpcRequest(id, method, params) };
  const ask = (body: string | undefined) =>
    transport.send({
      operation: method,
      url,
      body,
      headers: {
        accept: stream ? 'text/event-stream' : 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
        ...(extensionsHeader && extensions.length > 0 && { [extensionsHeader]: extensions.join(', ') }),
      },
      extraHeaders,
      timeout,
      signal,
      expendable: !stream && (repeatable === 'read' || repeatable === 'poll'),
      stream,
    });
  let answer = await ask(body);
  // Servers do not agree on the verb.
  if (isRest && answer.status === 405 && operation === 'subscribe')
    answer = await ask(body ? undefined : '{}');
  const { status, text, where, redact } = answer;
  if (answer.stream) return resultsOf(answer.stream, { method, id, where, redact, plain }, settings, signal);
  if (transportStatus.includes(status)) refuseFailure(answer);
  let read: RpcAnswer;
  if (isRest) read = readRestAnswer(answer, depth, operation as Operation, dialect);
  else {
    try {
      read = readRpcAnswer(parseJson(text, depth, where), id, where);
    } catch (error) {
      // What is no JSON is told by its status, if that is a failure.
      refuseFailure(answer);
      throw error;
    }
  }
  if (read.error) throw toRpcError(method, read.error, redact);
  refuseFailure(answer);
  const result = plain(read.result);
  return stream ? single(result) : result;
}

function asItIs(value: unknown): unknown {
  return value;
}

/** The answer of the HTTP+JSON binding: the result itself, or an error in one of its forms, or nothing to go by. */
function readRestAnswer(
  { text, status, where }: HttpAnswer,
  depth: number,
  operation: Operation,
  dialect: Dialect,
): RpcAnswer {
  // An empty body is an answer too, where the status says all.
  if (status < 400) return { result: text ? parseJson(text, depth, where) : undefined };
  let value: unknown;
  try {
    value = parseJson(text, depth, where);
  } catch {
    // A page, or plain words.
  }
  const { error = value } = (value ?? {}) as { error?: unknown };
  const { code, message } = (error ?? {}) as { code?: number; message?: unknown };
  const lacks = isLacking(status, operation, dialect);
  if (typeof error !== 'string' && typeof message !== 'string')
    return lacks ? { error: { code: -32601, message: `HTTP ${status}` } } : {};
  const read = errorOf(error, true);
  if (read.data || Number(code) < 0) return { error: read };
  // The status is asked last: servers of 1.0.0 and 1.0.1 differ in it.
  const isElsewhere = status === 404 && /^(send|stream)$/.test(operation) && !/\btask\b/i.test(read.message);
  const byStatus = lacks ? -32601 : isElsewhere ? undefined : statusCodes[status];
  return { error: { ...read, code: byStatus ?? read.code } };
}

/** What the Python and JavaScript servers mean by a status. */
const statusCodes: Readonly<Record<number, number>> = {
  404: -32001,
  409: -32002,
  415: -32005,
  422: -32602,
  501: -32004,
};

/** Whether the server has no such thing. */
function isLacking(status: number, operation: Operation, dialect: Dialect): boolean {
  if (operation !== 'list' && operation !== 'extendedCard') return false;
  // The Python server of 0.3 has a route for lists, which fails.
  return [404, 405, 501].includes(status) || (status === 500 && dialect === '0.3');
}
