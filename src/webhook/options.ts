import { demand, functionOption, integerOption } from '../errors/options.js';
import type { WebhookNotification } from './events.js';
import { memoryWebhookStore } from './memory-store.js';
import type { WebhookStore } from './store.js';
import { authorization, notificationToken } from './token.js';
import { anyOf, type Verifier } from './verifier.js';

export interface WebhookLimits {
  /** Bytes of one body. @default 4_194_304 (4 MiB) */
  bodyBytes?: number;
  /** Levels of nesting of one body. @default 64 */
  depth?: number;
  /** ms for one request: for a slow body 408 is the answer, for a slow store or verifier 503. @default 10_000 */
  time?: number;
  /** Notifications a second at one url, in the long run. @default 100 */
  rate?: number;
  /** Notifications at once at one url. @default 200 */
  burst?: number;
}

export interface WebhookReceiverOptions {
  /**
   * Where the world reaches the receiver. Registrations have urls below it; with `shared` it is itself notified.
   * `https`, unless it is the machine itself; without a query.
   */
  url: string | URL;
  /** Lets notifications at `url` itself in, for all tasks: one url and one secret, told apart by the tasks' ids. */
  shared?: Verifier;
  /** @default a `memoryWebhookStore()` of its own */
  store?: WebhookStore;
  /** For notifications at a registration's url. @default anyOf(notificationToken(), authorization()) */
  verify?: Verifier;
  limits?: WebhookLimits;
  /** Answers `GET ?validationToken=…` with the token, as samples of early A2A ask for. @default false */
  handshake?: boolean;
  /** Told of each notification that says something new; the same as `on('notification', …)`. */
  onNotification?: (notification: WebhookNotification) => unknown;
}

/** Options that were looked at: every value there and right. */
export interface CheckedReceiverOptions {
  /** Without a slash at the end. */
  base: string;
  /** The last segment of its path. */
  lastSegment: string;
  shared: Verifier | undefined;
  store: WebhookStore;
  verify: Verifier;
  limits: Required<WebhookLimits>;
  hasHandshake: boolean;
}

/** @throws TypeError that names the option */
export function checkReceiverOptions(options: WebhookReceiverOptions): CheckedReceiverOptions {
  const url = urlOption(options?.url);
  const { shared, store, verify, limits = {}, handshake = false } = options;
  for (const [name, value] of Object.entries({ shared, verify, onNotification: options.onNotification })) {
    if (value !== undefined) functionOption(name, value);
  }
  if (store) for (const name of ['get', 'replace', 'subscribe'] as const) functionOption(name, store[name]);
  const base = url.href.replace(/\/+$/, '');
  return {
    base,
    lastSegment: new URL(base).pathname.split('/').at(-1) ?? '',
    shared,
    store: store ?? memoryWebhookStore(),
    verify: verify ?? anyOf(notificationToken(), authorization()),
    limits: {
      bodyBytes: integerOption('limits.bodyBytes', limits.bodyBytes, 4_194_304, 1),
      depth: integerOption('limits.depth', limits.depth, 64, 1, 1_000),
      time: integerOption('limits.time', limits.time, 10_000, 1),
      rate: integerOption('limits.rate', limits.rate, 100, 1),
      burst: integerOption('limits.burst', limits.burst, 200, 1),
    },
    hasHandshake: handshake,
  };
}

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

function urlOption(given: string | URL): URL {
  const text = String(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRight =
    !!url &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))) &&
    // Neither a query nor credentials.
    url.href === url.origin + url.pathname;
  demand(isRight, 'url', 'an https url without a query', given);
  return url as URL;
}
