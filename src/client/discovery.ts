import { below } from '../dialects/below.js';
import { decodeAgentCard } from '../dialects/card.js';
import { classifyProbe, guessFromCard } from '../dialects/detect.js';
import type { Binding, Dialect } from '../dialects/dialect.js';
import { v1 } from '../dialects/v1.js';
import { A2AError } from '../errors/base.js';
import { RpcError } from '../errors/rpc.js';
import { NetworkError, ResponseFormatError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import { randomId } from '../model/id.js';
import { now } from '../time/clock.js';
import type { HeaderRecord, HeadersInput } from '../transport/headers.js';
import { type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { publicUrl } from '../transport/origin.js';
import { cardUrlsOf, isCardUrl, locationOf, resolveEndpoint } from './card-url.js';
import { exchange } from './exchange.js';
import { encoderOf, type Link } from './link.js';
import type { Settings } from './options.js';
import { retrying } from './retry.js';

const operation = 'The agent card';
/** How long a card is fresh whose server does not say so, ms. */
const usualFreshness = 300_000;

/** A card, where it lay, and what is needed to ask for a newer one. */
export interface FoundCard {
  card: AgentCard;
  /** After redirects: the card's own urls are relative to it. */
  location: URL;
  /** Where it was asked for. */
  url: URL;
  text: string;
  etag: string | null;
  /** When to ask again, on `now`'s clock. */
  until: number;
}

/** Finds out where an agent is and what it speaks, and asks nothing that could set it to work. */
export class Discovery {
  readonly #settings: Settings;
  readonly #transport: HttpTransport;
  #found: FoundCard | undefined;

  constructor(settings: Settings, transport: HttpTransport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /** @param known the card, if the application has it already */
  async link(known: AgentCard | undefined, signal: AbortSignal): Promise<Link> {
    if (this.#settings.endpoint) return this.#linkWithoutCard(signal);
    const found = known ? { card: known } : await this.findCard(signal);
    return found ? this.linkTo(found, signal) : this.#linkWithoutCard(signal);
  }

  /**
   * The agent's card and where it lay; `undefined` if there is none in any of the usual places. Asked for again when it
   * is no longer fresh; as long as nothing changed it is the same object. Source: RFC 9111, sections 4.2 and 4.3.
   */
  async findCard(signal?: AbortSignal, headers?: HeadersInput): Promise<FoundCard | undefined> {
    const { base, depth, readTimeout: timeout } = this.#settings;
    // What is told to the credentials of one call is neither kept, nor answered by what was.
    const known = headers ? undefined : this.#found;
    if (known && now() < known.until) return known;
    const given = isCardUrl(base);
    for (const url of given ? [base] : cardUrlsOf(base)) {
      const etag = known?.url.href === url.href ? known.etag : null;
      const ask = (more: HeaderRecord) =>
        this.#transport.send({
          operation,
          url,
          fixedHeaders: { accept: 'application/json', ...more },
          headers,
          isDocument: true,
          timeout,
          signal,
        });
      const get = async () => {
        const versioned = { ...v1.headers, ...(etag && { 'if-none-match': etag }) };
        const answer = await ask(versioned).catch(error => {
          if (!(error instanceof NetworkError) || error.refused) throw error;
          // In a browser the version header needs the server's leave (CORS), which few servers give for their card.
          return ask({});
        });
        const { status } = answer;
        const mayLack = !given && [404, 405, 410].includes(status);
        if (!mayLack && !(etag && status === 304)) refuseFailure(answer);
        return answer;
      };
      const answer = await retrying(this.#settings, operation, { repeatable: 'read', signal }, get);
      const { status, text } = answer;
      if (status > 399) continue;
      const until = now() + freshness(answer.headers);
      // Another call may have been faster.
      const kept = known && this.#found;
      const location = locationOf(new URL(answer.from(), url), url);
      if (kept && (status === 304 || (kept.text === text && kept.location.href === location.href))) {
        kept.until = until;
        return kept;
      }
      try {
        const card = decodeAgentCard(parseJson(text, depth, answer.where));
        const found = { card, location, url, text, etag: answer.headers.get('etag'), until };
        if (!headers) this.#found = found;
        return found;
      } catch (error) {
        // Many servers answer any path with their start page.
        if (given || !(error instanceof ResponseFormatError)) throw error;
      }
    }
    return undefined;
  }

  /** The way that a card shows; without a location the card is taken at its word. */
  async linkTo({ card, location }: { card: AgentCard; location?: URL }, signal: AbortSignal): Promise<Link> {
    const { dialect: wanted, binding: preferred, tenant, http, onWarning } = this.#settings;
    const guess = guessFromCard(card, wanted, !!location?.pathname.endsWith('/agent.json'), preferred);
    const { binding, otherwise } = guess;
    const endpoint = resolveEndpoint(guess, location, http.isTrusted);
    if (location && endpoint.href !== new URL(guess.url, location).href) {
      const [said] = guess.url.split('?');
      const message = `The agent card says ${said}, but calls go to ${publicUrl(endpoint)}.`;
      onWarning({ code: 'card-url-corrected', message });
    }
    const dialect = (guess.ask && (await this.#ask('0.3', endpoint, signal))) || guess.dialect;
    return {
      encoder: encoderOf(dialect, binding),
      binding,
      endpoint,
      tenant: tenant ?? guess.tenant,
      card,
      publicCard: card,
      otherwise,
    };
  }

  async #linkWithoutCard(signal: AbortSignal): Promise<Link> {
    const { endpoint: known, dialect: wanted, binding: preferred, tenant, base } = this.#settings;
    // The url may be the endpoint itself; PraisonAI's lies one level below what people copy.
    const places = known ? [known] : [base, below(base, '/a2a')];
    const bindings: Binding[] = ['JSONRPC', 'HTTP+JSON'];
    if (preferred === 'HTTP+JSON') bindings.reverse();
    if (wanted === 'praison') bindings.splice(0, 2, 'JSONRPC');
    else if (known && preferred) bindings.pop();
    for (const binding of bindings) {
      for (const endpoint of binding === 'JSONRPC' ? places : places.slice(0, 1)) {
        // As 1.0 asks, then as its elders do.
        const dialect =
          (known && wanted) ??
          (await this.#ask('1.0', endpoint, signal, binding)) ??
          (await this.#ask('0.3', endpoint, signal, binding));
        if (dialect) return { encoder: encoderOf(wanted ?? dialect, binding), binding, endpoint, tenant };
      }
    }
    throw new A2AError(
      `No A2A agent was found at ${publicUrl(known ?? base)}: there is neither a card nor an answer. ` +
        'Is the url right, or "endpoint"?',
      { code: 'no-agent' },
    );
  }

  /** What else a server speaks that failed to answer in one dialect; nothing, if it does speak that one after all. */
  async dialectBesides(
    { encoder, endpoint }: Link,
    otherwise: Dialect,
    signal: AbortSignal,
  ): Promise<Dialect | undefined> {
    const ask = (dialect: Dialect) => this.#ask(dialect, endpoint, signal);
    try {
      if (await ask(encoder.dialect)) return undefined;
      const found = await ask(otherwise);
      // Asked again, lest a short outage of everything look like one dialect missing.
      return found && !(await ask(encoder.dialect)) ? found : undefined;
    } catch {
      return undefined;
    }
  }

  /** What a server speaks, by its answer about a task that does not exist; nothing, if not what it was asked in. */
  async #ask(
    asked: Dialect,
    endpoint: URL,
    signal: AbortSignal | undefined,
    binding: Binding = 'JSONRPC',
  ): Promise<Dialect | undefined> {
    const encoder = encoderOf(asked, binding);
    const { readTimeout: timeout } = this.#settings;
    const link = { encoder, endpoint, binding };
    const options = { timeout, signal, operation: 'get' as const };
    try {
      await exchange(this.#transport, link, encoder.methods.get, { id: randomId() }, this.#settings, options);
      // A path is answered by anybody: only who speaks of the task is believed.
      return binding === 'JSONRPC' ? asked : undefined;
    } catch (failure) {
      // In the server's words, which come before the code; ours after it.
      const isElsewhere =
        binding === 'HTTP+JSON' &&
        failure instanceof RpcError &&
        !failure.reason &&
        !/\btask\b.*\(-\d+\)/i.test(failure.message);
      return isElsewhere ? undefined : classifyProbe(failure, asked);
    }
  }
}

/** How long an answer may be used without asking again, ms. */
function freshness(headers: Headers): number {
  const said = headers.get('cache-control') ?? '';
  if (/no-(cache|store)/i.test(said)) return 0;
  const seconds = /max-age="?(\d+)/i.exec(said)?.[1];
  return seconds ? (Number(seconds) - (Number(headers.get('age')) || 0)) * 1_000 : usualFreshness;
}
