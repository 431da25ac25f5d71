import { A2AError } from './base.js';

/** The HTTP answer was neither a success nor a JSON-RPC error. */
export class HttpError extends A2AError {
  static override readonly tag: string = 'HttpError';
  readonly status: number;
  /** What the server asked to wait, in ms; absent if it did not say, or the runtime does not show it. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: number, retryAfter?: number, code = 'http-error') {
    super(message, code);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** 401 or 403: the credentials are missing, wrong, expired or not enough. Concludes nothing else about the server. */
export class AuthenticationError extends HttpError {
  static override readonly tag = 'AuthenticationError';

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, status, undefined, 'authentication');
    if (options) this.cause = options.cause;
  }
}

/** The request got no answer: refused, reset, cut off, or the name could not be resolved. */
export class NetworkError extends A2AError {
  static override readonly tag = 'NetworkError';
  /** True only if the request certainly never reached the server. */
  readonly refused: boolean;

  constructor(message: string, options: { cause?: unknown; refused?: boolean } = {}) {
    super(message, 'network', { cause: options.cause });
    this.refused = options.refused ?? false;
  }
}

/** One request took longer than its `timeout`. Not how a wait ends: that is `WaitTimeoutError`. */
export class RequestTimeoutError extends A2AError {
  static override readonly tag = 'RequestTimeoutError';
  /** ms */
  readonly timeout: number;

  constructor(message: string, timeout: number) {
    super(message, 'request-timeout');
    this.timeout = timeout;
  }
}

/** The server answered, but with something that is not what was asked for. */
export class ResponseFormatError extends A2AError {
  static override readonly tag: string = 'ResponseFormatError';
  /** Where in the answer it went wrong, e.g. `result.status.state`; empty if all of it. */
  readonly path: string;

  constructor(message: string, path = '', code = 'response-format') {
    super(message, code);
    this.path = path;
  }
}

/** An answer was larger, or nested deeper, than allowed. */
export class ResponseLimitError extends ResponseFormatError {
  static override readonly tag = 'ResponseLimitError';
  /** The option that sets the limit. */
  readonly option: 'limits.responseBytes' | 'limits.depth';

  constructor(message: string, option: 'limits.responseBytes' | 'limits.depth') {
    super(message, '', 'response-limit');
    this.option = option;
  }
}
