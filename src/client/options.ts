import type { Binding, Dialect } from '../dialects/dialect.js';
import {
  demand,
  durationOption,
  functionOption,
  integerOption,
  textOption,
  wordOption,
} from '../errors/options.js';
import { notify } from '../time/notify.js';
import { OpenSteps } from '../time/open-steps.js';
import { type Auth, Authenticator } from '../transport/auth.js';
import { type HeadersInput, readHeaders, splitHeaders } from '../transport/headers.js';
import type { A2AWarning, Hooks } from '../transport/hooks.js';
import type { HttpSettings } from '../transport/http.js';
import { httpUrl, sameOrigin } from '../transport/origin.js';

export interface RetryOptions {
  /** How often to try again; 0 switches it off. @default 2 */
  retries?: number | undefined;
  /** ms; the delay before the first retry, doubled for each further one, with full jitter. @default 500 */
  minDelay?: number | undefined;
  /** ms; no delay is longer, but for a server's Retry-After of up to a minute. @default 10_000 */
  maxDelay?: number | undefined;
}

export interface A2AClientOptions {
  /** A Bearer token, a function that gives one and is asked again after a 401, or a handler for other schemes. */
  auth?: Auth | undefined;
  /** Sent with every request. Those that carry credentials (by their names) stay on the agent's own origin. */
  headers?: HeadersInput | undefined;
  /** Called as `(url, init)`. @default the platform's */
  fetch?: typeof fetch | undefined;
  /** ms for one request. @default 30_000, and 300_000 for messages, which agents answer when they are done */
  timeout?: number | undefined;
  /** How often a failed request is tried again. A message is only where it certainly was not taken. @default 2 */
  retry?: number | RetryOptions | undefined;
  limits?:
    | {
        /** Bytes of one answer. @default 16_777_216 (16 MiB) */
        responseBytes?: number | undefined;
        /** Bytes of one event of a stream, counted as characters. @default 4_194_304 (4 MiB) */
        eventBytes?: number | undefined;
        /** Levels of nesting in one answer or event. @default 200 */
        depth?: number | undefined;
      }
    | undefined;
  /** What the agent speaks; found out by itself unless given. @default 'auto' */
  dialect?: 'auto' | Dialect | undefined;
  /** Which binding to use where the agent has both. @default 'JSONRPC' */
  binding?: Binding | undefined;
  /** The url to post calls to: skips the agent card. */
  endpoint?: string | URL | undefined;
  /** URIs of the protocol extensions to switch on (`A2A-Extensions`). */
  extensions?: readonly string[] | undefined;
  /** Which tenant of the agent; the card's own by default. */
  tenant?: string | undefined;
  /** Further origins that may receive the credentials, e.g. `https://rpc.agent.example`. */
  trustedOrigins?: readonly string[] | undefined;
  /** For tracing and logs. */
  hooks?: Hooks | undefined;
  /** Told of what went well, but not as expected. */
  onWarning?: ((warning: A2AWarning) => void) | undefined;
}

/** What every call takes. */
export interface RequestOptions {
  /** Ends the call at once with an `AbortedError`. */
  signal?: AbortSignal | undefined;
  /** ms for each request of this call, instead of the client's. */
  timeout?: number | undefined;
  /** Sent besides the client's. */
  headers?: HeadersInput | undefined;
}

/** `RetryOptions` that were looked at. */
export interface RetryPolicy extends Delays {
  retries: number;
}

/** How an exponential backoff grows, ms. */
export interface Delays {
  minDelay: number;
  maxDelay: number;
}

/** Options that were looked at: every value there and right. */
export interface Settings {
  base: URL;
  endpoint: URL | undefined;
  http: HttpSettings;
  readTimeout: number;
  sendTimeout: number;
  retry: RetryPolicy;
  eventBytes: number;
  depth: number;
  dialect: Dialect | undefined;
  binding: Binding | undefined;
  extensions: readonly string[];
  tenant: string | undefined;
  onWarning: (warning: A2AWarning) => void;
}

/** @throws TypeError that names the option */
export function checkClientOptions(url: string | URL, options: A2AClientOptions): Settings {
  const { auth, fetch, timeout, extensions = [], trustedOrigins = [] } = options;
  const limits = options.limits ?? {};
  const limit = (name: keyof typeof limits, fallback: number) =>
    integerOption(`limits.${name}`, limits[name], fallback, 1);
  const hooks = options.hooks ?? {};
  const base = urlOption('url', url);
  const endpoint = options.endpoint === undefined ? undefined : urlOption('endpoint', options.endpoint);
  if (typeof auth === 'string') textOption('auth', auth);
  else if (typeof auth === 'object') functionOption('auth.headers', auth.headers);
  else if (auth !== undefined) functionOption('auth', auth);
  listOption('extensions', extensions);
  readHeaders('extensions', { extensions: extensions.join() });
  listOption('trustedOrigins', trustedOrigins);
  for (const [name, given] of Object.entries({ ...hooks, fetch, onWarning: options.onWarning }))
    if (given !== undefined) functionOption(name in hooks ? `hooks.${name}` : name, given);
  if (options.tenant !== undefined) textOption('tenant', options.tenant);
  const dialect = wordOption('dialect', options.dialect, ['auto', '1.0', '0.3', 'praison']);
  const trusted = [endpoint ?? base, ...trustedOrigins.map(origin => urlOption('trustedOrigins', origin))];
  const onWarning = (warning: A2AWarning) => notify(options.onWarning, warning);
  return {
    base,
    endpoint,
    readTimeout: durationOption('timeout', timeout, 30_000, Infinity),
    sendTimeout: durationOption('timeout', timeout, 300_000, Infinity),
    retry: retryOption(options.retry ?? 2),
    eventBytes: limit('eventBytes', 4 * 1024 * 1024),
    depth: limit('depth', 200),
    dialect: dialect === 'auto' ? undefined : dialect,
    binding: wordOption('binding', options.binding, ['JSONRPC', 'HTTP+JSON']),
    extensions,
    tenant: options.tenant,
    onWarning,
    http: {
      // Looked up at each call: test tools replace the global one.
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      auth: new Authenticator(auth),
      headers: splitHeaders(readHeaders('headers', options.headers)),
      isTrusted: url => trusted.some(origin => sameOrigin(origin, url)),
      responseBytes: limit('responseBytes', 16 * 1024 * 1024),
      open: new OpenSteps(),
      hooks,
      onWarning,
    },
  };
}

/** Several strings. */
function listOption(name: string, list: unknown): void {
  demand(Array.isArray(list), name, 'a list of strings', list);
  for (const each of list as unknown[]) textOption(`${name}[]`, each);
}

function retryOption(retry: number | RetryOptions): RetryPolicy {
  const given = typeof retry === 'object' ? retry : { retries: retry };
  return {
    retries: integerOption(typeof retry === 'object' ? 'retry.retries' : 'retry', given.retries, 2, 0, 100),
    ...delayOptions('retry', given, 500, 10_000),
  };
}

/** The delays of an exponential backoff, ms. */
export function delayOptions(
  name: string,
  { minDelay, maxDelay }: Omit<RetryOptions, 'retries'>,
  min: number,
  max: number,
): Delays {
  return {
    minDelay: durationOption(`${name}.minDelay`, minDelay, min),
    maxDelay: durationOption(`${name}.maxDelay`, maxDelay, max),
  };
}

/** An absolute http(s) url without user and password, which would end up in logs. */
function urlOption(name: string, given: string | URL): URL {
  const url = httpUrl(given);
  if (!url) {
    // Not quoted: it may hold a password.
    throw new TypeError(`"${name}" must be an absolute url with http(s)://.`);
  }
  if (url.username || url.password) {
    throw new TypeError(`"${name}" must not hold a password: use "auth".`);
  }
  url.hash = '';
  return url;
}
