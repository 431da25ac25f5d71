import ky, { HTTPError } from 'ky';
import type { A2AError } from '../errors/base.js';
import { HttpError, NetworkError } from '../errors/wire.js';

export interface DocumentOptions {
  /** How often to try again. */
  retries: number;
  onRetry: (attempt: number, error: A2AError) => void;
  /** For messages. */
  where: string;
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
  { retries, onRetry, signal, where }: DocumentOptions,
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
      hooks: {
        beforeRetry: [
          ({ retryCount, error }) => {
            const { response } = error as { response?: Response };
            // Unread, it would hold its connection. (And ky's own error would show the whole url.)
            response?.body?.cancel().catch(() => {});
            const failed = response
              ? new HttpError(`${where} was answered with HTTP ${response.status}.`, response.status)
              : new NetworkError(`${where} got no answer.`, { refused: false });
            onRetry(retryCount, failed);
          },
        ],
      },
    });
  } catch (error) {
    if (error instanceof HTTPError) return error.response;
    throw error;
  }
}
