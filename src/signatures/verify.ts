import { base64url, errors, flattenedVerify } from 'jose';
import { decodeAgentCard } from '../dialects/card.js';
import { demand, wordOption } from '../errors/options.js';
import type { AgentCard } from '../model/card.js';
import { rawOf } from '../model/raw.js';
import { AgentCardSignatureError, malformedCard, noneHolds, type RefusedSignature } from './error.js';
import { type Form, formsOf } from './forms.js';
import { Refusal, type Signature, type SignatureHeader, show, signatureOf } from './header.js';
import { copyOf, type Json } from './json.js';
import { type AgentCardKeys, checkKeys, keysFor, type PublicKey } from './keys.js';

/** What a trusted key has signed. */
export interface VerifiedAgentCard {
  /**
   * The card, read from the very text that was signed: nothing is in it that the signature does not cover. `rawOf(card)`
   * is the JSON of that text.
   */
  card: AgentCard;
  /** The protected header of the signature that holds, e.g. `kid`. */
  header: SignatureHeader;
  /** Which of the card's signatures holds; the first is 0. */
  index: number;
  /**
   * Paths of what the card, as it was given, says beside `card`, e.g. `'securityRequirements'`: the SDKs of Python and
   * JavaScript sign no empty texts, lists and objects, at whatever depth, and a requirement without scopes is one.
   * Empty where all of the card is signed.
   */
  uncovered: readonly string[];
}

export interface VerifyAgentCardOptions {
  /**
   * What to do where a signature is genuine but the card says more than was signed: `'refuse'` it, or `'leave-out'`
   * what was not signed; `card` is then without it, and `uncovered` says what it is.
   *
   * @default 'refuse'
   */
  uncovered?: 'refuse' | 'leave-out';
}

/** A card has one or two. Each costs a verification for every key and every form. */
const mostSignatures = 16;
/** Verifications for one card. */
const mostTries = 256;

/**
 * Verifies that an agent card was signed by somebody you trust. One signature that holds is enough; others, unknown or
 * broken, do not matter. No key is fetched: see {@link AgentCardKeys}.
 *
 * Use the card that it resolves with, e.g. with `A2AClient.fromCard`: that one is what was signed.
 *
 * Limits: 16 signatures, 8192 characters each; 256 tries of a key on a text; 128 levels of nesting, 20 000 values, 262 144
 * characters.
 *
 * @param card what `getAgentCard` gave (what the server sent is verified, so not a copy), or a card's JSON
 * @throws {AgentCardSignatureError} if no signature holds; its `reason` says why
 * @throws {TypeError} if `card` is no object, or `keys` are no public keys
 * @example
 * const { card } = await verifyAgentCard(await client.getAgentCard(), publicKey)
 * const trusted = A2AClient.fromCard(card)
 *
 * Source: A2A specification 1.0, section 8.4; RFC 7515; RFC 8785.
 */
export async function verifyAgentCard(
  card: AgentCard | object,
  keys: AgentCardKeys,
  options: VerifyAgentCardOptions = {},
): Promise<VerifiedAgentCard> {
  demand(typeof card === 'object' && card !== null && !Array.isArray(card), 'card', 'an agent card', card);
  checkKeys(keys);
  const uncovered = wordOption('uncovered', options.uncovered, ['refuse', 'leave-out']) ?? 'refuse';
  const served = rawOf(card) ?? card;
  demand(typeof served === 'object' && served !== null, 'card', 'an agent card', card);

  const { signatures, ...content } = copyOf(served);
  const signed = signaturesIn(signatures);
  const forms = formsOf(content).map(form => ({ ...form, payload: payloadOf(form) }));
  let tries = 0;
  const holdsOnce = (...given: Parameters<typeof holds>) => {
    tries += 1;
    if (tries > mostTries) throw malformedCard(`its signatures take more than ${mostTries} tries`);
    return holds(...given);
  };

  const refused: RefusedSignature[] = [];
  let cause: unknown;
  for (const [index, value] of signed.entries()) {
    try {
      const signature = signatureOf(value);
      const form = await signedForm(signature, await keysFor(keys, signature.header), forms, holdsOnce);
      if (uncovered === 'refuse' && form.extra.length > 0) throw notAllSigned(form);
      return { card: cardOf(form), header: signature.header, index, uncovered: form.uncovered };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      cause ??= error.cause;
      refused.push(error.refused);
    }
  }
  throw noneHolds(refused, cause);
}

function signaturesIn(value: Json | undefined): Json[] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    throw new AgentCardSignatureError(
      'unsigned',
      'The agent card has no signatures. Give what getAgentCard gave itself, not a copy; otherwise ask the agent for a signed card.',
      [],
    );
  }
  if (!Array.isArray(value)) throw malformedCard('its "signatures" are no list');
  if (value.length > mostSignatures) throw malformedCard(`it has more than ${mostSignatures} signatures`);
  return value;
}

/** @throws {Refusal} if none of the texts is what one of the keys has signed */
async function signedForm(
  signature: Signature,
  keys: PublicKey[],
  forms: PayloadForm[],
  check: typeof holds,
): Promise<Form> {
  let unusable: unknown;
  for (const key of keys) {
    for (const form of forms) {
      try {
        if (await check(signature, key, form.payload)) return form;
      } catch (error) {
        if (error instanceof AgentCardSignatureError) throw error;
        unusable = error;
        break;
      }
    }
  }
  const { alg, kid } = signature.header;
  if (unusable !== undefined && keys.length === 1) {
    throw new Refusal('unknown-key', `the key for it cannot be used with ${alg}`, unusable);
  }
  throw new Refusal(
    'mismatch',
    `it is not the signature of this card by the key ${kid === undefined ? 'given' : show(kid)}`,
  );
}

/** A form as JWS signs it. */
type PayloadForm = Form & { payload: string };

function payloadOf({ text }: Form): string {
  return base64url.encode(new TextEncoder().encode(text));
}

/** @throws if the key cannot be used */
async function holds(
  { protected: header, signature, header: { alg } }: Signature,
  key: PublicKey,
  payload: string,
): Promise<boolean> {
  try {
    await flattenedVerify({ protected: header, signature, payload }, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false;
    throw error;
  }
}

function notAllSigned({ extra }: Form): Refusal {
  const paths = `${extra.slice(0, 5).join(', ')}${extra.length > 5 ? ', …' : ''}`;
  return new Refusal(
    'uncovered',
    `it holds, but the card says more than was signed (${paths}); "uncovered: 'leave-out'" gives what was signed`,
  );
}

function cardOf({ text }: Form): AgentCard {
  try {
    return decodeAgentCard(JSON.parse(text));
  } catch {
    throw new Refusal('malformed', 'what was signed is no agent card');
  }
}
