import { AgentCardSignatureError, verifyAgentCard } from 'a2a-await/signatures';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSigner, type Fixture, fixture, placesIn, type Wire } from './support.js';

// Whoever signed it: one change of a signed card, at any place, and it does not verify any more; changes of its
// writing do not matter.

const named = ['python', 'python-two-signatures', 'python-1.1.0', 'javascript', 'javascript-1.0.0-beta.0'];
const cards: Fixture[] = named.map(fixture);
const restating = fixture('python-speaks-0.3-too');

beforeAll(async () => {
  const signer = await createSigner();
  const { signatures: _, ...served } = fixture('python').card;
  // As the specification says: here nothing is to be left out of it.
  const card = { ...served, signatures: [await signer.sign(served)] };
  cards.push({ signedBy: 'section 8.4.1', keys: { keys: [signer.key] }, card });
});

/** Says nothing, to protobuf or to the SDKs. */
function isDefault(value: unknown): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  return typeof value === 'object' && Object.values(value as object).every(isEmpty);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value as object).every(isEmpty);
}

type Change = (card: Wire, at: number) => boolean;

const pick = <T>(list: T[], at: number): T | undefined => list[at % list.length];
const leaves = (card: Wire) => placesIn(card).filter(([holder, name]) => typeof holder[name] !== 'object');

const changedLeaf: Change = (card, at) => {
  const [holder, name] = pick(leaves(card), at) ?? [{}, ''];
  const value = holder[name];
  if (typeof value === 'string') holder[name] = `${value}x`;
  else if (typeof value === 'number') holder[name] = -value || 1;
  else holder[name] = !value;
  return true;
};

const removedMember: Change = (card, at) => {
  const [holder, name] =
    pick(
      placesIn(card).filter(([holder, name]) => !isDefault(holder[name])),
      at,
    ) ?? [];
  if (!holder || name === undefined) return false;
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
  return true;
};

const changedOrder: Change = (card, at) => {
  const lists = placesIn(card).flatMap(([holder, name]) => {
    const list = holder[name];
    return Array.isArray(list) && list.filter(item => !isEmpty(item)).length > 1 ? [list] : [];
  });
  const list = pick(lists, at);
  if (!list) return false;
  const before = JSON.stringify(list.filter(item => !isEmpty(item)));
  list.reverse();
  return JSON.stringify(list.filter(item => !isEmpty(item))) !== before;
};

const addedMember =
  (name: string, value: unknown): Change =>
  (card, at) => {
    const objects = [card, ...placesIn(card).map(([holder, key]) => holder[key])].filter(
      each => typeof each === 'object' && each !== null && !Array.isArray(each),
    );
    const holder = pick(objects, at) as Wire;
    if (Object.hasOwn(holder, name)) return false;
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
    return true;
  };

const addedItem =
  (value: unknown): Change =>
  (card, at) => {
    const lists = placesIn(card).flatMap(([holder, name]) =>
      Array.isArray(holder[name]) ? [holder[name]] : [],
    );
    (pick(lists, at) as unknown[]).push(value);
    return true;
  };

async function refuses({ card, keys }: Fixture, change: Change, at: number): Promise<void> {
  const { signatures, ...content } = structuredClone(card);
  fc.pre(change(content, at));
  const verification = verifyAgentCard({ ...content, signatures }, keys);
  const error = await verification.catch(reason => reason);
  expect(error).toBeInstanceOf(AgentCardSignatureError);
  expect(['mismatch', 'uncovered']).toContain(error.reason);
}

const anyCard = fc.nat().map(at => pick(cards, at) as Fixture);
const names = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'tenant', 'iconUrl', 'required', 'url', 'type'),
);
const something = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.integer({ min: 1 }),
  fc.constantFrom<unknown>(true, [1], ['x'], { a: { b: 'c' } }, { mtlsSecurityScheme: { description: 'x' } }),
);

describe('a signed card is refused', () => {
  test.each([...named, 'as section 8.4.1 says'])('with any leaf changed (%s)', async name => {
    const signed = cards[named.includes(name) ? named.indexOf(name) : named.length] as Fixture;
    const { signatures: _, ...content } = signed.card;
    for (let at = 0; at < leaves(content).length; at += 1) await refuses(signed, changedLeaf, at);
  });

  test('with any leaf changed, of those too that only restate what is signed', async () => {
    const { signatures: _, ...content } = restating.card;
    for (let at = 0; at < leaves(content).length; at += 1) await refuses(restating, changedLeaf, at);
  });

  test.each<[string, Change]>([
    ['a member or an item removed', removedMember],
    ['a list in another order', changedOrder],
  ])('with %s', async (_, change) => {
    await fc.assert(
      fc.asyncProperty(anyCard, fc.nat(), (signed, at) => refuses(signed, change, at)),
      { numRuns: 300 },
    );
  });

  test('with a member added', async () => {
    const anyOrRestating = fc.oneof(anyCard, fc.constant(restating));
    await fc.assert(
      fc.asyncProperty(anyOrRestating, names, something, fc.nat(), (signed, name, value, at) =>
        refuses(signed, addedMember(name, value), at),
      ),
      { numRuns: 500 },
    );
  });

  test('with an item added', async () => {
    await fc.assert(
      fc.asyncProperty(anyCard, something, fc.nat(), (signed, value, at) =>
        refuses(signed, addedItem(value), at),
      ),
      { numRuns: 200 },
    );
  });

  test('without an `optional` field that is false', async () => {
    for (const { card, keys } of cards) {
      const { pushNotifications: _, ...capabilities } = card['capabilities'] as Wire;
      const verification = verifyAgentCard({ ...card, capabilities }, keys);
      await expect(verification).rejects.toMatchObject({ reason: 'mismatch' });
    }
  });
});

describe('a signed card is the same', () => {
  test('with its members in any order, written with any space', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyCard, fc.constant(restating)),
        fc.infiniteStream(fc.nat()),
        async (signed, random) => {
          const rewritten = JSON.parse(JSON.stringify(shuffled(signed.card, random), null, '\t'));
          expect(JSON.stringify(rewritten.skills)).toHaveLength(JSON.stringify(signed.card['skills']).length);
          await verifyAgentCard(rewritten, signed.keys);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each<[string, (card: Wire) => void]>([
    [
      'lists',
      card =>
        Object.assign(card['capabilities'] as Wire, {
          extensions: (card['capabilities'] as Wire)['extensions'] ?? [],
        }),
    ],
    ['a requirement for no scheme', card => (card['securityRequirements'] ??= [])],
    ['schemes', card => (card['securitySchemes'] ??= {})],
    [
      'an empty tenant',
      card => Object.assign((card['supportedInterfaces'] as Wire[])[0] as Wire, { tenant: '' }),
    ],
    [
      'examples and modes',
      card =>
        Object.assign((card['skills'] as Wire[])[1] as Wire, {
          examples: [],
          inputModes: [],
          outputModes: [],
        }),
    ],
    ['null', card => Object.assign((card['skills'] as Wire[])[0] as Wire, { securityRequirements: null })],
  ])('with the default value of %s added', async (_, add) => {
    for (const { card, keys } of cards) {
      const rewritten = structuredClone(card);
      add(rewritten);
      await verifyAgentCard(rewritten, keys);
    }
  });
});

/** With the members of every object in another order. */
function shuffled(value: unknown, random: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map(item => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => ({
        name,
        member: shuffled(member, random),
        at: random.next().value as number,
      }))
      .sort((one, other) => one.at - other.at)
      .map(({ name, member }) => [name, member]),
  );
}
