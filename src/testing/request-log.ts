import { isJson, optional } from './fields.js';
import { type Operation, operationOf } from './operation.js';
import type { RequestFault } from './request-fault.js';

/** A request the reference server received. */
export interface ReceivedRequest {
  /** The HTTP method. */
  method: string;
  /** With the query, if there was one. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The parsed JSON, the text if it is not JSON, `undefined` if there was none. */
  body: unknown;
  /** What it asks for, the same in every dialect; of documents, such as the card, there is none. */
  operation?: Operation;
  /**
   * The JSON-RPC method as its dialect calls it, `SendMessage` in 1.0 and `message/send` in the others; over HTTP+JSON
   * what the same operation is called in JSON-RPC.
   */
  rpcMethod?: string;
  /** What the option `fault` did to it. */
  fault?: RequestFault;
}

const longest = 10_000;

/** Adds to the log, which keeps the last 10,000 requests. Where no route says what was asked for, the body may. */
export function logRequest(
  log: ReceivedRequest[],
  request: Request,
  text: string,
  routed: string | undefined,
): ReceivedRequest {
  const { pathname, search } = new URL(request.url);
  const body = read(text);
  const named = isJson(body) && typeof body.method === 'string' ? body.method : undefined;
  const rpcMethod = routed ?? named;
  const received: ReceivedRequest = {
    method: request.method,
    path: pathname + search,
    headers: Object.fromEntries(request.headers),
    body,
    ...optional('operation', operationOf(rpcMethod)),
    ...(rpcMethod !== undefined && { rpcMethod }),
  };
  log.push(received);
  if (log.length > longest) log.shift();
  return received;
}

function read(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
