import { A2AClient, A2AError, ExtendedAgentCardNotConfiguredError, rawOf, textOf } from 'a2a-await';
import { createReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, pair, sends, serverOf } from '../support/agents.js';
import { rejection } from '../support/settling.js';

/** An agent that counts how often it was set to work. */
function counting(options: ReferenceServerOptions = {}) {
  const counted = { runs: 0, options: {} as ReferenceServerOptions };
  counted.options = {
    ...options,
    *agent(turn) {
      counted.runs += 1;
      const { artifact } = { artifact: turn.text };
      yield {
        kind: 'artifact',
        artifact: { parts: [{ kind: 'text', text: artifact }] },
        append: false,
        lastChunk: true,
      };
    },
  };
  return counted;
}

describe.each(agents)('on $title', kind => {
  const { dialect, binding } = kind;

  it('a base url is enough: the card is found, and tells the rest', async () => {
    await using it = pair(kind, { url: 'http://agent.test/team/one' });
    const connection = await it.client.connect();
    expect(connection).toMatchObject({ dialect, binding, endpoint: it.server.endpoint });
    const card = await it.client.getAgentCard();
    expect(card).toMatchObject({ name: 'Reference agent', version: '1.0.0', skills: expect.any(Array) });
    expect(rawOf(card)).toMatchObject({ name: 'Reference agent' });
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    const paths = it.server.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
    expect(paths).toEqual(
      ['agent-card.json', 'agent.json']
        .slice(0, dialect === 'praison' ? 2 : 1)
        .map(name => `/team/one/.well-known/${name}`),
    );
  });

  it('the url of the card itself is enough', async () => {
    await using server = serverOf(kind, { url: 'http://agent.test/x' });
    const client = new A2AClient(server.cardUrl, { fetch: server.fetch });
    expect(await client.connect()).toMatchObject({ dialect, endpoint: server.endpoint });
    expect(server.requests).toHaveLength(1);
  });

  // Without a card nothing tells of HTTP+JSON.
  it.runIf(binding === 'JSONRPC')('the url of the endpoint is enough where there is no card', async () => {
    await using server = serverOf(kind, { card: () => undefined });
    const client = new A2AClient(server.endpoint, { fetch: server.fetch });
    expect(await client.connect()).toMatchObject({ dialect, endpoint: server.endpoint });
    expect(textOf(await client.sendMessage('hi'))).toBe('You said: hi');
    expect(await rejection(client.getAgentCard())).toMatchObject({ code: 'no-card' });
  });

  it.runIf(binding === 'JSONRPC')('the base url is enough where there is no card', async () => {
    await using server = serverOf(kind, { url: 'http://agent.test/team', card: () => undefined });
    const client = new A2AClient(server.url, { fetch: server.fetch });
    expect(await client.connect()).toMatchObject({ dialect });
    expect(textOf(await client.sendMessage('hi'))).toBe('You said: hi');
  });

  it.runIf(binding === 'JSONRPC')(
    'the option "endpoint" skips the card, and the dialect is found out',
    async () => {
      const counted = counting();
      await using server = serverOf(kind, counted.options);
      const client = new A2AClient('http://elsewhere.test', {
        endpoint: server.endpoint,
        fetch: server.fetch,
      });
      await client.sendMessage('hi');
      expect(server.requests.every(({ method }) => method === 'POST')).toBe(true);
      expect(counted.runs).toBe(1);
    },
  );

  it('with "endpoint" and "dialect" nothing is asked but what was called', async () => {
    await using server = serverOf(kind);
    const client = new A2AClient('http://elsewhere.test', {
      endpoint: server.endpoint,
      dialect,
      binding,
      fetch: server.fetch,
    });
    await client.sendMessage('hi');
    expect(server.requests).toHaveLength(1);
  });

  it('a card that the application has already is enough, of whatever version', async () => {
    await using server = serverOf(kind);
    const card = (await (await server.fetch(server.cardUrl)).json()) as Record<string, unknown>;
    if (dialect === 'praison') card['url'] = server.endpoint;
    const client = A2AClient.fromCard(card, { fetch: server.fetch });
    expect(await client.connect()).toMatchObject({ dialect, endpoint: server.endpoint });
    expect(textOf(await client.sendMessage('hi'))).toBe('You said: hi');
    expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it.each(['http://localhost:8000/wrong', 'http://127.0.0.1:1/wrong', 'http://0.0.0.0:8000/wrong'])(
    'a card that says %s, which only its own machine can reach, is put right',
    async wrong => {
      const url = 'https://agent.example/team';
      const right = serverOf(kind, { url }).endpoint;
      const path = dialect === 'praison' ? '/a2a' : new URL(right).pathname;
      const there = wrong.replace('/wrong', path);
      await using it = pair(kind, {
        url,
        card: card => ({
          ...card,
          ...('url' in card ? { url: there } : {}),
          ...('supportedInterfaces' in card
            ? { supportedInterfaces: [{ url: there, protocolBinding: binding, protocolVersion: '1.0' }] }
            : {}),
        }),
      });
      expect(await it.client.connect()).toMatchObject({ endpoint: right, dialect });
      expect(it.warnings.map(({ code }) => code)).toEqual(['card-url-corrected']);
      expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    },
  );

  it('the extended card is given where there is one, and is ExtendedAgentCardNotConfiguredError where not', async () => {
    await using it = pair(kind);
    expect((await it.client.getExtendedAgentCard()).name).toBe('Reference agent');
    await using none = pair(kind, { extendedCard: false });
    const asked = none.client.getExtendedAgentCard();
    if (dialect === 'praison') expect((await asked).name).toBe('Reference agent');
    else expect(await rejection(asked)).toBeInstanceOf(A2AError);
    if (dialect === '0.3')
      expect(await rejection(none.client.getExtendedAgentCard())).toBeInstanceOf(
        ExtendedAgentCardNotConfiguredError,
      );
  });
});

describe('a card that claims what the server does not speak', () => {
  const at = (protocolVersion: string) => ({
    supportedInterfaces: [{ url: 'http://agent.test/', protocolBinding: 'JSONRPC', protocolVersion }],
  });
  const lies = [
    ['1.0', '0.3', { name: 'liar', ...at('1.0') }],
    ['0.3', '1.0', { name: 'liar', url: 'http://agent.test/', protocolVersion: '0.3.0' }],
  ] as const;

  it.each(lies)(
    '%s where it speaks %s is corrected once, said aloud, and the message is executed exactly once',
    async (_, spoken, card) => {
      const counted = counting({ dialect: spoken, card: () => card });
      await using it = pair(spoken, counted.options);
      expect(textOf(await it.client.sendMessage('hi'))).toBe('hi');
      expect(counted.runs).toBe(1);
      expect(it.calls(...sends)).toBe(2);
      expect(it.warnings.map(({ code }) => code)).toEqual(['dialect-corrected']);
      expect(await it.client.connect()).toMatchObject({ dialect: spoken });
      // From now on it is known.
      await it.client.sendMessage('again');
      expect(counted.runs).toBe(2);
      expect(it.calls(...sends)).toBe(3);
      expect(it.warnings).toHaveLength(1);
    },
  );

  it.each(lies)(
    '%s where it speaks %s: ten messages at once are executed once each',
    async (_, spoken, card) => {
      const counted = counting({ dialect: spoken, card: () => card });
      await using it = pair(spoken, counted.options);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => it.client.sendMessage(`n${index}`)),
      );
      expect(answers.map(textOf)).toEqual(Array.from({ length: 10 }, (_, index) => `n${index}`));
      expect(counted.runs).toBe(10);
      expect(it.calls(...sends)).toBeLessThanOrEqual(20);
      expect(it.warnings).toHaveLength(1);
    },
  );

  it.each(lies)('%s where it speaks %s is corrected by a getTask as well', async (_, spoken, card) => {
    await using it = pair(spoken, { card: () => card });
    expect(await rejection(it.client.getTask('nobody'))).toMatchObject({ name: 'TaskNotFoundError' });
  });

  it('with the option "dialect" is left to the caller: the wrong one fails loudly, and nothing is executed', async () => {
    const counted = counting({ dialect: '0.3' });
    await using it = pair('0.3', counted.options, { dialect: '1.0' });
    expect(await rejection(it.client.sendMessage('hi'))).toMatchObject({ name: 'MethodNotFoundError' });
    expect(counted.runs).toBe(0);
  });
});

describe('a place without an agent', () => {
  it('is told by an error that says what to do, and is looked at anew by the next call', async () => {
    let open = false;
    await using server = createReferenceServer();
    const fetch: typeof globalThis.fetch = (input, init) =>
      open ? server.fetch(input, init) : Promise.resolve(new Response('<html>', { status: 404 }));
    const client = new A2AClient(server.url, { fetch });
    const error = await rejection(client.sendMessage('hi'));
    expect(error).toMatchObject({ code: 'no-agent' });
    expect(error.message).toMatch(/endpoint/);
    open = true;
    expect(textOf(await client.sendMessage('hi'))).toBe('You said: hi');
  });
});
