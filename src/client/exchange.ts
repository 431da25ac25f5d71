import { isStreamed, type Operation } from '../dialects/dialect.js';
import { toRpcError } from '../dialects/errors.js';
import { type RestRequest, writeRest } from '../dialects/rest.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { type Link, urlOfMethod } from './link.js';
import type { Settings } from './options.js';
import { readRestAnswer } from './rest-answer.js';
import { begun, resultsOf, single } from './results.js';
import { type Repeatable, transient } from './retry.js';

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
  /** Secrets in the params, by names that say so. */
  hidden?: Record<string, string>;
  /** URIs of those to switch on, if other ones than the client's. */
  extensions?: readonly string[] | undefined;
}

/**
 * One call and its answer.
 *
 * @returns the result as it came; the `Results` of a stream, if one is wanted
 * @throws {RpcError} of the class that fits what the server said; whatever `HttpTransport.send` throws
 */
export async function exchange(
  transport: HttpTransport,
  link: Pick<Link, 'encoder' | 'endpoint' | 'binding' | 'otherwise'>,
  method: string,
  params: object,
  settings: Settings,
  options: ExchangeOptions,
): Promise<unknown> {
  const { depth } = settings;
  const { repeatable, operation, timeout, signal, hidden, extensions = settings.extensions } = options;
  const stream = isStreamed(operation);
  const id = randomId();
  const { headers, extensionsHeader, dialect, plain = value => value } = link.encoder;
  const isRest = link.binding === 'HTTP+JSON';
  const request: RestRequest = isRest
    ? writeRest(operation as Operation, link.endpoint, params, dialect)
    : { url: urlOfMethod(link.endpoint, method), body: writeRpcRequest(id, method, params) };
  const ask = (asked: RestRequest) =>
    transport.send({
      operation: method,
      url: asked.url,
      method: asked.method,
      body: asked.body,
      headers: options.headers,
      hidden,
      timeout,
      signal,
      fixedHeaders: {
        accept: stream ? 'text/event-stream' : 'application/json',
        ...(asked.body && { 'content-type': 'application/json' }),
        ...headers,
        ...(extensionsHeader && extensions.length > 0 && { [extensionsHeader]: extensions.join(', ') }),
      },
      expendable: !stream && (repeatable === 'read' || repeatable === 'poll'),
      stream,
    });
  let answer = await ask(request);
  // Servers do not agree on the verb.
  if (isRest && answer.status === 405 && operation === 'subscribe')
    answer = await ask({ url: request.url, body: request.body ? undefined : '{}' });
  const { status, text, where, redact } = answer;
  if (answer.stream) {
    const results = resultsOf(answer.stream, { method, id, where, redact, plain }, settings, signal);
    // Some refuse within the stream, and a dialect that is in doubt must not be taken for accepted.
    return link.otherwise ? begun(results, signal, settings.http.open) : results;
  }
  let read: RpcAnswer = {};
  try {
    if (isRest) read = readRestAnswer(answer, depth, operation as Operation, dialect);
    else if (status !== 204 && !transient.includes(status))
      read = readRpcAnswer(parseJson(text, depth, where), id, where);
  } catch (error) {
    // What is no JSON is told by its status, if that is a failure.
    refuseFailure(answer);
    throw error;
  }
  if (read.error) throw toRpcError(method, read.error, redact);
  refuseFailure(answer);
  const result = plain(read.result);
  return stream ? single(result) : result;
}
