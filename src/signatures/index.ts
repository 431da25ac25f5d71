/**
 * Verifies signed agent cards. Needs `jose` and `canonicalize`.
 *
 * @module a2a-await/signatures
 */

export { AgentCardSignatureError, type RefusedSignature, type SignatureReason } from './error.js';
export type { SignatureHeader } from './header.js';
export type { AgentCardKeys, KeySet, PublicKey } from './keys.js';
export { type VerifiedAgentCard, type VerifyAgentCardOptions, verifyAgentCard } from './verify.js';
