import { A2AClient, rawOf } from 'a2a-await';
import { type AgentCardSignatureError, verifyAgentCard } from 'a2a-await/signatures';
import { describe, expect, test } from 'vitest';
import { fixture, type Wire } from './support.js';

// The cards were signed, and written as they are served, by the packages that the fixtures name.
const whole = ['python', 'python-two-signatures', 'python-1.1.0', 'python-speaks-0.3-too', 'javascript'];

describe.each([...whole, 'javascript-1.0.0-beta.0'])('the card signed by %s', name => {
  const { card, keys } = fixture(name);

  test('verifies, and is what was signed', async () => {
    const verified = await verifyAgentCard(card, keys);
    expect(verified.card).toMatchObject({ name: 'Übersetzer', description: card['description'] });
    expect(verified.card.supportedInterfaces[0]).toMatchObject({ url: 'https://agent.example/rpc' });
    expect(verified.header).toMatchObject({ kid: keys.keys[0]?.kid, alg: keys.keys[0]?.alg });
    expect(verified.index).toBe(0);
  });

  test('verifies as the client gives it', async () => {
    const client = new A2AClient('https://agent.example', { fetch: async () => Response.json(card) });
    const { card: verified } = await verifyAgentCard(await client.getAgentCard(), keys);
    expect(verified.skills.map(skill => skill.id)).toContain('translate');
  });

  test('does not verify under another name', async () => {
    const verification = verifyAgentCard({ ...card, name: 'Somebody else' }, keys);
    await expect(verification).rejects.toMatchObject({ reason: 'mismatch' });
  });
});

test('a card of which everything is signed has nothing that is uncovered', async () => {
  for (const name of ['python-two-signatures', 'python-1.1.0', 'javascript']) {
    const { card, keys } = fixture(name);
    expect(await verifyAgentCard(card, keys)).toMatchObject({ uncovered: [] });
  }
});

test('each of two signatures is enough', async () => {
  const { card, keys } = fixture('python-two-signatures');
  const [, second] = keys.keys;
  expect(await verifyAgentCard(card, { keys: [second as object] } as typeof keys)).toMatchObject({
    index: 1,
    header: { alg: 'RS256', kid: 'key-3' },
  });
});

describe('what the SDKs do not sign because it is empty', () => {
  const { card, keys } = fixture('python');

  test('is not in the card that was verified, and is told', async () => {
    const verified = await verifyAgentCard(card, keys);
    expect(verified.uncovered).toEqual([
      'securitySchemes.oauth.oauth2SecurityScheme.flows.clientCredentials.scopes.write',
      'securitySchemes.mtls',
      'securityRequirements.0',
    ]);
    expect(Object.keys(verified.card.securitySchemes).sort()).toEqual(['bearer', 'key', 'oauth']);
    expect(verified.card.securityRequirements).toEqual([{ oauth: ['read'] }]);
    expect(rawOf<Wire>(verified.card)).not.toHaveProperty('signatures');
  });

  test('may be added by anybody, and still is not in the card that was verified', async () => {
    const opened = structuredClone(card);
    (opened['securityRequirements'] as Wire[]).push({});
    (opened['securitySchemes'] as Wire)['none'] = { mtlsSecurityScheme: {} };
    const verified = await verifyAgentCard(opened, keys);
    expect(verified.card.securityRequirements).toEqual([{ oauth: ['read'] }]);
    expect(verified.card.securitySchemes).not.toHaveProperty('none');
    expect(verified.uncovered).toEqual(
      expect.arrayContaining(['securitySchemes.none', 'securityRequirements.2']),
    );
  });
});

describe("members in 0.3's words, which Python's server adds after it has signed", () => {
  const { card, keys } = fixture('python-speaks-0.3-too');
  const scheme = (name: string, change: Wire) => ({
    securitySchemes: {
      ...(card['securitySchemes'] as Wire),
      [name]: { ...((card['securitySchemes'] as Wire)[name] as Wire), ...change },
    },
  });
  const skill = { ...((card['skills'] as Wire[])[0] as Wire), security: [{ oauth: ['admin'] }] };

  test('are borne where they say what was signed', async () => {
    expect(card).toMatchObject({ url: 'https://agent.example/old', preferredTransport: 'JSONRPC' });
    expect((await verifyAgentCard(card, keys)).uncovered.join()).not.toMatch(/url|\.type|transport/i);
  });

  test.each<[string, Wire]>([
    ['another url', { url: 'https://evil.example' }],
    ["another interface's url", { url: 'https://agent.example/old-rest' }],
    ['another transport', { preferredTransport: 'GRPC' }],
    ['another version', { protocolVersion: '0.2' }],
    [
      'another interface',
      { additionalInterfaces: [{ url: 'https://evil.example', transport: 'HTTP+JSON' }] },
    ],
    [
      'more about an interface',
      {
        additionalInterfaces: [
          { url: 'https://agent.example/old-rest', transport: 'HTTP+JSON', tenant: 'other' },
        ],
      },
    ],
    ['another extended card', { supportsAuthenticatedExtendedCard: false }],
    ['another requirement', { security: [{ oauth: ['admin'] }] }],
    ["another skill's requirement", { skills: [skill] }],
    ['another type of a scheme', scheme('bearer', { type: 'apiKey' })],
    ['another name of a key', scheme('key', { name: 'Authorization' })],
    ['another place of a key', scheme('key', { in: 'query' })],
    [
      'another token url',
      scheme('oauth', { flows: { clientCredentials: { tokenUrl: 'https://evil.example', scopes: {} } } }),
    ],
    ['a flow more', scheme('oauth', { flows: { implicit: { authorizationUrl: 'https://evil.example' } } })],
    ['a member of its own', { 'x-vendor': 1 }],
    ["a signed list in protobuf's own spelling", { supported_interfaces: [{ url: 'https://evil.example' }] }],
  ])('are refused with %s', async (_, change) => {
    const verification = verifyAgentCard({ ...card, ...change }, keys);
    await expect(verification).rejects.toMatchObject({ reason: 'uncovered' });
  });
});

describe("security schemes, which JavaScript's server serves in a shape of its own and does not sign", () => {
  const { card, keys } = fixture('javascript-with-schemes');

  test('are refused by default, and named', async () => {
    const error: AgentCardSignatureError = await verifyAgentCard(card, keys).catch(reason => reason);
    expect(error.reason).toBe('uncovered');
    expect(error.message).toContain('securitySchemes.bearer.scheme');
  });

  test('are left out if so asked', async () => {
    const verified = await verifyAgentCard(card, keys, { uncovered: 'leave-out' });
    expect(verified.card.name).toBe('Übersetzer');
    expect(verified.card.securitySchemes).toEqual({});
    expect(verified.uncovered).toContain('securitySchemes.bearer.scheme');
  });

  test('leave the rest as strict as it was', async () => {
    const verification = verifyAgentCard({ ...card, name: 'x' }, keys, { uncovered: 'leave-out' });
    await expect(verification).rejects.toMatchObject({ reason: 'mismatch' });
  });
});
