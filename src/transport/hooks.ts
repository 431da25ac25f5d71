/** One HTTP request about to be sent. Headers may be added, e.g. `traceparent`; credentials are not among them yet. */
export interface RequestEvent {
  /** The A2A operation or JSON-RPC method, e.g. `GetTask`; `card` for the agent card. */
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
  onRequest?: (event: RequestEvent) => void;
  onResponse?: (event: ResponseEvent) => void;
  onRetry?: (event: RetryEvent) => void;
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

/** Calls an application's function such that whatever it does, the caller goes on. */
export function notify<Event>(
  listener: ((event: Event) => void) | undefined,
  event: Event,
  onWarning?: (warning: A2AWarning) => void,
): void {
  try {
    listener?.(event);
  } catch (cause) {
    try {
      onWarning?.({ code: 'listener-failed', message: 'A callback of the application threw.', cause });
    } catch {
      // Nobody is left to tell.
    }
  }
}
