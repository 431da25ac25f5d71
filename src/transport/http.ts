import { A2AError } from '../errors/base.js';
import { AuthenticationError, HttpError } from '../errors/wire.js';
import { now } from '../time/clock.js';
import { notify } from '../time/notify.js';
import type { OpenSteps } from '../time/open-steps.js';
import { readRetryAfter } from '../time/retry-after.js';
import type { Authenticator } from './auth.js';
import { readBody } from './body.js';
import {
  type HeaderRecord,
  type HeadersInput,
  isSecret,
  readHeaders,
  redact,
  type SplitHeaders,
  splitHeaders,
} from './headers.js';
import type { A2AWarning, Hooks } from './hooks.js';
import { inTime } from './in-time.js';
import { codeOf, networkErrorOf } from './network.js';
import { httpUrl, publicUrl, sameOrigin } from './origin.js';

export interface HttpSettings {
  fetch: typeof fetch;
  auth: Authenticator;
  /** The application's headers for every request. */
  headers: SplitHeaders;
  /** Where credentials may go. */
  isTrusted: (url: URL) => boolean;
  responseBytes: number;
  /** What is under way, for the client to close. */
  open: OpenSteps;
  hooks: Hooks;
  onWarning: (warning: A2AWarning) => void;
}

export interface HttpRequest {
  /** For hooks and messages, e.g. `GetTask`. */
  operation: string;
  url: URL;
  /** What it needs by itself. */
  fixedHeaders: HeaderRecord;
  /** The application's headers for this request. */
  headers?: HeadersInput | undefined;
  /** @default POST with a body, GET without one */
  method?: string | undefined;
  body?: string | undefined;
  /** Secrets in the body, by names that say so: as good as credentials. */
  hidden?: HeaderRecord | undefined;
  /** It may lie anywhere, and be had without credentials. */
  isDocument?: boolean;
  /** It is asked again if it fails, so it may fail for a redirect where none was before. */
  expendable?: boolean;
  /** Leave a stream of events unread. */
  stream?: boolean | undefined;
  /** ms, to the end of the answer, or to the beginning of a stream */
  timeout: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** Empty for a stream. */
  text: string;
  /** The unread stream, where one was asked for and came. */
  stream?: ReadableStream<Uint8Array> | undefined;
  /** The request as messages name it, e.g. `GetTask at https://agent.example/`. */
  where: string;
  /** Where the answer came from, after redirects. */
  from: () => string;
  /** Hides the credentials of this request in a text that is to be shown. */
  redact: (text: string) => string;
}

/** How often a request with credentials follows a redirect. */
const redirectsFollowed = 3;

/** Sends requests: credentials, deadline, limits and redirects. Nothing is retried here, but for one 401. */
export class HttpTransport {
  readonly #settings: HttpSettings;
  /** Origins that were warned about. */
  readonly #withheld = new Set<string>();
  /** What answered the last call; another object than what was asked where that redirected. */
  #direct: URL | undefined;
  /** Whether redirects can be refused beforehand: not on edge workers, nor by every `fetch` of an application. */
  #mayRefuse = true;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /**
   * @returns the answer with whatever status, but 401 and 403
   * @throws {AuthenticationError} {RequestTimeoutError} {NetworkError} {ResponseLimitError} {AbortedError}
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { operation, url } = request;
    const { open, auth } = this.#settings;
    // Never with a query, which may hold a key.
    const where = `${operation} at ${publicUrl(url)}`;
    const step = (inner: AbortSignal) => this.#authenticated(request, where, inner);
    // If it is the credentials that do not come, they are asked for anew next time.
    return inTime(where, request, step, open, () => auth.giveUp());
  }

  async #authenticated(request: HttpRequest, where: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { auth, headers: always, isTrusted } = this.#settings;
    const { url, headers } = request;
    const own = headers ? splitHeaders(readHeaders('headers', headers)) : undefined;
    const plain = { ...always.plain, ...own?.plain, ...request.fixedHeaders };
    const home = isTrusted(url);
    const secrets = { ...always.secret, ...own?.secret };
    if (!home && (auth.active || Object.keys(secrets).length > 0)) this.#warnWithheld(url);
    const asked = home && auth.active ? auth.get() : undefined;
    const exchange = (credentials?: HeaderRecord) => {
      const secret = home ? { ...secrets, ...credentials } : {};
      return this.#exchange(request, where, signal, plain, secret);
    };
    let answer = await exchange(asked && (await asked));
    const renewed = asked && answer.status === 401 ? auth.renew(asked) : undefined;
    if (renewed) answer = await exchange(await renewed);
    const { status } = answer;
    if (status !== 401 && status !== 403) return answer;
    const hint = home ? 'the credentials do not suffice, see "auth"' : 'see "trustedOrigins"';
    throw new AuthenticationError(
      `${where} was answered with HTTP ${status}${saidIn(answer)}: ${hint}.`,
      status,
    );
  }

  async #exchange(
    request: HttpRequest,
    where: string,
    signal: AbortSignal,
    plain: HeaderRecord,
    secret: HeaderRecord,
  ): Promise<HttpAnswer> {
    const { hooks, onWarning, responseBytes } = this.#settings;
    const { operation, url, hidden } = request;
    const onFailure = (cause: unknown) =>
      onWarning({ code: 'listener-failed', message: 'A hook threw.', cause });
    let shown = plain;
    if (hooks.onRequest) {
      const headers = new Headers(plain);
      notify(hooks.onRequest, { operation, url: publicUrl(url), headers }, onFailure);
      shown = readHeaders('hooks.onRequest', headers);
    }
    const begun = now();
    try {
      const response = await this.#fetch(request, where, signal, shown, secret);
      const { status, headers } = response;
      const stream =
        (request.stream &&
          response.ok &&
          /^text\/event-stream\b/i.test(headers.get('content-type') ?? '') &&
          response.body) ||
        undefined;
      const text = stream ? '' : await readBody(response, responseBytes, where);
      if (hooks.onResponse) {
        const event = { operation, url: publicUrl(url), status, duration: now() - begun };
        notify(hooks.onResponse, event, onFailure);
      }
      const from = () => response.url || url.href;
      return {
        status,
        headers,
        text,
        stream,
        where,
        from,
        redact: words => redact(words, { ...secret, ...hidden }, url),
      };
    } catch (error) {
      if (error instanceof A2AError || signal.aborted) throw error;
      throw networkErrorOf(error, where, now() - begun);
    }
  }

  /** One request, and of redirects those that cannot carry credentials elsewhere. */
  async #fetch(
    { body, method = body ? 'POST' : 'GET', url, hidden, expendable, isDocument }: HttpRequest,
    where: string,
    signal: AbortSignal,
    plain: HeaderRecord,
    secret: HeaderRecord,
  ): Promise<Response> {
    const { fetch } = this.#settings;
    const headers = { ...plain, ...secret };
    const bare = !Object.keys({ ...headers, ...hidden }).some(isSecret);
    // A call is followed by hand: the platform would make a GET of it, or take credentials along.
    if (bare && method === 'GET') return fetch(url.href, { signal, headers });
    const init: RequestInit = { method, signal, headers, redirect: 'manual', ...(body && { body }) };
    // Where no redirect can be followed, and no window asked, the platform need not keep a copy of the body: a sixth of
    // what a call costs on Node.
    if (expendable && this.#direct === url && this.#mayRefuse) {
      try {
        return await fetch(url.href, { ...init, redirect: 'error', window: null });
      } catch (error) {
        // A connection that failed has a code; what has none may have been a redirect, or a platform that does not know
        // how to refuse them, such as edge workers.
        if (signal.aborted || codeOf(error)) throw error;
        this.#mayRefuse = false;
      }
    }
    let target = url;
    for (let followed = 0; ; followed += 1) {
      const response = await fetch(target.href, init);
      const { status } = response;
      if (response.type !== 'opaqueredirect' && (status < 300 || status > 399 || status === 304)) {
        this.#direct = target;
        return response;
      }
      response.body?.cancel().catch(() => {});
      const location = response.headers.get('location') ?? '';
      const next = httpUrl(location, target);
      const isKept = method === 'GET' || status === 307 || status === 308;
      if (next && followed < redirectsFollowed && isKept && (bare || sameOrigin(url, next))) {
        target = next;
        continue;
      }
      if (isDocument) {
        return fetch(url.href, { signal, headers: splitHeaders(plain).plain });
      }
      const to = next ? redact(publicUrl(next), secret) : 'no place';
      throw new HttpError(`${where} was redirected to ${to}. Use that url.`, status);
    }
  }

  #warnWithheld({ origin }: URL): void {
    if (this.#withheld.has(origin)) return;
    this.#withheld.add(origin);
    const message = `The credentials are not sent to ${origin}, see "trustedOrigins".`;
    this.#settings.onWarning({ code: 'credentials-withheld', message });
  }
}

/** @throws {HttpError} for an answer that is not 2xx */
export function refuseFailure(answer: HttpAnswer): void {
  const { status, headers, where } = answer;
  if (status >= 200 && status < 300) return;
  const hint = status === 404 || status === 405 ? ' Is the url right?' : '';
  const retryAfter = readRetryAfter(headers.get('retry-after'));
  throw new HttpError(`${where} was answered with HTTP ${status}${saidIn(answer)}.${hint}`, status, {
    retryAfter,
  });
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
