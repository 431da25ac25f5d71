import { demand, functionOption, integerOption } from '../errors/options.js';
import type { WebhookNotification } from './events.js';
import { memoryWebhookStore } from './memory-store.js';
import type { WebhookStore } from './store.js';
import { authorization, notificationToken } from './token.js';
import { anyOf, type Verifier } from './verifier.js';

export interface WebhookLimits {
  /** Bytes of one body. @default 4_194_304 (4 MiB) */
  bodyBytes?: number | undefined;
  /** Levels of nesting of one body. @default 64 */
  depth?: number | undefined;
  /** ms for one request: for a slow body 408 is the answer, for a slow store or verifier 503. @default 10_000 */
  time?: number | undefined;
  /** Notifications a second at one url, in the long run. @default 100 */
  rate?: number | undefined;
  /** Notifications at once at one url. @default 200 */
  burst?: number | undefined;
}

export interface WebhookReceiverOptions {
  /**
   * Where the world reaches the receiver. Registrations have urls below it; with `shared` it is itself notified.
   * `https`, unless it is the machine itself; without a query.
   */
  url: string | URL;
  /** Lets notifications at `url` itself in, for all tasks: one url and one secret, told apart by the tasks' ids. */
  shared?: Verifier | undefined;
  /** @default a `memoryWebhookStore()` of its own */
  store?: WebhookStore | undefined;
  /** For notifications at a registration's url. @default anyOf(notificationToken(), authorization()) */
  verify?: Verifier | undefined;
  limits?: WebhookLimits | undefined;
  /** Answers `GET ?validationToken=…` with the token, as samples of early A2A ask for. @default false */
  handshake?: boolean | undefined;
  /** Told of each notification that says something new; the same as `on('notification', …)`. */
  onNotification?: ((notification: WebhookNotification) => unknown) | undefined;
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
  limits: Record<keyof WebhookLimits, number>;
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
  const limit = (name: keyof WebhookLimits, fallback: number, max?: number) =>
    integerOption(`limits.${name}`, limits[name], fallback, 1, max);
  const path = url.pathname.replace(/\/+$/, '');
  return {
    base: url.origin + path,
    lastSegment: path.split('/').at(-1) ?? '',
    shared,
    store: store ?? memoryWebhookStore(),
    verify: verify ?? anyOf(notificationToken(), authorization()),
    limits: {
      bodyBytes: limit('bodyBytes', 4_194_304),
      depth: limit('depth', 64, 1_000),
      time: limit('time', 10_000),
      rate: limit('rate', 100),
      burst: limit('burst', 200),
    },
    hasHandshake: handshake,
  };
}

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** @throws TypeError without showing what was given: it may hold a password or a key */
function urlOption(given: string | URL): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  demand(isSafe, 'url', 'https, or http for localhost', 'something else');
  const { href, origin, pathname } = url as URL;
  demand(href === origin + pathname, 'url', 'without a query or password', 'with one');
  return url as URL;
}
