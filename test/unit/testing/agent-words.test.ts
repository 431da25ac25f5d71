import { type AgentContent, type AgentStep, artifact, createReferenceServer } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { call, v1Message, v03Message } from './support.js';

const parts = async (content: AgentContent) => {
  await using server = createReferenceServer({ agent: () => [artifact(content)] });
  await call(server, 'SendMessage', { message: v1Message('hi') });
  return server.tasks.list()[0]?.artifacts[0]?.parts;
};

describe('what an agent says', () => {
  it.each<[AgentContent, unknown]>([
    ['text', [{ kind: 'text', text: 'text' }]],
    [{ text: 'text' }, [{ kind: 'text', text: 'text' }]],
    [{ data: { total: 5 } }, [{ kind: 'data', data: { total: 5 } }]],
    [{ kind: 'data', data: null }, [{ kind: 'data', data: null }]],
    [
      ['The total:', { data: 5, metadata: { unit: 'kg' } }],
      [
        { kind: 'text', text: 'The total:' },
        { kind: 'data', data: 5, metadata: { unit: 'kg' } },
      ],
    ],
    [
      [{ raw: 'aGk=', filename: 'hi.txt' }, { url: 'https://files.example/hi' }],
      [
        { kind: 'file', raw: 'aGk=', filename: 'hi.txt' },
        { kind: 'file', url: 'https://files.example/hi' },
      ],
    ],
  ])('may be %j', async (content, expected) => {
    expect(await parts(content)).toEqual(expected);
  });

  it('is refused where it is no part', () => {
    expect(() => artifact({} as AgentContent)).toThrow(
      'A part has text, data, url or raw, which {} has not.',
    );
  });
});

it.each([
  [() => ['hello'] as unknown as AgentStep[], `An agent yields steps, such as artifact('…'), not "hello".`],
  [
    (async () => 'hello') as unknown as () => AgentStep[],
    'An agent is a generator, or returns a list of steps, and not a promise of anything.',
  ],
])('an agent that is none fails its task in words that help: %s', async (agent, words) => {
  await using server = createReferenceServer({ agent });
  const { error } = await call(server, 'SendMessage', { message: v1Message('hi') });
  expect(error).toMatchObject({ code: -32603, message: words });
});

it('what a request asks for is called the same in every dialect', async () => {
  await using newer = createReferenceServer();
  await call(newer, 'SendMessage', { message: v1Message('hi') });
  await using older = createReferenceServer({ dialect: '0.3' });
  await call(older, 'message/send', { message: v03Message('hi') });
  await using rest = createReferenceServer({ bindings: ['HTTP+JSON'] });
  await call(rest, 'SendMessage', { message: v1Message('hi') });
  for (const server of [newer, older, rest]) {
    expect(server.requests.map(({ operation }) => operation)).toEqual(['send']);
  }
  await newer.fetch(newer.cardUrl);
  await call(newer, 'Nonsense', {});
  expect(newer.requests.slice(1).map(request => 'operation' in request)).toEqual([false, false]);
});

it('an operation is counted together over the versions that a server speaks', async () => {
  const nths: number[] = [];
  await using server = createReferenceServer({
    profile: 'python-1.1',
    dialect: '0.3',
    fault({ nth }) {
      nths.push(nth);
      return undefined;
    },
  });
  await call(server, 'GetTask', { id: 'x' });
  await call(server, 'tasks/get', { id: 'x' });
  expect(nths).toEqual([1, 2]);
});
