import { A2AError } from '../errors/base.js';

/**
 * Why a card, or one signature of it, was refused:
 *
 * - `'unsigned'`: the card has no signatures.
 * - `'malformed'`: the card has no canonical form, or is beyond a limit; or a signature is not what RFC 7515 says.
 * - `'algorithm'`: the signature's algorithm is not one of the asymmetric ones that are allowed.
 * - `'unknown-key'`: none of your keys belongs to the signature.
 * - `'mismatch'`: the signature is not that key's, or the card is not the one that was signed.
 * - `'uncovered'`: the signature is genuine, but the card says more than was signed.
 */
export type SignatureReason =
  | 'unsigned'
  | 'malformed'
  | 'algorithm'
  | 'unknown-key'
  | 'mismatch'
  | 'uncovered';

/** What was wrong with one signature. */
export interface RefusedSignature {
  reason: Exclude<SignatureReason, 'unsigned'>;
  /** For people; the signature's key id and algorithm are in it as the card claims them. */
  message: string;
}

/** From the one that came closest to being right. */
const nearest: readonly SignatureReason[] = [
  'uncovered',
  'mismatch',
  'unknown-key',
  'algorithm',
  'malformed',
];

/**
 * An agent card is not signed by any of the keys that were given. Of no family: the server broke no rule of the
 * protocol, a card need not be signed. `cause` is what your function for keys threw, if it did.
 *
 * @example
 * catch (error) {
 *   if (error instanceof AgentCardSignatureError && error.reason === 'unsigned') …
 * }
 */
export class AgentCardSignatureError extends A2AError {
  static override readonly tag = 'AgentCardSignatureError';
  readonly reason: SignatureReason;
  /** What was wrong with each signature, in the card's order; empty if none was looked at. */
  readonly signatures: readonly RefusedSignature[];

  constructor(
    reason: SignatureReason,
    message: string,
    signatures: readonly RefusedSignature[],
    cause?: unknown,
  ) {
    super(message, { cause });
    this.reason = reason;
    this.signatures = signatures;
  }
}

/** The card itself cannot be looked at. */
export function malformedCard(why: string): AgentCardSignatureError {
  return new AgentCardSignatureError('malformed', `The agent card cannot be verified: ${why}.`, []);
}

/** No signature holds. */
export function noneHolds(refused: readonly RefusedSignature[], cause: unknown): AgentCardSignatureError {
  const reason = nearest.find(one => refused.some(each => each.reason === one)) ?? 'malformed';
  const each = refused.map(({ message }, index) => `signature ${index + 1}: ${message}`);
  return new AgentCardSignatureError(
    reason,
    `The agent card is not to be trusted. ${each.join('; ')}.`.replace(/^(.{2000}).*$/s, '$1…'),
    refused,
    cause,
  );
}
