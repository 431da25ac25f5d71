/** One HTTP request about to be sent. Headers may be added, e.g. `traceparent`; credentials are not among them. */
export interface RequestEvent {
  /** The A2A operation or JSON-RPC method, e.g. `GetTask`. */
  operation: string;
  url: string;
  headers: Headers;
}

export interface ResponseEvent {
  operation: string;
  url: string;
  status: number;
  /** ms from sending to the end of the body. */
  duration: number;
}

export interface RetryEvent {
  operation: string;
  /** The attempt that failed, from 1. */
  attempt: number;
  /** ms until the next one. */
  delay: number;
  error: unknown;
}

/** For tracing and logs. What a hook throws is reported as a warning and changes nothing else. */
export interface Hooks {
  onRequest?: ((event: RequestEvent) => void) | undefined;
  onResponse?: ((event: ResponseEvent) => void) | undefined;
  onRetry?: ((event: RetryEvent) => void) | undefined;
}

/** Something that went well but not as expected. */
export interface A2AWarning {
  code:
    | 'credentials-withheld'
    | 'dialect-corrected'
    | 'other-task'
    | 'listener-failed'
    | 'card-url-corrected';
  message: string;
  cause?: unknown;
}
