import { A2AError } from './base.js';

/** The HTTP answer was neither a success nor a JSON-RPC error. */
export class HttpError extends A2AError {
  static override readonly tag: string = 'HttpError';
  declare readonly status: number;
  /** What the server asked to wait, in ms; absent if it did not say, or the runtime does not show it. */
  declare readonly retryAfter: number | undefined;

  constructor(
    message: string,
    status: number,
    options: ErrorOptions & { retryAfter?: number | undefined } = {},
  ) {
    super(message, options);
    this.status = status;
    this.retryAfter = options.retryAfter;
  }
}

/** 401 or 403: the credentials are missing, wrong, expired or not enough. Concludes nothing else about the server. */
export class AuthenticationError extends HttpError {
  static override readonly tag = 'AuthenticationError';
}

/** The request got no answer: refused, reset, cut off, or the name could not be resolved. */
export class NetworkError extends A2AError {
  static override readonly tag = 'NetworkError';
  /** True only if the request certainly never reached the server. */
  declare readonly refused: boolean;

  constructor(message: string, options: ErrorOptions & { refused: boolean }) {
    super(message, options);
    this.refused = options.refused;
  }
}

/** One request took longer than its `timeout`. Not how a wait ends: that is `WaitTimeoutError`. */
export class RequestTimeoutError extends A2AError {
  static override readonly tag = 'RequestTimeoutError';
  /** ms */
  declare readonly timeout: number;

  constructor(message: string, timeout: number) {
    super(message);
    this.timeout = timeout;
  }
}

/** The server answered, but with something that is not what was asked for. */
export class ResponseFormatError extends A2AError {
  static override readonly tag: string = 'ResponseFormatError';
  /** Where in the answer it went wrong, e.g. `result.status.state`; empty if all of it. */
  declare readonly path: string;

  constructor(message: string, path = '') {
    super(message);
    this.path = path;
  }
}

/** An answer was larger, or nested deeper, than allowed. */
export class ResponseLimitError extends ResponseFormatError {
  static override readonly tag = 'ResponseLimitError';
  /** The option that sets the limit. */
  declare readonly option: 'limits.responseBytes' | 'limits.eventBytes' | 'limits.depth';

  constructor(what: string, option: ResponseLimitError['option']) {
    super(`${what}. Set "${option}" higher.`);
    this.option = option;
  }
}
