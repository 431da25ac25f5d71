import type { Operation } from '../dialects/dialect.js';
import { toRpcError } from '../dialects/errors.js';
import { writeRest } from '../dialects/rest.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { type HttpTransport, refuseFailure } from '../transport/http.js';
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
  { timeout, signal, headers: extraHeaders, repeatable, stream, operation }: ExchangeOptions,
): Promise<unknown> {
  const { extensions, depth } = settings;
  const id = randomId();
  const { headers, extensionsHeader } = link.encoder;
  const isRest = link.binding === 'HTTP+JSON';
  const written = !isRest
    ? { url: urlOfMethod(link.endpoint, method), body: writeRpcRequest(id, method, params) }
    : writeRest(operation as Operation, link.endpoint, params);
  const answer = await transport.send({
    operation: method,
    ...written,
    headers: {
      accept: stream ? 'text/event-stream' : 'application/json',
      ...(written.body && { 'content-type': 'application/json' }),
      ...headers,
      ...(extensionsHeader && extensions.length > 0 && { [extensionsHeader]: extensions.join(', ') }),
    },
    extraHeaders,
    timeout,
    signal,
    expendable: !stream && (repeatable === 'read' || repeatable === 'poll'),
    stream,
  });
  const { status, text, where, redact } = answer;
  if (answer.stream) return resultsOf(answer.stream, { method, id, where, redact }, settings, signal);
  if (transportStatus.includes(status)) refuseFailure(answer);
  let read: RpcAnswer;
  try {
    // An empty body is an answer too, where the status says all.
    const value = isRest && text === '' ? undefined : parseJson(text, depth, where);
    read = isRest ? readRestAnswer(value, status, operation) : readRpcAnswer(value, id, where);
  } catch (error) {
    // What is no JSON is told by its status, if that is a failure.
    refuseFailure(answer);
    throw error;
  }
  if (read.error) throw toRpcError(method, read.error, redact);
  refuseFailure(answer);
  return stream ? single(read.result) : read.result;
}

/** The answer of the HTTP+JSON binding: the result itself, or an error in one of its forms. */
function readRestAnswer(value: unknown, status: number, operation: unknown): RpcAnswer {
  if (status < 400) return { result: value };
  const { error = value } = (value ?? {}) as { error?: unknown };
  if (typeof error !== 'string' && typeof (error as { message?: unknown } | null)?.message !== 'string')
    return {};
  const read = errorOf(error);
  // The status is asked last: servers of 1.0.0 and 1.0.1 differ in it.
  const isMissing = status === 404 && ['get', 'cancel', 'subscribe'].includes(operation as string);
  return { error: isMissing && !read.data ? { ...read, code: -32001 } : read };
}
