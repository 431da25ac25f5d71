/** A JSON-RPC error to answer with. */
export class RpcFault extends Error {
  readonly code: number;
  readonly data: unknown;
  /** Of the answer, in JSON-RPC. */
  readonly httpStatus: number;

  constructor(code: number, message: string, data?: unknown, httpStatus = 200) {
    super(message);
    this.code = code;
    this.data = data;
    this.httpStatus = httpStatus;
  }
}

/** An answer outside JSON-RPC, for servers that crash on some requests. */
export class HttpFault extends Error {
  readonly status: number;

  constructor(status: number, body: string) {
    super(body);
    this.status = status;
  }
}

export function plainText({ status, message }: HttpFault): Response {
  return new Response(message, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
