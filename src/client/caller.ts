import { type Dialect, type Encoder, isEssential, type Operation } from '../dialects/dialect.js';
import { isCertainRefusal, isDialectRefusal, notSent } from '../dialects/errors.js';
import { A2AError } from '../errors/base.js';
import { RpcError, UnsupportedOperationError } from '../errors/rpc.js';
import { HttpError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import { timedOut, within } from '../time/within.js';
import type { HeadersInput } from '../transport/headers.js';
import { HttpTransport } from '../transport/http.js';
import { inTime } from '../transport/in-time.js';
import { Discovery } from './discovery.js';
import { exchange } from './exchange.js';
import { checkExtensions } from './extensions.js';
import { encoderOf, type Link } from './link.js';
import type { Settings } from './options.js';
import { type Repeatable, retrying } from './retry.js';

/** What bounds and decorates a call: `RequestOptions` that were looked at. */
export interface Bounds {
  /** ms for one request */
  timeout: number;
  headers?: HeadersInput | undefined;
  signal?: AbortSignal | undefined;
}

/** One call, written for whichever dialect it turns out to be. */
export interface Call extends Bounds {
  /** What is asked for, or the JSON-RPC method itself. */
  operation: Operation | { method: string };
  params: (encoder: Encoder) => object;
  repeatable: Repeatable;
  /** Extensions of the message that is sent. */
  extensions?: string[] | undefined;
  /** Secrets in the params, by names that say so. */
  hidden?: Record<string, string>;
  /** Told before each repetition. */
  onRepeat?: (() => void) | undefined;
}

interface Search {
  stop: AbortController;
  found: Promise<Link>;
}

/** Makes calls: finds the agent first, retries what may be, and corrects a wrong guess about the dialect once. */
export class Caller {
  readonly #settings: Settings;
  readonly #card: AgentCard | undefined;
  readonly #transport: HttpTransport;
  readonly #discovery: Discovery;
  #search: Search | undefined;
  /** How many calls wait for the search: it lasts as long as any does. */
  #seekers = 0;
  #link: Link | undefined;
  /** What the card was corrected to, so that calls which find out together say so once. */
  #corrected: Encoder | undefined;

  constructor(settings: Settings, card: AgentCard | undefined) {
    this.#settings = settings;
    this.#card = card;
    this.#transport = new HttpTransport(settings.http);
    this.#discovery = new Discovery(settings, this.#transport);
  }

  /** The way to the agent: looked for once, however many calls begin together, and anew after a failure. */
  async link(bounds: Bounds): Promise<Link> {
    const { base, http } = this.#settings;
    if (http.open.closed) throw http.open.closed;
    if (this.#link) return this.#link;
    this.#seekers += 1;
    try {
      const seek = () => {
        this.#search ??= this.#seek();
        return this.#search.found;
      };
      this.#link = await inTime(`Finding the agent at ${base.origin}`, bounds, seek, http.open);
      return this.#link;
    } finally {
      this.#seekers -= 1;
      if (this.#seekers === 0) {
        this.#search?.stop.abort();
        this.#search = undefined;
      }
    }
  }

  /** The agent's card, as fresh as its server wants it, or the extended one that took its place. */
  async card(bounds: Bounds): Promise<AgentCard | undefined> {
    const { headers } = bounds;
    const known = this.#link;
    const link = headers && !this.#card ? undefined : await this.link(bounds);
    // Given, or found just now.
    if (link?.card && (this.#card || !known)) return link.card;
    const find = async (signal: AbortSignal) => {
      const found = await this.#discovery.findCard(signal, headers);
      const card = found?.card;
      if (!link?.publicCard || card === link.publicCard) return link?.card ?? card;
      // It may lead elsewhere now: later calls go by the new one.
      if (found) this.#link = await this.#discovery.linkTo(found, signal);
      return card;
    };
    return inTime('The agent card', bounds, find, this.#settings.http.open);
  }

  /** Ends whatever is under way, and refuses what comes later. */
  close(): void {
    this.#settings.http.open.close(new A2AError('The client was closed.', { code: 'closed' }));
  }

  #seek(): Search {
    const stop = new AbortController();
    return { stop, found: this.#discovery.link(this.#card, stop.signal) };
  }

  /** @returns the JSON-RPC result as it came, or the `Results` of a stream */
  async call(call: Call): Promise<unknown> {
    let link = this.#link ?? (await this.link(call));
    let first: unknown;
    for (;;) {
      const request = this.#request(link, call);
      try {
        const result = await request();
        this.#confirm(link, call);
        return result;
      } catch (error) {
        const isRefused = isDialectRefusal(error);
        // Whatever else it says, it understood the question.
        if (error instanceof RpcError && !isRefused) this.#confirm(link, call);
        if (first) throw isRefused ? first : error;
        const corrected = await this.#correction(link, error, call);
        if (!corrected) throw error;
        first = error;
        link = corrected;
      }
    }
  }

  /** How to make the call. @throws {UnsupportedOperationError} and others, for what is not sent at all */
  #request(link: Link, call: Call): () => Promise<unknown> {
    const { operation } = call;
    const byName = typeof operation === 'object';
    const method = byName ? operation.method : link.encoder.methods[operation];
    const given = call.params(link.encoder);
    const params = link.encoder.dialect === '1.0' && !byName ? { tenant: link.tenant, ...given } : given;
    if (!method || (byName && link.binding === 'HTTP+JSON')) {
      const message = byName
        ? 'that needs JSON-RPC, see "binding"'
        : `agents that speak ${link.encoder.dialect} cannot do this`;
      throw notSent(UnsupportedOperationError, method || String(operation), message);
    }
    const { extensions: always } = this.#settings;
    const extensions = call.extensions ? [...new Set([...always, ...call.extensions])] : always;
    if (call.repeatable === 'send') checkExtensions(link, extensions, method);
    const options = call.extensions ? { ...call, extensions } : call;
    const request = () => exchange(this.#transport, link, method, params, this.#settings, options);
    return () => retrying(this.#settings, method, call, request);
  }

  /** The server has accepted the dialect: from now on it is never doubted. */
  #confirm(link: Link, call: Call): void {
    if (!isEssential(call.operation)) return;
    const { corrects, encoder } = link;
    if (corrects) this.#link = link;
    if (corrects && this.#corrected !== encoder) {
      this.#corrected = encoder;
      const message = `The agent's card promises A2A ${corrects}, but it speaks ${encoder.dialect}.`;
      this.#settings.onWarning({ code: 'dialect-corrected', message });
    }
    link.otherwise = link.corrects = undefined;
  }

  /** The way to the agent in another dialect, if the failure shows that it does not speak the one we tried. */
  async #correction(link: Link, error: unknown, call: Call): Promise<Link | undefined> {
    if (!isEssential(call.operation)) return undefined;
    const isCertain = isCertainRefusal(error);
    const current = this.#link;
    // Another call was faster to find out.
    if (isCertain && current && current.encoder !== link.encoder) return current;
    const { otherwise, binding } = link;
    if (!otherwise) return undefined;
    const { dialect: corrects } = link.encoder;
    let dialect: Dialect | typeof timedOut | undefined = otherwise;
    if (!isDialectRefusal(error)) {
      // Some answer an unknown method with a bare failure. A question that changes nothing tells the two apart.
      if (!(error instanceof HttpError && [400, 500].includes(error.status))) return undefined;
      const ask = (signal: AbortSignal) => this.#discovery.dialectBesides(link, otherwise, signal);
      dialect = await within(call.timeout, call.signal, ask, this.#settings.http.open);
    }
    if (!dialect || dialect === timedOut) return undefined;
    const corrected = { ...link, encoder: encoderOf(dialect, binding), otherwise: undefined, corrects };
    if (isCertain || call.repeatable !== 'send') return corrected;
    // The failure may have come after the message was taken: only later calls speak the other dialect.
    this.#link = corrected;
    return undefined;
  }
}
