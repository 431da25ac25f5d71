import { A2AError } from '../errors/base.js';
import { AuthenticationError, HttpError, NetworkError, RequestTimeoutError } from '../errors/wire.js';
import { now } from '../time/clock.js';
import { notify } from '../time/notify.js';
import { readRetryAfter } from '../time/retry-after.js';
import { type OpenSteps, timedOut, within } from '../time/within.js';
import type { Authenticator } from './auth.js';
import { readBody } from './body.js';
import { getDocument } from './document.js';
import {
  type HeaderRecord,
  type HeadersInput,
  readHeaders,
  redact,
  type SplitHeaders,
  splitHeaders,
} from './headers.js';
import type { A2AWarning, Hooks } from './hooks.js';
import { isRefused, isRuntimeTimeout } from './network.js';
import { sameOrigin } from './origin.js';

export interface HttpSettings {
  fetch: typeof fetch;
  auth: Authenticator;
  /** The application's headers for every request. */
  headers: SplitHeaders;
  /** Where credentials may go. */
  trusted: readonly URL[];
  responseBytes: number;
  /** How often a document is asked for again. */
  documentRetries: number;
  /** What is under way, for the client to close. */
  open: OpenSteps;
  hooks: Hooks;
  onWarning: (warning: A2AWarning) => void;
}

export interface HttpRequest {
  /** For hooks and messages, e.g. `GetTask`. */
  operation: string;
  url: URL;
  headers: Record<string, string>;
  /** The application's headers for this request. */
  extraHeaders?: HeadersInput | undefined;
  /** A call is posted, a document has no body and is got. */
  body?: string;
  /** ms */
  timeout: number;
  signal?: AbortSignal | undefined;
}

type SignaledRequest = HttpRequest & { signal: AbortSignal };

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

/** Sends requests: credentials, deadline, limits and redirects. Calls are not retried here, but for one 401. */
export class HttpTransport {
  readonly #settings: HttpSettings;
  /** Origins that were warned about. */
  readonly #withheld = new Set<string>();

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /**
   * @returns the answer with whatever status, but 401 and 403
   * @throws {AuthenticationError} {RequestTimeoutError} {NetworkError} {ResponseLimitError} {AbortedError}
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { operation, url, timeout, signal } = request;
    const where = describe(operation, url);
    const step = (inner: AbortSignal) => this.#authenticated({ ...request, signal: inner }, where);
    const answer = await within(timeout, signal, step, this.#settings.open);
    if (answer !== timedOut) return answer;
    throw new RequestTimeoutError(
      `${where} was not answered within the "timeout" of ${timeout} ms.`,
      timeout,
    );
  }

  async #authenticated(request: SignaledRequest, where: string): Promise<HttpAnswer> {
    const { auth, headers, trusted } = this.#settings;
    const { url, extraHeaders } = request;
    const own = extraHeaders ? splitHeaders(readHeaders('headers', extraHeaders)) : undefined;
    const plain = { ...headers.plain, ...own?.plain, ...request.headers };
    const home = trusted.some(origin => sameOrigin(origin, url));
    if (auth.active && !home) this.#warnWithheld(url.origin);
    const asked = home && auth.active ? auth.get() : undefined;
    const exchange = (credentials?: HeaderRecord) =>
      this.#exchange(
        request,
        plain,
        home ? { ...headers.secret, ...own?.secret, ...credentials } : {},
        where,
      );
    let answer = await exchange(await asked);
    const renewed = asked && answer.status === 401 ? auth.renew(asked) : undefined;
    if (renewed) answer = await exchange(await renewed);
    const { status } = answer;
    if (status !== 401 && status !== 403) return answer;
    const hint = home
      ? 'the credentials are missing, wrong or not enough, see "auth"'
      : 'see "trustedOrigins"';
    throw new AuthenticationError(
      `${where} was answered with HTTP ${status}${saidIn(answer)}: ${hint}.`,
      status,
    );
  }

  async #exchange(
    request: SignaledRequest,
    plain: HeaderRecord,
    secret: HeaderRecord,
    where: string,
  ): Promise<HttpAnswer> {
    const { hooks, onWarning, responseBytes, documentRetries: retries } = this.#settings;
    const { operation, signal } = request;
    const url = publicUrl(request.url);
    const onFailure = (cause: unknown) =>
      onWarning({ code: 'listener-failed', message: 'A hook threw.', cause });
    let shown = plain;
    if (hooks.onRequest) {
      const headers = new Headers(plain);
      notify(hooks.onRequest, { operation, url, headers }, onFailure);
      shown = readHeaders('hooks.onRequest', headers);
    }
    const begun = now();
    try {
      const fetchOnce = () => this.#fetch(request, shown, secret, where);
      const onRetry = (attempt: number, error: A2AError) =>
        notify(hooks.onRetry, { operation, attempt, error });
      const response = await (request.body
        ? fetchOnce()
        : getDocument(request.url, fetchOnce, { retries, signal, onRetry, where }));
      if (typeof response?.headers?.get !== 'function') throw new TypeError('fetch gave no response');
      const { status, headers } = response;
      const text = await readBody(response, responseBytes, where);
      notify(hooks.onResponse, { operation, url, status, duration: now() - begun }, onFailure);
      return {
        status,
        headers,
        text,
        url: response.url || request.url.href,
        redact: words => redact(words, secret, request.url),
      };
    } catch (error) {
      if (error instanceof A2AError || signal.aborted) throw error;
      if (isRuntimeTimeout(error)) {
        throw new RequestTimeoutError(
          `${where} was not answered before the runtime's fetch gave up.`,
          now() - begun,
        );
      }
      const refused = isRefused(error);
      const why = refused ? 'no connection could be made' : 'the connection failed or was cut off';
      throw new NetworkError(`${where} got no answer: ${why}.`, { cause: error, refused });
    }
  }

  /** One request, and of redirects those that cannot carry credentials elsewhere. */
  async #fetch(
    { body, signal, url }: SignaledRequest,
    plain: HeaderRecord,
    secret: HeaderRecord,
    where: string,
  ): Promise<Response> {
    const { fetch } = this.#settings;
    const headers = { ...plain, ...secret };
    const bare = Object.keys(splitHeaders(headers).secret).length === 0;
    // A call is followed by hand: the platform would make a GET of it, or take credentials along.
    const free = bare && !body;
    const init: RequestInit = {
      signal,
      headers,
      redirect: free ? 'follow' : 'manual',
    };
    if (body) Object.assign(init, { body, method: 'POST' });
    let target = url;
    for (let followed = 0; ; followed += 1) {
      const response = await fetch(target.href, init);
      const { status } = response;
      if (free || (response.type !== 'opaqueredirect' && (status < 300 || status > 399))) return response;
      response.body?.cancel().catch(() => {});
      // A document may lie anywhere: it is got without the credentials.
      if (!body) return fetch(url.href, { signal, headers: plain });
      const location = response.headers.get('location') ?? '';
      target = URL.canParse(location, target) ? new URL(location, target) : target;
      if (
        (status !== 307 && status !== 308) ||
        !(bare || sameOrigin(url, target)) ||
        followed === redirectsFollowed
      ) {
        const to = publicUrl(target);
        throw new HttpError(`${where} was redirected to ${to}, which is not followed. Use that url.`, status);
      }
    }
  }

  #warnWithheld(origin: string): void {
    if (this.#withheld.has(origin)) return;
    this.#withheld.add(origin);
    const message = `The credentials are not sent to ${origin}, which is another origin, see "trustedOrigins".`;
    this.#settings.onWarning({ code: 'credentials-withheld', message });
  }
}

/** @throws {HttpError} for an answer that is not 2xx */
export function refuseFailure(answer: HttpAnswer, where: string): void {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return;
  const hint = status === 404 || status === 405 ? ' Is the url right?' : '';
  const retryAfter = readRetryAfter(headers.get('retry-after'));
  throw new HttpError(`${where} was answered with HTTP ${status}${saidIn(answer)}.${hint}`, status, {
    retryAfter,
  });
}

/** How a request is named in messages: never with a query, which may hold a key. */
export function describe(operation: string, url: URL): string {
  return `${operation} at ${publicUrl(url)}`;
}

function publicUrl(url: URL): string {
  return url.origin + url.pathname;
}

/** The words in an error's JSON body, whatever the framework: `detail`, `message` or `error`. */
function saidIn({ text, redact }: HttpAnswer): string {
  try {
    const { detail, message, error } = JSON.parse(text);
    const said = [detail, message, error?.message, error].find(words => typeof words === 'string');
    return said ? ` (${redact(said).slice(0, 200)})` : '';
  } catch {
    return '';
  }
}
