import { toRpcError } from '../dialects/errors.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
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
  /** Whether a stream is wanted: the result is then `Results`. */
  stream?: boolean | undefined;
}

/** HTTP statuses that say what happened, whatever the body says besides. */
const transportStatus = [408, 429, 502, 503, 504];

/**
 * One JSON-RPC request and its answer.
 *
 * @returns the result as it came; the `Results` of a stream, if one is wanted
 * @throws {RpcError} of the class that fits what the server said; whatever `HttpTransport.send` throws
 */
export async function exchange(
  transport: HttpTransport,
  link: Pick<Link, 'encoder' | 'endpoint'>,
  method: string,
  params: object,
  settings: Settings,
  { timeout, signal, headers: extraHeaders, repeatable, stream }: ExchangeOptions,
): Promise<unknown> {
  const { extensions, depth } = settings;
  const id = randomId();
  const { headers, extensionsHeader } = link.encoder;
  const answer = await transport.send({
    operation: method,
    url: urlOfMethod(link.endpoint, method),
    headers: {
      accept: stream ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
      ...headers,
      ...(extensionsHeader && extensions.length > 0 && { [extensionsHeader]: extensions.join(', ') }),
    },
    extraHeaders,
    body: writeRpcRequest(id, method, params),
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
    read = readRpcAnswer(parseJson(text, depth, where), id, where);
  } catch (error) {
    // What is no JSON-RPC is told by its status, if that is a failure.
    refuseFailure(answer);
    throw error;
  }
  if (read.error) throw toRpcError(method, read.error, redact);
  refuseFailure(answer);
  return stream ? single(read.result) : read.result;
}
