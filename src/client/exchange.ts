import { toRpcError } from '../dialects/errors.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { describe, type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { type Link, urlOfMethod } from './link.js';

/** What one JSON-RPC request needs besides its content. */
export interface ExchangeOptions {
  /** ms */
  timeout: number;
  signal?: AbortSignal | undefined;
  /** The application's headers for this request. */
  headers?: HeadersInput | undefined;
  extensions?: readonly string[];
  /** Levels of nesting in the answer. */
  depth: number;
}

/** HTTP statuses that say what happened, whatever the body says besides. */
const transportStatus = [408, 429, 502, 503, 504];

/**
 * One JSON-RPC request and its answer.
 *
 * @returns the result as it came
 * @throws {RpcError} of the class that fits what the server said; whatever `HttpTransport.send` throws
 */
export async function exchange(
  transport: HttpTransport,
  link: Pick<Link, 'encoder' | 'endpoint'>,
  method: string,
  params: object,
  { extensions = [], headers: extraHeaders, depth, ...bounds }: ExchangeOptions,
): Promise<unknown> {
  const url = urlOfMethod(link.endpoint, method);
  const id = randomId();
  const where = describe(method, url);
  const { headers, extensionsHeader } = link.encoder;
  const answer = await transport.send({
    operation: method,
    url,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...headers,
      ...(extensionsHeader && extensions.length > 0 ? { [extensionsHeader]: extensions.join(', ') } : {}),
    },
    extraHeaders,
    body: writeRpcRequest(id, method, params),
    ...bounds,
  });
  if (transportStatus.includes(answer.status)) refuseFailure(answer, where);
  let read: RpcAnswer;
  try {
    read = readRpcAnswer(parseJson(answer.text, depth, where), id, where);
  } catch (error) {
    // What is no JSON-RPC is told by its status, if that is a failure.
    refuseFailure(answer, where);
    throw error;
  }
  if (read.error) throw toRpcError(method, redacted(read.error, answer.redact));
  refuseFailure(answer, where);
  return read.result;
}

/** The same error without the credentials, wherever the server echoes them. */
function redacted<T>(error: T, redact: (text: string) => string): T {
  return JSON.parse(JSON.stringify(error), (_, value) => (typeof value === 'string' ? redact(value) : value));
}
