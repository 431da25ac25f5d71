import { A2AClient } from 'a2a-await';
import { verifyAgentCard } from 'a2a-await/signatures';
import { type CardSigner, createReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';
import canonicalize from 'canonicalize';
import { exportJWK, flattenedVerify, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../support/settling.js';

const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
let signer: CardSigner;
let publicKey: CryptoKey;
let jwk: JWK;

beforeAll(async () => {
  const pair = await crypto.subtle.generateKey(p256, false, ['sign', 'verify']);
  signer = { privateKey: pair.privateKey, kid: 'key-1' };
  publicKey = pair.publicKey;
  jwk = { ...(await exportJWK(publicKey)), kid: 'key-1' };
});

async function signedCard(options: ReferenceServerOptions) {
  await using server = createReferenceServer({ signCard: signer, ...options });
  return (await server.fetch(server.cardUrl)).json();
}

/** As whoever has jose and canonicalize would. */
async function verifies(card: Record<string, unknown>, index = 0): Promise<boolean> {
  const { signatures, ...rest } = card;
  const { protected: header, signature } = (signatures as { protected: string; signature: string }[])[
    index
  ] as never;
  const payload = Buffer.from(canonicalize(rest) ?? '').toString('base64url');
  const verified = await flattenedVerify({ protected: header, payload, signature }, publicKey).catch(
    () => undefined,
  );
  return verified?.protectedHeader?.kid === 'key-1' && verified.protectedHeader.alg === 'ES256';
}

const kinds: ReferenceServerOptions[] = [
  { dialect: '1.0' },
  { dialect: '1.0', bindings: ['HTTP+JSON', 'JSONRPC'], auth: { bearer: 'secret' }, tenant: 'acme' },
  { dialect: '0.3' },
  { dialect: 'praison' },
  { profile: 'python-1.1' },
  { profile: 'python-1.1', dialect: '0.3' },
  { profile: 'js-1.3' },
  { profile: 'js-0.3' },
  {
    dialect: '1.0',
    card: card => ({ ...card, name: 'Zoë 🦊 \u2028', é: 1e21, E: [-0, 0.1, null, undefined] }),
  },
  { dialect: '1.0', card: card => ({ ...card, gone: undefined, when: new Date(0) }) },
];

describe.each(kinds)('the card of %o', options => {
  it('is verified by verifyAgentCard, and by jose', async () => {
    const card = await signedCard(options);
    expect(await verifies(card)).toBe(true);
    const { header } = await verifyAgentCard(card, { keys: [jwk] });
    expect(header).toEqual({ alg: 'ES256', typ: 'JOSE', kid: 'key-1' });
  });

  it('is refused once it says something else', async () => {
    const card = { ...(await signedCard(options)), description: 'Trust me.' };
    expect(await verifies(card)).toBe(false);
    expect(await rejection(verifyAgentCard(card, { keys: [jwk] }))).toMatchObject({ reason: 'mismatch' });
  });
});

it('signatures that the card has already are kept, and not signed', async () => {
  const other = { protected: 'e30', signature: 'AA' };
  const card = await signedCard({ card: plain => ({ ...plain, signatures: [other] }) });
  expect(card.signatures).toMatchObject([other, {}]);
  expect(await verifies(card, 1)).toBe(true);
});

it('a card that is no object is served as it is', async () => {
  expect(await signedCard({ card: () => ['odd'] })).toEqual(['odd']);
});

it('our client fetches a signed card as any other, to be verified', async () => {
  await using server = createReferenceServer({ signCard: signer });
  const client = new A2AClient(server.url, { fetch: server.fetch });
  const verified = await verifyAgentCard(await client.getAgentCard(), { keys: [jwk] });
  expect(verified.card.name).toBe('Reference agent');
  await client.close();
});

describe('signCard', () => {
  it('wants a key of its kind, and a name for it', async () => {
    const { publicKey: open } = await crypto.subtle.generateKey(p256, false, ['sign', 'verify']);
    const p384 = await crypto.subtle.generateKey({ ...p256, namedCurve: 'P-384' }, false, ['sign', 'verify']);
    const { privateKey } = signer;
    for (const [signCard, name] of [
      [{ privateKey: open, kid: 'a' }, 'signCard.privateKey'],
      [{ privateKey: p384.privateKey, kid: 'a' }, 'signCard.privateKey'],
      [{ privateKey: 'secret', kid: 'a' }, 'signCard.privateKey'],
      [{ kid: 'a' }, 'signCard.privateKey'],
      [{ privateKey }, 'signCard.kid'],
      [{ privateKey, kid: '' }, 'signCard.kid'],
      [null, 'signCard'],
    ] as const) {
      const create = () => createReferenceServer({ signCard: signCard as CardSigner });
      expect(create).toThrow(TypeError);
      expect(create).toThrow(name);
    }
  });
});
