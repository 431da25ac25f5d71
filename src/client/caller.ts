import type { Dialect, Encoder } from '../dialects/dialect.js';
import { isDialectRefusal } from '../dialects/errors.js';
import { RpcError } from '../errors/rpc.js';
import { HttpError, RequestTimeoutError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import { notify } from '../time/notify.js';
import { timedOut, within } from '../time/within.js';
import { HttpTransport } from '../transport/http.js';
import { Discovery } from './discovery.js';
import { exchange } from './exchange.js';
import { encoders, type Link } from './link.js';
import type { Settings } from './options.js';
import { type Repeatable, retrying } from './retry.js';

/** One call, written for whichever dialect it turns out to be. */
export interface Call {
  write: (encoder: Encoder, tenant: string | undefined) => { method: string; params: object };
  repeatable: Repeatable;
  /** Whether a refusal of the method speaks against the dialect, because every server of it has this one. */
  tellsDialect?: boolean;
  /** ms for one request */
  timeout: number;
  headers?: HeadersInit | undefined;
  signal: AbortSignal;
  /** Told of each attempt. */
  onAttempt?: (() => void) | undefined;
}

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
      return await this.#attempts(link, call);
    } catch (error) {
      const corrected = await this.#corrected(link, error, call);
      if (!corrected) throw error;
      try {
        return await this.#attempts(corrected, call);
      } catch (second) {
        throw isDialectRefusal(second) ? error : second;
      }
    }
  }

  async #attempts(link: Link, call: Call): Promise<unknown> {
    const { retry, http, extensions, depth } = this.#settings;
    const { method, params } = call.write(link.encoder, link.tenant);
    const result = await retrying(
      call.repeatable,
      retry,
      call.signal,
      event => notify(http.hooks.onRetry, { operation: method, ...event }),
      () => {
        call.onAttempt?.();
        return exchange(this.#transport, link, method, params, { ...call, extensions, depth });
      },
    ).catch(error => {
      // Whatever else it says, it understood the question.
      if (error instanceof RpcError && !isDialectRefusal(error)) this.#confirm(link);
      throw error;
    });
    this.#confirm(link);
    return result;
  }

  /** The server has accepted the dialect: from now on it is never doubted. */
  #confirm(link: Link): void {
    const { corrects } = link;
    if (corrects) {
      this.#link = Promise.resolve(link);
      const message = `The agent's card promises A2A ${corrects}, but it speaks ${link.encoder.dialect}.`;
      this.#settings.onWarning({ code: 'dialect-corrected', message });
    }
    link.otherwise = link.corrects = undefined;
  }

  /** The way to the agent in another dialect, if the failure shows that it does not speak the one we tried. */
  async #corrected(link: Link, error: unknown, call: Call): Promise<Link | undefined> {
    const refused = isDialectRefusal(error);
    const current = await this.#link;
    // Another call was faster to find out.
    if (refused && current && current.encoder !== link.encoder) return current;
    if (!link.otherwise || !call.tellsDialect) return undefined;
    let dialect: Dialect | undefined = link.otherwise;
    if (!refused) {
      // Some answer an unknown method with a bare failure. A question that changes nothing tells the two apart.
      if (!(error instanceof HttpError) || (error.status !== 500 && error.status !== 400)) return undefined;
      dialect = await this.discovery.askDialect(link.endpoint, call.signal).catch(() => undefined);
    }
    const { dialect: corrects } = link.encoder;
    if (!dialect || dialect === corrects) return undefined;
    return { ...link, encoder: encoders[dialect], otherwise: undefined, corrects };
  }
}
