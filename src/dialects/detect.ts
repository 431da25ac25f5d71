import { A2AError } from '../errors/base.js';
import type { AgentCard, AgentInterface } from '../model/card.js';
import { rawOf } from '../model/raw.js';
import type { Dialect } from './dialect.js';

/** What a card leads one to believe about an agent. */
export interface Guess {
  dialect: Dialect;
  /** As the card has it; may be relative, or wrong. */
  url: string;
  tenant?: string | undefined;
  /** What to speak if the server turns out not to speak `dialect`. */
  otherwise?: Dialect | undefined;
  /** The card says too little: ask the server with a question that changes nothing. */
  ask: boolean;
}

const isVersion = (major: number) => (offered: AgentInterface) =>
  Number.parseInt(offered.protocolVersion, 10) === major;

/**
 * Decides from a card alone which dialect to speak, and where. The first rule that fits wins.
 *
 * @param wanted the dialect the caller insists on
 * @throws {A2AError} with code `unsupported-agent` if the card offers nothing that can be spoken
 */
export function guessFromCard(
  card: AgentCard,
  { legacyPath = false, wanted }: { legacyPath?: boolean; wanted?: Dialect | undefined } = {},
): Guess {
  const raw = (rawOf(card) ?? {}) as Record<string, unknown>;
  const offers = card.supportedInterfaces.filter(offered => offered.protocolBinding === 'JSONRPC');
  const declared = Array.isArray(raw['supportedInterfaces']) && raw['supportedInterfaces'].length > 0;
  const [first] = offers;
  if (!first)
    throw unsupported(`Its card offers ${offeredBy(card)}, and this version of the client speaks JSON-RPC.`);
  const url = first.url;

  if (wanted) {
    const major = wanted === '1.0' ? 1 : 0;
    const offered = offers.find(isVersion(major)) ?? first;
    return { dialect: wanted, url: offered.url, tenant: offered.tenant, ask: false };
  }
  const versioned = first.protocolVersion !== '';
  if (isPraison(raw, versioned)) return { dialect: 'praison', url, ask: false };
  if (declared) return guessFromInterfaces(offers);
  if (versioned) {
    return isVersion(1)(first)
      ? { dialect: '1.0', url, tenant: first.tenant, otherwise: '0.3', ask: false }
      : { dialect: '0.3', url, otherwise: '1.0', ask: false };
  }
  if (agnoBase(url) !== undefined) return { dialect: '0.3', url, ask: false };
  if ('authentication' in raw && !legacyAuthenticationOnly(raw)) {
    throw unsupported(
      'Its card is of A2A 0.1, whose methods (tasks/send) no longer exist. Ask its operator to update it.',
    );
  }
  return { dialect: legacyPath ? 'praison' : '0.3', url, ask: true };
}

/** 1.x before 0.3, whatever the order: some list 0.3 first for the sake of old clients. */
function guessFromInterfaces(offers: readonly AgentInterface[]): Guess {
  const newest = offers.find(isVersion(1));
  if (newest) return { dialect: '1.0', url: newest.url, tenant: newest.tenant, otherwise: '0.3', ask: false };
  const older = offers.find(isVersion(0)) ?? offers.find(offered => offered.protocolVersion === '');
  if (older) return { dialect: '0.3', url: older.url, tenant: older.tenant, otherwise: '1.0', ask: false };
  const versions = offers.map(offered => offered.protocolVersion).join(', ');
  throw unsupported(`Its card offers A2A ${versions}, and this client speaks 0.3 and 1.x.`);
}

function isPraison(raw: Record<string, unknown>, versioned: boolean): boolean {
  const provider = raw['provider'] as { name?: unknown } | null | undefined;
  if (provider?.name === 'PraisonAI') return true;
  if (versioned || Array.isArray(raw['supportedInterfaces'])) return false;
  const schemes = raw['securitySchemes'];
  return (
    typeof schemes === 'object' &&
    schemes !== null &&
    Object.values(schemes).some(scheme => typeof scheme === 'object' && scheme !== null && 'http' in scheme)
  );
}

/** 0.2 cards may still carry the member beside what is newer. */
function legacyAuthenticationOnly(raw: Record<string, unknown>): boolean {
  return 'security' in raw || 'securitySchemes' in raw;
}

/** Where Agno's JSON-RPC methods hang: each has a path of its own below this. */
export function agnoBase(url: string): string | undefined {
  return /^(.*\/a2a\/(?:agents|teams|workflows)\/[^/]+\/v1)\/message:(?:stream|send)$/.exec(url)?.[1];
}

function offeredBy(card: AgentCard): string {
  const bindings = card.supportedInterfaces.map(offered => offered.protocolBinding || 'an unnamed binding');
  return bindings.length > 0 ? `only ${[...new Set(bindings)].join(', ')}` : 'no url';
}

function unsupported(why: string): A2AError {
  return new A2AError(`This agent cannot be called. ${why}`, 'unsupported-agent');
}

/** What a server without a card turns out to speak, from its answers to "get a task that does not exist". */
export type ProbeVerdict = Dialect | 'ask-older' | 'not-here';

/** What came back for such a question: the JSON-RPC error, or else the HTTP answer. */
export interface ProbeAnswer {
  status: number;
  error?: { code: number; message: string; data?: unknown } | undefined;
  /** A result, to a question about a task that does not exist: odd, but it is that dialect. */
  result?: boolean | undefined;
}

/** Reads the answer to 1.0's question. 401, 403 and failing servers are no evidence and never get here. */
export function classifyProbeOfV1({ status, error, result }: ProbeAnswer): ProbeVerdict {
  if (result) return '1.0';
  if (error) {
    if (error.code === -32009) return /\b0\.3\b/.test(supportedPart(error.message)) ? 'ask-older' : '1.0';
    return error.code === -32601
      ? 'ask-older'
      : error.code === -32001 || error.code === -32602 || error.code === -32603
        ? '1.0'
        : 'ask-older';
  }
  return status === 500 || status === 400 ? 'ask-older' : 'not-here';
}

/** Reads the answer to the older question, `tasks/get`. */
export function classifyProbeOfV03({ error, result }: ProbeAnswer): ProbeVerdict {
  if (result) return '0.3';
  if (!error || error.code === -32601) return 'not-here';
  return error.code === -32000 && /task not found/i.test(error.message) ? 'praison' : '0.3';
}

/** "Supported versions: 0.3, 1.0": what comes after the complaint about the version that was asked for. */
function supportedPart(message: string): string {
  return /(?:supported versions|expected version)\D*(.*)$/i.exec(message)?.[1] ?? '';
}
