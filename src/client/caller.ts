import type { Encoder } from '../dialects/dialect.js';
import { isDialectRefusal, toRpcError } from '../dialects/errors.js';
import { HttpError, RequestTimeoutError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import { randomId } from '../model/id.js';
import { timedOut, within } from '../time/within.js';
import { notify } from '../transport/hooks.js';
import { describe, type HttpAnswer, HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { type RpcAnswer, readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { Discovery } from './discovery.js';
import { encoderOf, type Link, urlOfMethod } from './link.js';
import type { Settings } from './options.js';
import { type Repeatable, retrying } from './retry.js';

/** One call, written for whichever dialect it turns out to be. */
export interface Call {
  write: (encoder: Encoder, tenant: string | undefined) => { method: string; params: object };
  repeatable: Repeatable;
  /** Whether a refusal of the method speaks against the dialect, because every server of it has this one. */
  tellsDialect: boolean;
  /** ms for one request */
  timeout: number;
  headers?: HeadersInit | undefined;
  signal: AbortSignal;
  /** Whether to try again at all: a wait has its own patience. */
  retry?: boolean | undefined;
  /** Told before each further attempt. */
  onRetry?: (() => void) | undefined;
}

/** HTTP statuses that say what happened, whatever the body says besides. */
const transportStatus = [408, 429, 502, 503, 504];

/** Makes calls: finds the agent first, retries what may be, and corrects a wrong guess about the dialect once. */
export class Caller {
  readonly #settings: Settings;
  readonly #card: AgentCard | undefined;
  readonly #closing: AbortSignal;
  readonly #transport: HttpTransport;
  readonly discovery: Discovery;
  #link: Promise<Link> | undefined;

  /** @param closing ends the search for the agent, which belongs to no single call */
  constructor(settings: Settings, card: AgentCard | undefined, closing: AbortSignal) {
    this.#settings = settings;
    this.#card = card;
    this.#closing = closing;
    this.#transport = new HttpTransport(settings.http);
    this.discovery = new Discovery(settings, this.#transport);
  }

  /** The way to the agent: looked for once, however many calls begin together, and anew after a failure. */
  async link({ timeout, signal }: { timeout: number; signal: AbortSignal }): Promise<Link> {
    if (!this.#link) {
      const search = this.discovery.link(this.#card, this.#closing);
      this.#link = search;
      search.catch(() => {
        if (this.#link === search) this.#link = undefined;
      });
    }
    const search = this.#link;
    const link = await within(timeout, signal, () => search);
    if (link !== timedOut) return link;
    throw new RequestTimeoutError(
      `Finding the agent at ${this.#settings.base.origin} took over ${timeout} ms.`,
      timeout,
    );
  }

  /** @returns the JSON-RPC result as it came */
  async call(call: Call): Promise<unknown> {
    const link = await this.link(call);
    try {
      const result = await this.#attempts(link, call);
      link.otherwise = undefined;
      return result;
    } catch (error) {
      const corrected = await this.#corrected(link, error, call);
      if (!corrected) throw error;
      return this.#attempts(corrected, call);
    }
  }

  #attempts(link: Link, call: Call): Promise<unknown> {
    const { retry, http, onWarning } = this.#settings;
    const { method, params } = call.write(link.encoder, link.tenant);
    const onRetry = (attempt: number, delay: number, error: unknown) => {
      call.onRetry?.();
      notify(http.hooks.onRetry, { operation: method, attempt, delay, error }, onWarning);
    };
    const repeatable = call.retry === false ? 'never' : call.repeatable;
    return retrying(repeatable, retry, call.signal, onRetry, () =>
      this.#exchange(link, method, params, call),
    );
  }

  async #exchange(link: Link, method: string, params: object, call: Call): Promise<unknown> {
    const url = urlOfMethod(link, method);
    const id = randomId();
    const { extensions } = this.#settings;
    const { headers, extensionsHeader } = link.encoder;
    const answer = await this.#transport.send({
      operation: method,
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...headers,
        ...(extensionsHeader && extensions.length > 0 ? { [extensionsHeader]: extensions.join(', ') } : {}),
      },
      extraHeaders: call.headers,
      body: writeRpcRequest(id, method, params),
      timeout: call.timeout,
      signal: call.signal,
    });
    const { result, error } = this.#read(answer, id, describe(method, url));
    if (error) throw toRpcError(method, error);
    return result;
  }

  #read(answer: HttpAnswer, id: string, where: string): RpcAnswer {
    const { status, text } = answer;
    const { depth } = this.#settings;
    if (transportStatus.includes(status)) refuseFailure(answer, where);
    let read: RpcAnswer;
    try {
      read = readRpcAnswer(parseJson(text, depth, `the answer to ${where}`), id, where);
    } catch (error) {
      // What is no JSON-RPC is told by its status, if that is a failure.
      refuseFailure(answer, where);
      throw error;
    }
    if (!read.error) refuseFailure(answer, where);
    const shown = read.error ? answer.redact(text) : text;
    return shown === text ? read : readRpcAnswer(JSON.parse(shown), id, where);
  }

  /** The way to the agent in its other dialect, if the failure shows that it does not speak the one we tried. */
  async #corrected(link: Link, error: unknown, call: Call): Promise<Link | undefined> {
    const current = await this.#link?.catch(() => undefined);
    if (current && current.encoder !== link.encoder && isDialectRefusal(error)) return current;
    if (!link.otherwise || current !== link || !call.tellsDialect) return undefined;
    let dialect = link.otherwise;
    if (!isDialectRefusal(error)) {
      // Some answer an unknown method with a bare failure. A question that changes nothing tells the two apart.
      if (!(error instanceof HttpError) || (error.status !== 500 && error.status !== 400)) return undefined;
      const spoken = await this.discovery.askDialect(link.endpoint, call.signal).catch(() => undefined);
      if (!spoken || spoken === link.encoder.dialect) return undefined;
      dialect = spoken;
    }
    const corrected = { ...link, encoder: encoderOf(dialect), otherwise: undefined };
    this.#link = Promise.resolve(corrected);
    this.#settings.onWarning({
      code: 'dialect-corrected',
      message: `The agent's card promises A2A ${link.encoder.dialect}, but it speaks ${dialect}. Set the option "dialect" to '${dialect}' to spare the detour.`,
    });
    return corrected;
  }
}
