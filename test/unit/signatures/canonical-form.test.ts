import { rawOf } from 'a2a-await';
import { verifyAgentCard } from 'a2a-await/signatures';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSigner, type Signer, type Wire } from './support.js';

let signer: Signer;
beforeAll(async () => {
  signer = await createSigner();
});

async function verified(card: Wire, signed: object | string) {
  return verifyAgentCard({ ...card, signatures: [await signer.sign(signed)] }, signer.key);
}

const refused = async (card: Wire, signed: object | string) =>
  expect(verified(card, signed)).rejects.toMatchObject({ reason: 'mismatch' });

describe('section 8.4.1 of the specification', () => {
  const example = {
    name: 'Example Agent',
    description: '',
    capabilities: { streaming: false, pushNotifications: false, extensions: [] },
    skills: [],
  };
  const signed =
    '{"capabilities":{"pushNotifications":false,"streaming":false},"description":"","name":"Example Agent","skills":[]}';

  test('has an example, which verifies', async () => {
    const { uncovered, card } = await verified(example, signed);
    expect(uncovered).toEqual([]);
    expect(card.capabilities).toEqual({ streaming: false, pushNotifications: false });
  });

  test.each<[string, Wire]>([
    ['an `optional` field with its default value', { documentationUrl: '' }],
    [
      'an `optional` field in capabilities',
      { capabilities: { ...example.capabilities, extendedAgentCard: false } },
    ],
    ['an empty message', { provider: {} }],
    ['a member that is not known', { 'x-vendor': '' }],
  ])('has %s among what is signed', async (_, more) => refused({ ...example, ...more }, signed));

  test.each<[string, Wire]>([
    ['a list', { securityRequirements: [] }],
    ['a map', { securitySchemes: {} }],
    ['null, which in protobuf is no value', { iconUrl: null }],
  ])('does not have %s that is empty', async (_, more) => {
    expect((await verified({ ...example, ...more }, signed)).uncovered).toEqual([]);
  });

  test.each<[string, Wire, Wire]>([
    [
      'interfaces',
      {
        supportedInterfaces: [{ url: 'https://a', protocolBinding: '', protocolVersion: '1.0', tenant: '' }],
      },
      { supportedInterfaces: [{ url: 'https://a', protocolBinding: '', protocolVersion: '1.0' }] },
    ],
    [
      'skills',
      { skills: [{ id: '1', name: '', description: '', tags: [], examples: [], inputModes: [] }] },
      { skills: [{ id: '1', name: '', description: '', tags: [] }] },
    ],
    [
      'extensions, but not in their params',
      {
        capabilities: {
          extensions: [
            { uri: 'u', description: '', required: false, params: { a: '', b: false, c: [], d: null } },
          ],
        },
      },
      { capabilities: { extensions: [{ uri: 'u', params: { a: '', b: false, c: [], d: null } }] } },
    ],
    [
      'security schemes, but not the schemes',
      {
        securitySchemes: {
          a: { httpAuthSecurityScheme: { scheme: '', bearerFormat: '', description: '' } },
          b: { mtlsSecurityScheme: { description: '' } },
          c: {
            oauth2SecurityScheme: {
              flows: { authorizationCode: { authorizationUrl: 'u', scopes: {}, pkceRequired: false } },
              oauth2MetadataUrl: '',
            },
          },
        },
      },
      {
        securitySchemes: {
          a: { httpAuthSecurityScheme: { scheme: '' } },
          b: { mtlsSecurityScheme: {} },
          c: {
            oauth2SecurityScheme: { flows: { authorizationCode: { authorizationUrl: 'u', scopes: {} } } },
          },
        },
      },
    ],
    [
      'requirements, but not the requirements',
      { securityRequirements: [{}, { schemes: {} }, { schemes: { a: { list: [] } } }] },
      { securityRequirements: [{}, {}, { schemes: { a: {} } }] },
    ],
  ])('leaves default values out of %s', async (_, served, signed) => {
    const { card, uncovered } = await verified({ name: 'a', ...served }, { name: 'a', ...signed });
    expect(uncovered).toEqual([]);
    expect(rawOf(card)).toEqual({ name: 'a', ...signed });
  });

  test('has required fields also where the server left out their default values', async () => {
    const served = { name: 'a', version: '1', capabilities: {}, skills: [{ id: '1', name: 'n' }] };
    const { card } = await verified(served, {
      ...{ name: 'a', description: '', version: '1', supportedInterfaces: [], capabilities: {} },
      ...{ defaultInputModes: [], defaultOutputModes: [] },
      skills: [{ id: '1', name: 'n', description: '', tags: [] }],
    });
    expect(card.skills).toEqual([{ id: '1', name: 'n', description: '', tags: [] }]);
  });
});

describe('a card that was signed as it is served', () => {
  const served = { name: 'a', 'x-vendor': { note: '', list: [], none: null }, version: '' };

  test('verifies with all it has', async () => {
    const { card, uncovered } = await verified(served, served);
    expect(rawOf(card)).toEqual(served);
    expect(uncovered).toEqual([]);
  });

  test('does not verify with a member more', async () => refused({ ...served, more: 1 }, served));
});

describe('RFC 8785', () => {
  test.each<[string, string, string]>([
    ['numbers', '[1.0, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0]', '[1,1e+30,4.5,0.002,1e-27,0]'],
    [
      'texts',
      '"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"',
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    ],
    [
      'the order of names by UTF-16',
      '{"\\ufb33":1,"\\ud83d\\ude00":2,"1":3,"":4}',
      '{"":4,"1":3,"😀":2,"\ufb33":1}',
    ],
    ['a name that is a prototype elsewhere', '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
  ])('has one text for %s', async (_, served, signed) => {
    const card = JSON.parse(`{"name":"a","x":${served}}`);
    await verified(card, `{"name":"a","x":${signed}}`);
  });

  test('has a __proto__ of the card itself among what is signed', async () => {
    const text = '{"__proto__":{"version":"2"},"name":"a","version":"1"}';
    const { card } = await verified(JSON.parse(text), text);
    expect(card.version).toBe('1');
    await refused(JSON.parse(text.replace('"2"', '"3"')), text);
  });

  test('has a __proto__ that is added among what the card says', async () => {
    const served = JSON.parse('{"name":"a","skills":[{"id":"1","__proto__":{"name":"evil"}}],"version":"1"}');
    const verification = verified(served, { name: 'a', skills: [{ id: '1' }], version: '1' });
    await expect(verification).rejects.toMatchObject({ reason: 'uncovered' });
  });
});
