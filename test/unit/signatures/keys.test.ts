import { A2AError } from 'a2a-await';
import { type AgentCardKeys, AgentCardSignatureError, verifyAgentCard } from 'a2a-await/signatures';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createSigner, headerText, type Signer, type Wire } from './support.js';

const card = { name: 'a', version: '1' };
const signedBy = async (signer: Signer, header?: Wire) => ({
  ...card,
  signatures: [await signer.sign(card, header)],
});

async function refusal(verification: Promise<unknown>): Promise<AgentCardSignatureError> {
  const error = await verification.then(
    () => undefined,
    reason => reason,
  );
  expect(error).toBeInstanceOf(AgentCardSignatureError);
  return error;
}

describe('an algorithm', () => {
  test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'RS256', 'RS512', 'PS256', 'PS384'])(
    '%s is verified',
    async alg => {
      const signer = await createSigner(alg, 'k');
      const { header } = await verifyAgentCard(await signedBy(signer), { keys: [signer.key] });
      expect(header).toMatchObject({ alg, kid: 'k', typ: 'JOSE' });
    },
  );

  test.each(['none', 'HS256', 'HS512', 'ES256K', 'toString', '', undefined])('%s is refused', async alg => {
    const { key } = await createSigner();
    const signatures = [{ protected: headerText({ alg }), signature: 'AAAA' }];
    const error = await refusal(verifyAgentCard({ ...card, signatures }, key));
    expect(error.reason).toBe('algorithm');
  });

  test('is not taken from the header that nobody signed', async () => {
    const signatures = [{ protected: headerText({}), signature: 'AAAA', header: { alg: 'ES256' } }];
    const error = await refusal(verifyAgentCard({ ...card, signatures }, (await createSigner()).key));
    expect(error.reason).toBe('algorithm');
  });

  test('HS256 with the public key as the secret is refused', async () => {
    const { key } = await createSigner('RS256');
    const secret = new TextEncoder().encode(JSON.stringify(key));
    const [header = '', , signature = ''] = (
      await new SignJWT(card).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    ).split('.');
    const error = await refusal(
      verifyAgentCard({ ...card, signatures: [{ protected: header, signature }] }, key),
    );
    expect(error.reason).toBe('algorithm');
  });
});

describe('keys may be', () => {
  test.each<[string, (signer: Signer) => Promise<AgentCardKeys>]>([
    ['a JWK', async ({ key }) => key],
    ['a set', async ({ key }) => ({ keys: [key] })],
    ['a CryptoKey', async ({ key, alg }) => (await importJWK(key, alg)) as CryptoKey],
    [
      'a function',
      async ({ key }) =>
        () =>
          key,
    ],
    [
      'a function that takes its time',
      async ({ key }) =>
        async () => ({ keys: [key] }),
    ],
  ])('%s', async (_, keysOf) => {
    const signer = await createSigner();
    await expect(verifyAgentCard(await signedBy(signer), await keysOf(signer))).resolves.toBeDefined();
  });

  test('a set with others, from which the one is found, with "kid" or without', async () => {
    const signers = await Promise.all(['a', 'b', undefined].map(kid => createSigner('ES256', kid)));
    const { key: symmetric } = { key: { kty: 'oct', k: 'AAAA' } };
    const others = [symmetric, { kty: 'new-kind' }, (await createSigner('RS256', 'a')).key];
    const keys = { keys: [...others, ...signers.map(({ key }) => key)] };
    for (const signer of signers) {
      await expect(verifyAgentCard(await signedBy(signer), keys)).resolves.toBeDefined();
    }
  });
});

describe('a key', () => {
  test.each<[string, (signer: Signer) => Wire]>([
    ['has another id', ({ key }) => ({ ...key, kid: 'other' })],
    ['is for another algorithm', ({ key }) => ({ ...key, alg: 'ES384' })],
    ['is for encryption', ({ key }) => ({ ...key, use: 'enc' })],
    ['is not for verifying', ({ key }) => ({ ...key, key_ops: ['sign'] })],
    ['is broken', ({ key }) => ({ ...key, x: 'AAAA' })],
  ])('that %s is not used', async (_, change) => {
    const signer = await createSigner('ES256', 'mine');
    const error = await refusal(verifyAgentCard(await signedBy(signer), change(signer) as AgentCardKeys));
    expect(error.reason).toBe('unknown-key');
  });

  test('of somebody else does not verify, whatever its id', async () => {
    const error = await refusal(
      verifyAgentCard(await signedBy(await createSigner()), (await createSigner('ES256', 'k')).key),
    );
    expect(error).toMatchObject({ reason: 'mismatch', code: 'agent-card-signature' });
    expect(error).toBeInstanceOf(A2AError);
  });

  test('that the signature brings along is not used', async () => {
    const signer = await createSigner();
    const forged = await signedBy(signer, { jwk: signer.key, x5u: 'https://evil.example' });
    expect((await refusal(verifyAgentCard(forged, { keys: [] }))).reason).toBe('unknown-key');
  });

  const impossible: Array<[string, RegExp, () => Promise<unknown>]> = [
    ['nothing', /function, not/, async () => undefined],
    ['a text', /function, not/, async () => 'secret'],
    ['bytes', /function, not/, async () => new Uint8Array(32)],
    ['a secret key', /not a private or symmetric one/, async () => ({ kty: 'oct', k: 'AAAA' })],
    [
      'a private key',
      /not a private or symmetric one/,
      async () => exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey),
    ],
    [
      'a private CryptoKey',
      /not a private or symmetric one/,
      async () => (await generateKeyPair('ES256')).privateKey,
    ],
    ['a list', /a list of keys goes into/, async () => []],
  ];
  test('that nobody awaited is a TypeError that says so', async () => {
    const signer = await createSigner();
    const given = Promise.resolve(signer.key) as unknown as AgentCardKeys;
    const error = await verifyAgentCard(await signedBy(signer), given).catch(reason => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/await it/);
  });

  test.each(impossible)('that is %s is a TypeError', async (_, words, make) => {
    const given = (await make()) as AgentCardKeys;
    const error = await verifyAgentCard(await signedBy(await createSigner()), given).catch(reason => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^"keys" must be a public key/);
    expect(error.message).toMatch(words);
  });
});

describe('a function for keys', () => {
  test('gets the protected header, and nothing is fetched', async () => {
    const signer = await createSigner('ES256', 'k');
    const seen: unknown[] = [];
    const jku = 'https://evil.example/jwks.json';
    await verifyAgentCard(await signedBy(signer, { jku }), header => {
      seen.push({ ...header });
      header.alg = 'HS256';
      return signer.key;
    });
    expect(seen).toEqual([{ alg: 'ES256', kid: 'k', jku, typ: 'JOSE' }]);
  });

  test('that knows no key is an unknown key', async () => {
    const error = await refusal(verifyAgentCard(await signedBy(await createSigner()), () => undefined));
    expect(error.reason).toBe('unknown-key');
  });

  test('that throws, or gives nonsense, does not stop another signature from being found', async () => {
    const [bad, good] = [await createSigner('ES256', 'bad'), await createSigner('ES256', 'good')];
    const signatures = [await bad.sign(card), await good.sign(card)];
    for (const failure of [() => Promise.reject(new Error('down')), () => 7 as never]) {
      const keys: AgentCardKeys = ({ kid }) => (kid === 'good' ? good.key : failure());
      expect(await verifyAgentCard({ ...card, signatures }, keys)).toMatchObject({ index: 1 });
    }
  });

  test('that throws is the cause where nothing verifies, and not in the message', async () => {
    const cause = new Error('token=secret');
    const failing = () => {
      throw cause;
    };
    const error = await refusal(verifyAgentCard(await signedBy(await createSigner()), failing));
    expect(error).toMatchObject({ reason: 'unknown-key', cause });
    expect(error.message).not.toContain('secret');
  });
});

describe('several signatures', () => {
  test('of which one holds are enough, whatever the others are', async () => {
    const [mine, other] = [await createSigner('EdDSA'), await createSigner()];
    const good = await mine.sign(card);
    const bad = [null, 7, {}, { protected: '!', signature: '' }, await other.sign(card)];
    for (const signatures of [
      [...bad, good],
      [good, ...bad],
      [bad[4], good, bad[0]],
    ]) {
      const { index } = await verifyAgentCard({ ...card, signatures }, mine.key);
      expect(index).toBe(signatures.indexOf(good));
    }
  });

  test('of which none holds are told one by one', async () => {
    const [mine, other] = [await createSigner('ES256', 'mine'), await createSigner('ES256', 'other')];
    const signatures = [
      {},
      { protected: headerText({ alg: 'HS256' }), signature: 'AAAA' },
      await other.sign(card),
      await mine.sign({ ...card, name: 'b' }),
    ];
    const error = await refusal(verifyAgentCard({ ...card, signatures }, mine.key));
    expect(error.reason).toBe('mismatch');
    expect(error.signatures.map(({ reason }) => reason)).toEqual([
      'malformed',
      'algorithm',
      'unknown-key',
      'mismatch',
    ]);
    expect(error.message).toMatch(/signature 1: .*signature 2: .*"HS256".*signature 3: .*"other".*"mine"/);
  });
});
