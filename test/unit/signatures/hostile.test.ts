import { AgentCardSignatureError, verifyAgentCard } from 'a2a-await/signatures';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSigner, headerText, type Signer, type Wire } from './support.js';

const card = { name: 'a', version: '1' };
let signer: Signer;
let good: { protected: string; signature: string };
beforeAll(async () => {
  signer = await createSigner('ES256', 'k');
  good = await signer.sign(card);
});

const reasonOf = async (given: unknown) => {
  const error = await verifyAgentCard(given as object, signer.key).then(
    () => undefined,
    reason => reason,
  );
  expect(error).toBeInstanceOf(AgentCardSignatureError);
  return error.reason;
};

test.each([undefined, null, 7, 'card', [], true])('%j instead of a card is a TypeError', async given => {
  await expect(verifyAgentCard(given as never, signer.key)).rejects.toThrow(/^"card" must be an agent card/);
});

test('an unknown word for an option is a TypeError', async () => {
  const options = { uncovered: 'ignore' as never };
  await expect(verifyAgentCard(card, signer.key, options)).rejects.toThrow(/^"uncovered" must be/);
});

test.each([undefined, null, []])('a card with %j for signatures is unsigned', async signatures => {
  expect(await reasonOf({ ...card, signatures })).toBe('unsigned');
});

test.each(['text', {}, 7, Array.from({ length: 17 }, () => ({}))])(
  'signatures that are no list of at most 16 are malformed',
  async signatures => expect(await reasonOf({ ...card, signatures })).toBe('malformed'),
);

describe('a signature is malformed', () => {
  test.each<[string, (right: typeof good) => unknown]>([
    ['without "protected"', ({ signature }) => ({ signature })],
    ['without "signature"', right => ({ protected: right.protected })],
    ['in plain base64', right => ({ ...right, signature: `${right.signature.slice(1)}+=` })],
    ['with space in it', right => ({ ...right, signature: `${right.signature} ` })],
    ['with a header that is no JSON', right => ({ ...right, protected: 'AAAA' })],
    ['with a header that is a list', right => ({ ...right, protected: headerText([]) })],
    ['with a header that is huge', right => ({ ...right, protected: 'A'.repeat(10_000) })],
    ['with "kid" that is no text', right => ({ ...right, protected: headerText({ alg: 'ES256', kid: {} }) })],
  ])('%s', async (_, change) => {
    expect(await reasonOf({ ...card, signatures: [change(good)] })).toBe('malformed');
  });

  test.each<Wire>([{ crit: ['exp'], exp: 1 }, { crit: [] }, { b64: false }, { b64: true }])(
    'with an extension of JWS: %j',
    async header => {
      const signature = await signer.sign(card).then(right => ({
        ...right,
        protected: headerText({ alg: 'ES256', kid: 'k', ...header }),
      }));
      expect(await reasonOf({ ...card, signatures: [signature] })).toBe('malformed');
    },
  );
});

test('a header that nobody signed changes nothing', async () => {
  const signatures = [{ ...good, header: { alg: 'none', kid: 'other', crit: ['x'], b64: false } }];
  expect((await verifyAgentCard({ ...card, signatures }, signer.key)).header).toEqual({
    alg: 'ES256',
    kid: 'k',
    typ: 'JOSE',
  });
});

test('a signature that is altered does not match', async () => {
  const altered = (text: string) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
  const signatures = [{ ...good, signature: altered(good.signature) }];
  expect(await reasonOf({ ...card, signatures })).toBe('mismatch');
  const header = headerText({ alg: 'ES256', kid: 'k', typ: 'JOSE', jku: 'https://evil.example' });
  expect(await reasonOf({ ...card, signatures: [{ ...good, protected: header }] })).toBe('mismatch');
});

describe('a card has no canonical form', () => {
  const cyclic: Wire = {};
  cyclic['self'] = cyclic;
  // Thirty levels, and a thousand million values where it is written out.
  const folded = Array.from({ length: 30 }).reduce(inner => [inner, inner], 'x');
  const deep = Array.from({ length: 100_000 }).reduce(inner => [inner], 'x');

  test.each<[string, unknown]>([
    ['with a cycle', cyclic],
    ['that unfolds to too much', folded],
    ['that is too deep', deep],
    ['with too many values', Array.from({ length: 200_000 }, () => 0)],
    ['that is too long', 'x'.repeat(2_000_000)],
    ['with half a character', '\ud83d'],
    ['with half a character in a name', { '\udc00': 1 }],
    ['with NaN', Number.NaN],
    ['with infinity', Number.POSITIVE_INFINITY],
    ['with a big integer', 1n],
    ['with a function', () => 1],
    ['with a symbol', Symbol('x')],
    ['with a date', new Date(0)],
    ['with a map', new Map()],
    ['with a hole in a list', new Array(2)],
  ])('%s', async (_, value) => {
    expect(await reasonOf({ ...card, value, signatures: [good] })).toBe('malformed');
  });
});

test('what was signed must be a card', async () => {
  for (const signed of [{}, { note: 'hello' }]) {
    expect(await reasonOf({ ...signed, signatures: [await signer.sign(signed)] })).toBe('malformed');
  }
});

test('a message does not grow with what the card says', async () => {
  const kid = 'k'.repeat(5000);
  const signatures = Array.from({ length: 16 }, () => ({
    protected: headerText({ alg: 'ES256', kid }),
    signature: 'AAAA',
  }));
  const error = await verifyAgentCard({ ...card, signatures }, signer.key).catch(reason => reason);
  expect(error.message.length).toBeLessThan(2100);
});

test('whatever is given, it verifies never, and fails by a typed error', async () => {
  const signature = fc.oneof(
    fc.jsonValue(),
    fc.record({ protected: fc.string(), signature: fc.string() }),
    fc.record({ protected: fc.jsonValue().map(headerText), signature: fc.constant('AAAA') }),
  );
  const anything = fc.record({
    card: fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('skills', 'capabilities', 'name')),
      fc.anything(),
    ),
    signatures: fc.oneof(fc.jsonValue(), fc.array(signature, { maxLength: 4 })),
  });
  await fc.assert(
    fc.asyncProperty(anything, async ({ card, signatures }) => {
      await reasonOf({ ...card, signatures });
    }),
    { numRuns: 300 },
  );
});

describe('what costs much', () => {
  test('is given up: many signatures, none with a key id, and many keys', async () => {
    const signers = await Promise.all(Array.from({ length: 16 }, () => createSigner()));
    const long = { ...card, description: 'd'.repeat(1_000) };
    const signatures = await Promise.all(signers.map(each => each.sign({ ...long, name: 'b' })));
    const keys = { keys: signers.map(({ key }) => key) };
    const error = await verifyAgentCard({ ...long, signatures }, keys).catch(reason => reason);
    expect(error).toMatchObject({ name: 'AgentCardSignatureError', reason: 'malformed' });
    expect(error.message).toMatch(/256 tries/);
  });
});

describe('a token by the same key', () => {
  test.each(['JWT', 'jwt', 'application/at+jwt'])('of type %s is not taken for a card', async typ => {
    const signer = await createSigner();
    const claims = { exp: 1, name: 'Mallory', sub: 'x', url: 'https://evil.example/' };
    const signature = await signer.sign(claims, { typ });
    const error = await verifyAgentCard({ ...claims, signatures: [signature] }, signer.key).catch(
      reason => reason,
    );
    expect(error).toMatchObject({ name: 'AgentCardSignatureError', reason: 'malformed' });
  });
});

describe('a set with a key that is odd', () => {
  test('is used for the keys that are right', async () => {
    const signer = await createSigner();
    const signed = { ...card, signatures: [await signer.sign(card)] };
    const odd = { ...signer.key, key_ops: 5 } as never;
    const verified = await verifyAgentCard(signed, () => ({ keys: [odd, signer.key] }));
    expect(verified.card.name).toBe('a');
  });

  test('of either name of EdDSA is used for both', async () => {
    const signer = await createSigner('EdDSA');
    const signed = { ...card, signatures: [await signer.sign(card)] };
    expect((await verifyAgentCard(signed, { ...signer.key, alg: 'Ed25519' })).card.name).toBe('a');
  });
});
