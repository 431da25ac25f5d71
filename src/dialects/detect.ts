import { A2AError } from '../errors/base.js';
import { MethodNotFoundError, RpcError, VersionNotSupportedError } from '../errors/rpc.js';
import { HttpError, ResponseFormatError } from '../errors/wire.js';
import type { AgentCard, AgentInterface } from '../model/card.js';
import { rawOf } from '../model/raw.js';
import type { Binding, Dialect } from './dialect.js';
import { record } from './read.js';

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
  const offers = card.supportedInterfaces;
  const find = (binding: RegExp, version: RegExp) =>
    offers.find(
      ({ protocolBinding, protocolVersion }) =>
        binding.test(protocolBinding) && version.test(protocolVersion),
    );
  const best = (binding: RegExp) => {
    const newer = find(binding, firstMajor);
    const older = find(binding, /^\s*0\b/);
    // 1.x before 0.3, whatever the order: some list 0.3 first for the sake of old clients.
    return wanted && wanted !== '1.0' ? (older ?? newer) : (newer ?? older);
  };
  const jsonRpc = /^json-?rpc$/i;
  const unversioned = find(jsonRpc, /^$/);
  const rpc = best(jsonRpc) ?? unversioned;
  const offered = best(/^http\+json$/i);
  const rest = offered && (!wanted || wanted === versionOf(offered)) ? offered : undefined;
  const chosen = preferred === 'HTTP+JSON' ? (rest ?? rpc) : (rpc ?? rest);
  if (!chosen) {
    const all = offers.map(offer => `${offer.protocolBinding} ${offer.protocolVersion}`.trim());
    throw unsupported(
      `Its card offers ${all.join(', ').slice(0, 300) || 'no url'}; this client speaks JSONRPC and HTTP+JSON, ${wanted ?? '1.x and 0.3'}.`,
    );
  }
  const { url, tenant } = chosen;
  const version = versionOf(chosen);
  const guess: Guess = {
    url,
    tenant,
    binding: chosen === rest ? 'HTTP+JSON' : 'JSONRPC',
    dialect: wanted ?? version,
  };
  if (wanted || chosen === rest) return guess;
  if (isPraison(raw, chosen === unversioned)) return { ...guess, dialect: 'praison' };
  if (chosen !== unversioned) return { ...guess, otherwise: version === '1.0' ? '0.3' : '1.0' };
  if (agnoBase(url)) return guess;
  if (raw['authentication'] && !raw['security']) {
    throw unsupported('Its card is of A2A 0.1.');
  }
  return { ...guess, dialect: legacyPath ? 'praison' : '0.3', ask: true };
}

const firstMajor = /^\s*1\b/;

function versionOf({ protocolVersion }: AgentInterface): '1.0' | '0.3' {
  return firstMajor.test(protocolVersion) ? '1.0' : '0.3';
}

function isPraison({ provider, securitySchemes }: Record<string, unknown>, unversioned: boolean): boolean {
  const schemes = unversioned ? Object.values(record(securitySchemes) ?? {}) : [];
  return record(provider)?.['name'] === 'PraisonAI' || schemes.some(scheme => record(scheme)?.['http']);
}

/** Where Agno's JSON-RPC methods hang: each has a path of its own below this. */
export function agnoBase(url: string): string | undefined {
  return /^(.*\/v1)\/message:(?:stream|send)$/.exec(url)?.[1];
}

function unsupported(why: string): A2AError {
  return new A2AError(`This agent cannot be called. ${why}`, { code: 'unsupported-agent' });
}

/**
 * Reads how a server failed to find a task that does not exist: what it speaks, or nothing if not what was asked in.
 * 0.3 and PraisonAI ask alike.
 *
 * @throws the failure itself where it is no evidence: 401, 403, a failing server, a broken connection
 */
export function classifyProbe(failure: unknown, asked: Dialect): Dialect | undefined {
  if (failure instanceof MethodNotFoundError) return undefined;
  if (failure instanceof RpcError) {
    if (asked !== '1.0') return failure.rpcCode === -32000 ? 'praison' : '0.3';
    // "The requested version '1.0' is not supported. Supported versions: 0.3"
    const isOlder = /\b0\.\d/.test(failure.message.replace(/^.*?not supported/, ''));
    return isOlder && failure instanceof VersionNotSupportedError ? undefined : '1.0';
  }
  const silent = failure instanceof HttpError && [400, 404, 405, 410, 422, 500, 501].includes(failure.status);
  if (silent || failure instanceof ResponseFormatError) return undefined;
  throw failure;
}
