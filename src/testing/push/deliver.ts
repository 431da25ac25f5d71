import ky, { isHTTPError, isTimeoutError } from 'ky';
import type { Filled } from '../filled.js';
import { refusalOf } from './address-guard.js';
import type { Notification } from './notification.js';
import { NotificationError } from './notification-error.js';

/** How hard a delivery tries, and where it may go. */
export interface DeliveryOptions {
  /**
   * How often it is tried again after a failure that may pass: no answer, 408, 429 or 5xx. Waits twice as long each
   * time, or as long as `Retry-After` says, up to a minute.
   */
  retries?: number | undefined;
  /** ms until the first retry. @default 1_000 */
  minDelay?: number | undefined;
  /** ms, the longest wait without a `Retry-After`. @default 30_000 */
  maxDelay?: number | undefined;
  /** ms for each attempt. @default 10_000 */
  timeout?: number | undefined;
  /**
   * Whether notifications go to addresses that are not public (loopback, private, link-local), or to which hosts, with
   * or without a port. Looks at the url only: a name that leads to such an address is not found out.
   *
   * @default false
   * @example allowPrivate: ['127.0.0.1:8080']
   */
  allowPrivate?: boolean | readonly string[] | undefined;
  /** Called with a Request. @default the global one at that time */
  fetch?: typeof globalThis.fetch | undefined;
}

export type Delivery = Filled<Omit<DeliveryOptions, 'fetch'>> & Pick<DeliveryOptions, 'fetch'>;

/** A notification that arrived. */
export interface DeliveredNotification {
  /** 2xx. */
  status: number;
  /** How often it was sent. */
  attempts: number;
}

const transient = [408, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)];

/** Fills the defaults in; a value that makes no sense is a TypeError that names the option. */
export function readDelivery(options: DeliveryOptions, retries: number): Delivery {
  const delivery: Delivery = {
    retries: options.retries ?? retries,
    minDelay: options.minDelay ?? 1_000,
    maxDelay: options.maxDelay ?? 30_000,
    timeout: options.timeout ?? 10_000,
    allowPrivate: options.allowPrivate ?? false,
    ...(options.fetch && { fetch: options.fetch }),
  };
  if (!Number.isInteger(delivery.retries) || delivery.retries < 0) {
    throw new TypeError(`retries must be a whole number of at least 0, not ${delivery.retries}.`);
  }
  for (const name of ['minDelay', 'maxDelay', 'timeout'] as const) {
    // A timer takes no more.
    if (delivery[name] >= 0 && delivery[name] < 2 ** 31) continue;
    throw new TypeError(`${name} must be a number of ms from 0 to 2 ** 31 - 1, not ${delivery[name]}.`);
  }
  return delivery;
}

/**
 * Sends until it arrives, or until it has been tried as often as it may be. An abort ends it at once.
 *
 * @throws NotificationError if it did not arrive (rejects)
 */
export async function deliver(
  { url, headers, body }: Notification,
  { retries, minDelay, maxDelay, timeout, allowPrivate, fetch }: Delivery,
  signal?: AbortSignal,
): Promise<DeliveredNotification> {
  if (!URL.canParse(url)) throw new NotificationError('refused', 'The url of the webhook is not one.');
  const { host } = new URL(url);
  const refusal = refusalOf(new URL(url), allowPrivate);
  if (refusal) {
    throw new NotificationError('refused', `Nothing was sent to the webhook at "${host}": ${refusal}.`);
  }
  let attempts = 0;
  // One of its own: many share the server's, and Node warns of a signal that more than ten listen to.
  const own = AbortSignal.any(signal ? [signal] : []);
  try {
    const response = await ky.post(url, {
      headers,
      body,
      timeout,
      redirect: 'manual',
      signal: own,
      // One that does not look at its signal must not keep a server from closing.
      fetch: async request => {
        own.throwIfAborted();
        attempts++;
        return untilAborted((fetch ?? globalThis.fetch)(request), own);
      },
      retry: {
        limit: retries,
        methods: ['post'],
        statusCodes: transient,
        afterStatusCodes: transient,
        maxRetryAfter: 60_000,
        retryOnTimeout: true,
        delay: nth => minDelay * 2 ** (nth - 1),
        backoffLimit: maxDelay,
      },
      hooks: { beforeRetry: [({ error }) => discard(isHTTPError(error) ? error.response : undefined)] },
    });
    discard(response);
    return { status: response.status, attempts };
  } catch (error) {
    throw failure(error, { host, attempts, isAborted: own.aborted });
  }
}

function failure(
  error: unknown,
  { host, attempts, isAborted }: { host: string; attempts: number; isAborted: boolean },
): NotificationError {
  const times = `, ${attempts === 1 ? 'once' : `${attempts} times`}`;
  if (isAborted) {
    return new NotificationError('aborted', `The notification of the webhook at ${host} was aborted.`, {
      attempts,
      cause: error,
    });
  }
  // Neither of ky's errors is a cause: they hold the request, with its credentials.
  if (isTimeoutError(error)) {
    return new NotificationError('timeout', `The webhook at ${host} did not answer in time${times}.`, {
      attempts,
    });
  }
  if (!isHTTPError(error)) {
    return new NotificationError('network', `The webhook at ${host} could not be reached${times}.`, {
      attempts,
      cause: error,
    });
  }
  const { response } = error;
  discard(response);
  const { status } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const message = `The webhook at ${host} redirects, which is not followed.`;
    return new NotificationError('redirect', message, { status, attempts });
  }
  const message = `The webhook at ${host} answered HTTP ${status}${times}.`;
  return new NotificationError('status', message, { status, attempts });
}

/** Frees the connection: what a webhook answers is of no interest. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}

async function untilAborted(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([response, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
