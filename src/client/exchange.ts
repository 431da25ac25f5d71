import { toRpcError } from '../dialects/errors.js';
import { randomId } from '../model/id.js';
import type { HeadersInput } from '../transport/headers.js';
import { type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { type Link, urlOfMethod } from './link.js';
import type { Settings } from './options.js';
import type { Repeatable } from './retry.js';

/** What bounds and decorates one request. */
export interface ExchangeOptions {
  /** ms */
  timeout: number;
  signal?: AbortSignal | undefined;
  /** The application's headers for this request. */
  headers?: HeadersInput | undefined;
  repeatable?: Repeatable;
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
  { extensions, depth }: Pick<Settings, 'extensions' | 'depth'>,
  { timeout, signal, headers: extraHeaders, repeatable }: ExchangeOptions,
): Promise<unknown> {
  const id = randomId();
  const { headers, extensionsHeader } = link.encoder;
  const answer = await transport.send({
    operation: method,
    url: urlOfMethod(link.endpoint, method),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...headers,
      ...(extensionsHeader && extensions.length > 0 && { [extensionsHeader]: extensions.join(', ') }),
    },
    extraHeaders,
    body: writeRpcRequest(id, method, params),
    timeout,
    signal,
    expendable: repeatable === 'read' || repeatable === 'poll',
  });
  const { status, text, where, redact } = answer;
  if (transportStatus.includes(status)) refuseFailure(answer);
  let read: RpcAnswer;
  try {
    read = readRpcAnswer(parseJson(text, depth, where), id, where);
  } catch (error) {
    // What is no JSON-RPC is told by its status, if that is a failure.
    refuseFailure(answer);
    throw error;
  }
  if (read.error) throw toRpcError(method, redacted(read.error, redact));
  refuseFailure(answer);
  return read.result;
}

/** The same error without the credentials, wherever the server echoes them. */
function redacted<T>(error: T, redact: (text: string) => string): T {
  return JSON.parse(JSON.stringify(error), (_, value) => (typeof value === 'string' ? redact(value) : value));
}
