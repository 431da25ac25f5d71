/** A JSON-RPC request as it arrives. */
export interface RpcRequest {
  url: string;
  method: string;
  params: Record<string, unknown>;
  id: string;
  headers: Headers;
  /** The HTTP method. */
  verb: string;
}

/** A body, a whole response, or a failure of the network. */
export type RpcReply = string | Response | Error | Promise<Response>;

/** A fetch that answers each call by a function, without a server; its requests are in `requests`. */
export function rpcFetch(answer: (request: RpcRequest, index: number) => RpcReply): {
  fetch: typeof globalThis.fetch;
  requests: RpcRequest[];
} {
  const requests: RpcRequest[] = [];
  const fetch = (input: unknown, init: RequestInit = {}) => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : {};
    const request: RpcRequest = {
      url: String(input),
      method: body.method ?? '',
      params: body.params ?? {},
      id: body.id ?? '',
      headers: new Headers(init.headers),
      verb: init.method ?? 'GET',
    };
    requests.push(request);
    return new Promise<Response>((resolve, reject) => {
      const { signal } = init;
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const reply = answer(request, requests.length - 1);
      if (reply instanceof Error) reject(reply);
      else resolve(typeof reply === 'string' ? json(reply) : reply);
    });
  };
  return { fetch: fetch as unknown as typeof globalThis.fetch, requests };
}

export function json(text: string, init: ResponseInit = {}): Response {
  return new Response(text, { ...init, headers: { 'content-type': 'application/json', ...init.headers } });
}

export function result(id: string, value: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: value });
}

export function rpcError(id: string, code: number, message: string, data?: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } });
}
