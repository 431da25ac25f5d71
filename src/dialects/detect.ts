import { A2AError } from '../errors/base.js';
import { MethodNotFoundError, RpcError, VersionNotSupportedError } from '../errors/rpc.js';
import { HttpError, ResponseFormatError } from '../errors/wire.js';
import type { AgentCard, AgentInterface } from '../model/card.js';
import { rawOf } from '../model/raw.js';
import type { Binding, Dialect } from './dialect.js';
import { isObject } from './read.js';

/** What a card leads one to believe about an agent. */
export interface Guess {
  dialect: Dialect;
  binding: Binding;
  /** As the card has it; may be relative, or wrong. */
  url: string;
  tenant?: string | undefined;
  /** What to speak if the server turns out not to speak `dialect`. */
  otherwise?: Dialect;
  /** The card says too little: ask the server with a question that changes nothing. */
  ask?: boolean;
}

/**
 * Decides from a card alone which dialect to speak, and where. The first rule that fits wins.
 *
 * @param wanted the dialect the caller insists on
 * @param preferred the binding the caller would rather have
 * @param legacyPath whether the card lay at `agent.json`
 * @throws {A2AError} with code `unsupported-agent` if the card offers nothing that can be spoken
 */
export function guessFromCard(
  card: AgentCard,
  wanted: Dialect | undefined,
  legacyPath: boolean,
  preferred: Binding | undefined,
): Guess {
  const raw = (rawOf(card) ?? {}) as Record<string, unknown>;
  const best = (binding: RegExp) => {
    const offers = card.supportedInterfaces.filter(offer => binding.test(offer.protocolBinding));
    const newer = offers.find(offer => majorOf(offer) === 1);
    const older = offers.find(offer => majorOf(offer) === 0);
    // 1.x before 0.3, whatever the order: some list 0.3 first for the sake of old clients.
    return (wanted && wanted !== '1.0' ? older : newer) ?? newer ?? older;
  };
  const unversioned = card.supportedInterfaces.find(isUnversioned);
  const rpc = best(/^json-?rpc$/i) ?? unversioned;
  const offered = best(/^http\+json$/i);
  const rest = offered && (!wanted || wanted === versionOf(offered)) ? offered : undefined;
  const chosen = preferred === 'HTTP+JSON' ? (rest ?? rpc) : (rpc ?? rest);
  if (!chosen) {
    const all = card.supportedInterfaces.map(offer =>
      `${offer.protocolBinding} ${offer.protocolVersion}`.trim(),
    );
    throw unsupported(
      `Its card offers ${all.slice(0, 5).join(', ').slice(0, 300) || 'no url'}; this client speaks JSONRPC and HTTP+JSON, ${wanted ? `by the option "dialect" ${wanted} only` : '1.x and 0.3'}.`,
    );
  }
  const { url, tenant } = chosen;
  const version = versionOf(chosen);
  if (chosen === rest) return { dialect: wanted ?? version, binding: 'HTTP+JSON', url, tenant };
  const place = { url, tenant, binding: 'JSONRPC' as const };
  if (wanted) return { dialect: wanted, ...place };
  if (isPraison(raw, chosen === unversioned)) return { dialect: 'praison', ...place };
  if (chosen !== unversioned)
    return { dialect: version, otherwise: version === '1.0' ? '0.3' : '1.0', ...place };
  if (agnoBase(url)) return { dialect: '0.3', ...place };
  if (raw['authentication'] && !raw['security']) {
    throw unsupported('Its card is of A2A 0.1, whose methods (tasks/send) are no longer spoken.');
  }
  return { dialect: legacyPath ? 'praison' : '0.3', ask: true, ...place };
}

function versionOf(offer: AgentInterface): '1.0' | '0.3' {
  return majorOf(offer) === 1 ? '1.0' : '0.3';
}

function isUnversioned({ protocolBinding, protocolVersion }: AgentInterface): boolean {
  return /^json-?rpc$/i.test(protocolBinding) && protocolVersion === '';
}

function majorOf({ protocolVersion }: AgentInterface): number {
  return Number.parseInt(protocolVersion, 10);
}

function isPraison({ provider, securitySchemes }: Record<string, unknown>, unversioned: boolean): boolean {
  if (isObject(provider) && provider['name'] === 'PraisonAI') return true;
  const schemes = isObject(securitySchemes) ? Object.values(securitySchemes) : [];
  return unversioned && schemes.some(scheme => isObject(scheme) && scheme['http']);
}

/** Where Agno's JSON-RPC methods hang: each has a path of its own below this. */
export function agnoBase(url: string): string | undefined {
  return /^(.*\/a2a\/(?:agents|teams|workflows)\/[^/]+\/v1)\/message:(?:stream|send)$/.exec(url)?.[1];
}

function unsupported(why: string): A2AError {
  return new A2AError(`This agent cannot be called. ${why}`, { code: 'unsupported-agent' });
}

/** Whether asking another dialect makes sense, after this failure of asking for a task that does not exist. */
export type ProbeVerdict = Dialect | 'ask-older' | 'not-here';

/**
 * Reads how a server failed to find a task that does not exist, asked as 1.0 asks.
 *
 * @throws the failure itself where it is no evidence: 401, 403, a failing server, a broken connection
 */
export function classifyProbeOfV1(failure: unknown): ProbeVerdict {
  if (failure instanceof VersionNotSupportedError) {
    // "The requested version '1.0' is not supported. Supported versions: 0.3"
    return /\b0\.\d/.test(failure.message.replace(/^.*?not supported/, '')) ? 'ask-older' : '1.0';
  }
  if (failure instanceof MethodNotFoundError) return 'ask-older';
  if (failure instanceof RpcError) return '1.0';
  if (failure instanceof HttpError && (failure.status === 400 || failure.status === 500)) return 'ask-older';
  return notHere(failure);
}

/** Reads the same, asked as 0.3 and PraisonAI ask. @throws as `classifyProbeOfV1` */
export function classifyProbeOfV03(failure: unknown): ProbeVerdict {
  if (failure instanceof MethodNotFoundError) return 'not-here';
  if (failure instanceof RpcError) return failure.rpcCode === -32000 ? 'praison' : '0.3';
  return notHere(failure);
}

function notHere(failure: unknown): 'not-here' {
  const silent = failure instanceof HttpError && [400, 404, 405, 410, 500, 501].includes(failure.status);
  if (silent || failure instanceof ResponseFormatError) return 'not-here';
  throw failure;
}
