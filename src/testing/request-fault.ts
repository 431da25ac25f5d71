/**
 * What goes wrong with one request:
 *
 * - `'reset'`: the connection is lost before the server has read it. Nothing was done.
 * - `'lose-answer'`: what it asks for is done, and the connection is lost before the answer comes.
 * - `'hang'`: nothing was done, and no answer ever comes.
 * - `'html'`: an HTML page comes instead of the answer, as from a proxy. Nothing was done.
 * - `'garbage'`: instead of the answer comes what says that it is JSON, and is not. Nothing was done.
 * - `'wrong-id'`: the answer, or each event of it, has another id than the request: over JSON-RPC only.
 * - `{ status }`: this HTTP status comes instead of the answer, e.g. `{ status: 503, retryAfter: 2 }`, in seconds.
 *   Nothing was done.
 * - `{ latency }`: the answer comes so many ms later.
 * - `{ truncate }`: the connection is lost after so many bytes of the answer's body.
 * - `{ drip, every }`: the answer's body comes in pieces of so many bytes, a piece each so many ms.
 * - `{ oversize }`: the answer's body is this many bytes, by empty lines before it; of a stream, that of the
 *   lines and its first event together.
 * - `{ regress }`: each task of the answer is told in this earlier state, as from a replica that lags behind. Streams
 *   are left as they are.
 */
export type RequestFault =
  | 'reset'
  | 'lose-answer'
  | 'hang'
  | 'html'
  | 'garbage'
  | 'wrong-id'
  | {
      status: number;
      retryAfter?: number | string | undefined;
      body?: string | undefined;
      headers?: Readonly<Record<string, string>> | undefined;
    }
  | { latency: number }
  | { truncate: number }
  | { drip: number; every: number }
  | { oversize: number }
  | { regress: 'submitted' | 'working' };
