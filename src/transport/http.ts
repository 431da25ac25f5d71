import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import { AuthenticationError, HttpError, NetworkError, RequestTimeoutError } from '../errors/wire.js';
import { now } from '../time/clock.js';
import { readRetryAfter } from '../time/retry-after.js';
import { timedOut, within } from '../time/within.js';
import type { Authenticator, Credentials } from './auth.js';
import { readBody } from './body.js';
import { getDocument } from './document.js';
import { readHeaders, redact, secretsAmong, withoutSecrets } from './headers.js';
import { type A2AWarning, type Hooks, notify } from './hooks.js';
import { isRefused, isRuntimeTimeout } from './network.js';
import { sameOrigin } from './origin.js';

export interface HttpSettings {
  fetch: typeof fetch;
  auth: Authenticator;
  /** The application's headers for every request. */
  headers: Headers;
  /** Where credentials may go. */
  trusted: readonly URL[];
  responseBytes: number;
  /** How often a document is asked for again. */
  documentRetries: number;
  hooks: Hooks;
  onWarning: (warning: A2AWarning) => void;
}

export interface HttpRequest {
  /** For hooks and messages, e.g. `GetTask`. */
  operation: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** The application's headers for this request. */
  extraHeaders?: HeadersInit | undefined;
  /** A call is posted, a document has no body and is got. */
  body?: string;
  /** ms */
  timeout: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Where the answer came from, after redirects. */
  url: string;
  /** Hides the credentials of this request in a text that is to be shown. */
  redact: (text: string) => string;
}

/** How often a request with credentials follows a redirect. */
const redirectsFollowed = 3;

/** Sends requests: credentials, deadline, abort, limits and redirects. Calls are not retried here, but for one 401. */
export class HttpTransport {
  readonly #settings: HttpSettings;
  /** Origins that were warned about. */
  readonly #withheld = new Set<string>();

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /**
   * @returns the answer with whatever status, but 401 and 403
   * @throws {AuthenticationError} {RequestTimeoutError} {AbortedError} {NetworkError} {ResponseLimitError}
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { operation, url, timeout, signal } = request;
    const where = describe(operation, url);
    try {
      const answer = await within(timeout, signal, inner => this.#authenticated(request, where, inner));
      if (answer !== timedOut) return answer;
    } catch (error) {
      if (signal?.aborted) throw new AbortedError(where, signal.reason);
      throw error;
    }
    throw new RequestTimeoutError(
      `${where} was not answered within ${timeout} ms. Set "timeout" higher if that is expected.`,
      timeout,
    );
  }

  async #authenticated(request: HttpRequest, where: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { auth } = this.#settings;
    const trusted = this.#isTrusted(request.url);
    if (!auth.active || !trusted) {
      if (auth.active) this.#warnWithheld(request.url.origin);
      return refuseUnauthorized(
        await this.#exchange(request, where, undefined, signal),
        where,
        trusted
          ? 'Give credentials with the option "auth".'
          : 'The credentials were not sent to this origin, see "trustedOrigins".',
      );
    }
    const credentials = await auth.get();
    const answer = await this.#exchange(request, where, credentials, signal);
    if (answer.status !== 401) return refuseUnauthorized(answer, where, 'The credentials are not enough.');
    const renewed = await auth.renew(credentials);
    return renewed
      ? refuseUnauthorized(
          await this.#exchange(request, where, renewed, signal),
          where,
          'So were renewed credentials.',
        )
      : refuseUnauthorized(
          answer,
          where,
          'The token is wrong or expired; "auth" as a function is asked for a new one.',
        );
  }

  async #exchange(
    request: HttpRequest,
    where: string,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { hooks, onWarning, responseBytes } = this.#settings;
    const { operation, url } = request;
    const headers = this.#headersFor(request);
    if (hooks.onRequest) notify(hooks.onRequest, { operation, url: publicUrl(url), headers }, onWarning);
    credentials?.forEach((value, name) => {
      headers.set(name, value);
    });
    const secrets = secretsAmong(headers);
    const begun = now();
    try {
      const response = await this.#respond(request, headers, secrets !== undefined, where, signal);
      const text = await readBody(response, responseBytes, where);
      if (hooks.onResponse) {
        const duration = now() - begun;
        notify(
          hooks.onResponse,
          { operation, url: publicUrl(url), status: response.status, duration },
          onWarning,
        );
      }
      return {
        status: response.status,
        headers: response.headers,
        text,
        url: response.url || url.href,
        redact: shown => redact(shown, secrets),
      };
    } catch (error) {
      throw error instanceof A2AError ? error : networkError(error, where, now() - begun);
    }
  }

  #headersFor({ url, headers: needed, extraHeaders }: HttpRequest): Headers {
    let headers = new Headers(this.#settings.headers);
    if (extraHeaders) {
      readHeaders('headers', extraHeaders).forEach((value, name) => {
        headers.set(name, value);
      });
    }
    if (!this.#isTrusted(url)) headers = withoutSecrets(headers);
    for (const name of Object.keys(needed)) headers.set(name, needed[name] ?? '');
    return headers;
  }

  #respond(
    request: HttpRequest,
    headers: Headers,
    secret: boolean,
    where: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const { documentRetries: retries, hooks, onWarning } = this.#settings;
    const { operation, url, body } = request;
    const fetchOnce = () => this.#fetch(url, body, headers, secret, where, signal);
    if (body !== undefined) return fetchOnce();
    const onRetry = (attempt: number, error: Error) =>
      notify(hooks.onRetry, { operation, attempt, delay: 0, error }, onWarning);
    return getDocument(url, fetchOnce, { retries, onRetry }, signal);
  }

  /** One request, and of redirects those that cannot carry credentials elsewhere. */
  async #fetch(
    url: URL,
    body: string | undefined,
    headers: Headers,
    secret: boolean,
    where: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const { fetch } = this.#settings;
    const method = body === undefined ? 'GET' : 'POST';
    const init: RequestInit = { method, headers, signal, redirect: secret ? 'manual' : 'follow' };
    if (body !== undefined) init.body = body;
    let target = url;
    for (let followed = 0; ; followed += 1) {
      const response = await fetch(target.href, init);
      const { status } = response;
      const redirected =
        response.type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304);
      if (!secret || !redirected) return response;
      await response.body?.cancel();
      // A document may lie anywhere: it is got without the credentials.
      if (body === undefined)
        return fetch(url.href, { ...init, headers: withoutSecrets(headers), redirect: 'follow' });
      const location = response.headers.get('location');
      const next = location && URL.canParse(location, target) ? new URL(location, target) : undefined;
      const keepsMethod = status === 307 || status === 308;
      if (!next || !keepsMethod || !sameOrigin(next, target) || followed >= redirectsFollowed) {
        throw new HttpError(
          `${where} was redirected${next ? ` to ${publicUrl(next)}` : ''}, and a request with credentials does not follow. ` +
            'Use the url it leads to.',
          status,
        );
      }
      target = next;
    }
  }

  /** Whether the application's credentials may go to a url. */
  #isTrusted(url: URL): boolean {
    return this.#settings.trusted.some(origin => sameOrigin(origin, url));
  }

  #warnWithheld(origin: string): void {
    if (this.#withheld.has(origin)) return;
    this.#withheld.add(origin);
    this.#settings.onWarning({
      code: 'credentials-withheld',
      message: `The credentials are not sent to ${origin}: they were given for another origin. Add it to "trustedOrigins" if it should have them.`,
    });
  }
}

/** @throws {HttpError} for an answer that is not 2xx */
export function refuseFailure({ status, headers, text, redact: hide }: HttpAnswer, where: string): void {
  if (status >= 200 && status < 300) return;
  const said = saidIn(text);
  let hint = '';
  if (status === 404 || status === 405) hint = ' Is the url the one of an A2A endpoint?';
  if (status === 429 || status >= 500) hint = ' The server may do better in a while.';
  throw new HttpError(
    `${where} was answered with HTTP ${status}${said && `: ${hide(said)}`}.${hint}`,
    status,
    readRetryAfter(headers.get('retry-after')),
  );
}

/** How a request is named in messages: never with a query, which may hold a key. */
export function describe(operation: string, url: URL): string {
  return `${operation} at ${publicUrl(url)}`;
}

function publicUrl(url: URL): string {
  return url.origin + url.pathname;
}

function refuseUnauthorized(answer: HttpAnswer, where: string, hint: string): HttpAnswer {
  if (answer.status !== 401 && answer.status !== 403) return answer;
  const said = saidIn(answer.text);
  throw new AuthenticationError(
    `${where} was answered with HTTP ${answer.status}${said && `: ${answer.redact(said)}`}. ${hint}`,
    answer.status,
  );
}

/** The words in an error's JSON body, whatever the framework: `detail`, `message` or `error`. */
function saidIn(text: string): string {
  if (text.length > 10_000) return '';
  try {
    const body = JSON.parse(text) as Record<string, unknown> | null;
    const error = body?.['error'];
    const candidates = [
      body?.['detail'],
      body?.['message'],
      (error as { message?: unknown } | null)?.message,
      error,
    ];
    const said = candidates.find(words => typeof words === 'string');
    return typeof said === 'string' ? said.slice(0, 200).replace(/[.\s]+$/, '') : '';
  } catch {
    return '';
  }
}

function networkError(error: unknown, where: string, elapsed: number): A2AError {
  if (isRuntimeTimeout(error)) {
    const seconds = Math.round(elapsed / 1000);
    return new RequestTimeoutError(
      `${where} was not answered in time: the runtime's fetch gave up by itself after ${seconds} s.`,
      elapsed,
    );
  }
  const refused = isRefused(error);
  return new NetworkError(
    refused
      ? `${where} could not be sent: nothing accepts connections there. Is the server running, and the url right?`
      : `${where} got no answer: the connection failed or was cut off.`,
    { cause: error, refused },
  );
}
