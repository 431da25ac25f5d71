import { decodeAgentCard } from '../dialects/card.js';
import {
  classifyProbeOfV1,
  classifyProbeOfV03,
  guessFromCard,
  type ProbeAnswer,
} from '../dialects/detect.js';
import type { Dialect } from '../dialects/dialect.js';
import { A2AError } from '../errors/base.js';
import { NetworkError, ResponseFormatError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import { randomId } from '../model/id.js';
import { describe, type HttpAnswer, type HttpTransport, refuseFailure } from '../transport/http.js';
import { parseJson } from '../transport/json.js';
import { readRpcAnswer, writeRpcRequest } from '../transport/json-rpc.js';
import { sameOrigin } from '../transport/origin.js';
import { cardUrlsOf, isCardUrl, resolveEndpoint } from './card-url.js';
import { encoderOf, type Link } from './link.js';
import type { Settings } from './options.js';

/** Finds out where an agent is and what it speaks, and asks nothing that could set it to work. */
export class Discovery {
  readonly #settings: Settings;
  readonly #transport: HttpTransport;

  constructor(settings: Settings, transport: HttpTransport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /** @param card one that the application has already */
  async link(card: AgentCard | undefined, signal: AbortSignal): Promise<Link> {
    const { endpoint, dialect, base, tenant } = this.#settings;
    if (endpoint) {
      const spoken = dialect ?? (await this.askDialect(endpoint, signal));
      if (!spoken) throw nobodyAt(endpoint);
      return { encoder: encoderOf(spoken), endpoint, tenant, card: undefined, otherwise: undefined };
    }
    if (card) return this.#linkFromCard(card, undefined, signal);
    const found = await this.findCard(signal);
    return found
      ? this.#linkFromCard(found.card, found.location, signal)
      : this.#linkWithoutCard(base, signal);
  }

  /** The agent's card and where it lay; `undefined` if there is none in any of the usual places. */
  async findCard(signal: AbortSignal): Promise<{ card: AgentCard; location: URL } | undefined> {
    const { base } = this.#settings;
    if (isCardUrl(base)) {
      const answer = await this.#getCard(base, signal);
      refuseFailure(answer, describe('the agent card', base));
      return { card: this.#decode(answer, base), location: locationOf(answer, base) };
    }
    for (const url of cardUrlsOf(base)) {
      const answer = await this.#getCard(url, signal);
      if ([404, 405, 410].includes(answer.status)) continue;
      refuseFailure(answer, describe('the agent card', url));
      try {
        return { card: this.#decode(answer, url), location: locationOf(answer, url) };
      } catch (error) {
        // Many servers answer any path with their start page.
        if (!(error instanceof ResponseFormatError)) throw error;
      }
    }
    return undefined;
  }

  async #getCard(url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    const { readTimeout: timeout } = this.#settings;
    const request = { operation: 'the agent card', url, timeout, signal };
    const headers = { accept: 'application/json' };
    try {
      return await this.#transport.send({ ...request, headers: { ...headers, ...encoderOf('1.0').headers } });
    } catch (error) {
      if (!(error instanceof NetworkError) || error.refused) throw error;
      // In a browser the version header needs the server's leave (CORS), which few servers give for their card.
      return this.#transport.send({ ...request, headers });
    }
  }

  #decode(answer: HttpAnswer, url: URL): AgentCard {
    return decodeAgentCard(parseJson(answer.text, this.#settings.depth, describe('the agent card', url)));
  }

  async #linkFromCard(card: AgentCard, location: URL | undefined, signal: AbortSignal): Promise<Link> {
    const { dialect: wanted, tenant, http, onWarning } = this.#settings;
    const legacyPath = location?.pathname.endsWith('/agent.json') ?? false;
    const guess = guessFromCard(card, { legacyPath, wanted });
    const trusted = (url: URL) => http.trusted.some(origin => sameOrigin(origin, url));
    const endpoint = resolveEndpoint(guess, location, trusted);
    if (location && endpoint.href !== new URL(guess.url, location).href) {
      const message = `The agent card says ${guess.url}, which only its own machine can reach. Calls go to ${endpoint.href}.`;
      onWarning({ code: 'card-url-corrected', message });
    }
    const dialect = (guess.ask && (await this.#askOlderDialect(endpoint, signal))) || guess.dialect;
    return {
      encoder: encoderOf(dialect),
      endpoint,
      tenant: tenant ?? guess.tenant,
      card,
      otherwise: guess.otherwise,
    };
  }

  /** The url may be an endpoint itself; PraisonAI's lies one level below what people copy. */
  async #linkWithoutCard(base: URL, signal: AbortSignal): Promise<Link> {
    const below = new URL(base);
    below.pathname = `${base.pathname.replace(/\/*$/, '')}/a2a`;
    for (const endpoint of [base, below]) {
      const dialect = await this.askDialect(endpoint, signal);
      if (dialect) {
        const { tenant, dialect: wanted } = this.#settings;
        return {
          encoder: encoderOf(wanted ?? dialect),
          endpoint,
          tenant,
          card: undefined,
          otherwise: undefined,
        };
      }
    }
    throw nobodyAt(base);
  }

  /** What a server speaks, by its answers about a task that does not exist: as 1.0 asks, then as its elders do. */
  async askDialect(endpoint: URL, signal: AbortSignal): Promise<Dialect | undefined> {
    const verdict = classifyProbeOfV1(await this.#probe('1.0', endpoint, signal));
    if (verdict === 'ask-older') return this.#askOlderDialect(endpoint, signal);
    return verdict === 'not-here' ? undefined : verdict;
  }

  async #askOlderDialect(endpoint: URL, signal: AbortSignal): Promise<Dialect | undefined> {
    const verdict = classifyProbeOfV03(await this.#probe('0.3', endpoint, signal));
    return verdict === 'not-here' || verdict === 'ask-older' ? undefined : verdict;
  }

  async #probe(dialect: '1.0' | '0.3', endpoint: URL, signal: AbortSignal): Promise<ProbeAnswer> {
    const { methods, headers } = encoderOf(dialect);
    const id = randomId();
    const answer = await this.#transport.send({
      operation: methods.get,
      url: endpoint,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: writeRpcRequest(id, methods.get, { id: randomId() }),
      timeout: this.#settings.readTimeout,
      signal,
    });
    const { status, text } = answer;
    if (status === 429 || status > 500) refuseFailure(answer, describe(methods.get, endpoint));
    try {
      const { error } = readRpcAnswer(parseJson(text, this.#settings.depth, 'the answer'), id, 'the probe');
      return { status, error, result: !error };
    } catch (error) {
      if (error instanceof ResponseFormatError) return { status };
      throw error;
    }
  }
}

/** A redirect tells where a card really lies. */
function locationOf(answer: HttpAnswer, asked: URL): URL {
  return URL.canParse(answer.url) ? new URL(answer.url) : asked;
}

function nobodyAt(url: URL): A2AError {
  return new A2AError(
    `No A2A agent was found at ${url.origin}${url.pathname}: there is no agent card, and nothing answers A2A calls. ` +
      'Check the url, or set the option "endpoint" to where calls are posted.',
    'no-agent',
  );
}
