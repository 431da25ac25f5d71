import ky, { HTTPError } from 'ky';

export interface DocumentOptions {
  /** How often to try again. */
  retries: number;
  onRetry: (attempt: number, error: Error) => void;
  signal: AbortSignal;
}

const transient = [408, 429, 502, 503, 504];

/**
 * Gets a document with ky's patience: it retries what may pass and heeds Retry-After. The last answer is returned,
 * whatever its status.
 */
export async function getDocument(
  url: URL,
  fetch: () => Promise<Response>,
  { retries, onRetry, signal }: DocumentOptions,
): Promise<Response> {
  try {
    return await ky(url, {
      fetch,
      signal,
      // The deadline is the caller's.
      timeout: false,
      throwHttpErrors: status => transient.includes(status),
      retry: {
        limit: retries,
        statusCodes: transient,
        afterStatusCodes: transient,
        maxRetryAfter: 60_000,
        jitter: true,
      },
      hooks: { beforeRetry: [({ retryCount, error }) => onRetry(retryCount, error)] },
    });
  } catch (error) {
    if (error instanceof HTTPError) return error.response;
    throw error;
  }
}
