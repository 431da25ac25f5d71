import { A2AClient, AuthenticationError, textOf } from 'a2a-await';
import { describe, expect, it, vi } from 'vitest';
import { agents, pair, sends } from '../support/agents.js';
import { json, result, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const task = { id: 'task-1', status: { state: 'completed' } };

describe.each(agents)('on $title', kind => {
  it('a token is sent with every call', async () => {
    await using it = pair(kind, { auth: { bearer: 'token-1' } }, { auth: 'token-1' });
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
  });

  it.each([undefined, 'wrong'])(
    'a token of %s is refused once, by an error that says what to do',
    async auth => {
      await using it = pair(kind, { auth: { bearer: 'token-1' } }, auth === undefined ? {} : { auth });
      const error = await rejection(it.client.sendMessage('hi'));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ status: 401, code: 'authentication' });
      expect(error.message).toMatch(/"auth"/);
      expect(it.calls(...sends)).toBe(1);
      expect(it.server.tasks.size).toBe(0);
    },
  );

  it('a function is asked again after a 401, and the message is executed once', async () => {
    const auth = vi.fn(({ reason }: { reason: string }) => (reason === 'start' ? 'old' : 'new'));
    await using it = pair(kind, { auth: { bearer: 'new' } }, { auth });
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    expect(auth.mock.calls).toEqual([[{ reason: 'start' }], [{ reason: 'unauthorized' }]]);
    expect(it.server.tasks.size).toBe(1);
    await it.client.sendMessage('again');
    expect(auth).toHaveBeenCalledTimes(2);
  });

  it('a function is asked again only once for a request', async () => {
    const auth = vi.fn(async () => 'wrong');
    await using it = pair(kind, { auth: { bearer: 'right' } }, { auth });
    expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(AuthenticationError);
    expect(auth).toHaveBeenCalledTimes(2);
    expect(it.calls(...sends)).toBe(2);
  });

  it('a handler gives any headers', async () => {
    const handler = { headers: vi.fn(({ reason }) => ({ authorization: `Bearer ${reason}` })) };
    await using it = pair(kind, { auth: { bearer: 'unauthorized' } }, { auth: handler });
    await it.client.sendMessage('hi');
    expect(handler.headers).toHaveBeenCalledTimes(2);
  });

  it('ten calls that are refused at once lead to one refresh', async () => {
    let valid = 'token-1';
    let given = 0;
    const auth = vi.fn(async () => {
      await undefined;
      given += 1;
      return `token-${given}`;
    });
    await using it = pair(kind, { auth: { bearer: () => valid } }, { auth });
    await it.client.sendMessage('first');
    valid = 'token-2';
    const answers = await Promise.all(Array.from({ length: 10 }, () => it.client.sendMessage('hi')));
    expect(answers.map(textOf)).toEqual(Array.from({ length: 10 }, () => 'You said: hi'));
    expect(auth).toHaveBeenCalledTimes(2);
    expect(it.server.tasks.size).toBe(11);
  });

  it('a wait goes on over a token that expires meanwhile', async () => {
    let valid = 'token-1';
    const auth = vi.fn(() => valid);
    await using it = pair(
      kind,
      {
        auth: { bearer: () => valid },
        async *agent(turn) {
          yield { kind: 'status', state: 'working' };
          await turn.sleep(30);
          yield { kind: 'status', state: 'completed' };
        },
      },
      { auth },
    );
    const waiting = it.client.run('go', { schedule: { minimum: 3, interval: () => 3 } });
    setTimeout(() => {
      valid = 'token-2';
    }, 15);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
    expect(auth).toHaveBeenCalledTimes(2);
  });
});

describe('a 403', () => {
  it('is not cured by asking for new credentials, nor by trying again', async () => {
    const { fetch, requests } = rpcFetch(() => json('{"detail":"Not for you"}', { status: 403 }));
    const auth = vi.fn(() => 'token-1');
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
      auth,
    });
    const error = await rejection(client.getTask('task-1'));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 403 });
    expect(error.message).toContain('Not for you');
    expect(auth).toHaveBeenCalledTimes(1);
    expect(requests).toHaveLength(1);
  });
});

describe('credentials', () => {
  const foreign = 'https://rpc.other.test/v1';
  const card = (url: string) =>
    json(
      JSON.stringify({
        name: 'a',
        supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
      }),
    );
  const headers = { 'x-api-key': 'key-s3cret', 'x-plain': 'plain' };

  it('stay on the origin they were given for: another one that the card names does not get them, and that is said once', async () => {
    const { fetch, requests } = rpcFetch(({ verb, id }) =>
      verb === 'GET' ? card(foreign) : result(id, task),
    );
    const warnings: { code: string }[] = [];
    const client = new A2AClient('https://agent.test', {
      fetch,
      auth: 'tok-s3cret',
      headers,
      onWarning: warning => warnings.push(warning),
    });
    await client.getTask('task-1', { headers: { cookie: 'sid=s3cret', 'x-own': 'own' } });
    await client.getTask('task-1');
    const calls = requests.filter(({ verb }) => verb === 'POST');
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call.url).toBe(foreign);
      expect(JSON.stringify([...call.headers])).not.toContain('s3cret');
      expect(call.headers.get('x-plain')).toBe('plain');
    }
    expect(calls[0]?.headers.get('x-own')).toBe('own');
    expect(warnings.map(({ code }) => code)).toEqual(['credentials-withheld']);
  });

  it('go to other origins that the application trusts', async () => {
    const { fetch, requests } = rpcFetch(({ verb, id }) =>
      verb === 'GET' ? card(foreign) : result(id, task),
    );
    const client = new A2AClient('https://agent.test', {
      fetch,
      auth: 'tok-s3cret',
      headers,
      trustedOrigins: ['https://rpc.other.test'],
    });
    await client.getTask('task-1');
    expect(requests.at(-1)?.headers.get('authorization')).toBe('Bearer tok-s3cret');
    expect(requests.at(-1)?.headers.get('x-api-key')).toBe('key-s3cret');
  });

  it('stay away from the host of a card that merely resembles the origin', async () => {
    for (const url of ['https://agent.test.evil.test/', 'http://agent.test/', 'https://agent.test:8443/']) {
      const { fetch, requests } = rpcFetch(({ verb, id }) => (verb === 'GET' ? card(url) : result(id, task)));
      const client = new A2AClient('https://agent.test', { fetch, auth: 'tok-s3cret' });
      await client.getTask('task-1');
      expect(requests.at(-1)?.headers.has('authorization')).toBe(false);
    }
  });

  it('of one call do not leak into the next', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task));
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
    });
    await client.getTask('task-1', { headers: { authorization: 'Bearer once' } });
    await client.getTask('task-1');
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer once', null]);
  });

  it('cannot change what the protocol needs', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task));
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
      headers: { 'a2a-version': '9.9', 'content-type': 'text/plain' },
    });
    await client.getTask('task-1');
    expect(requests[0]?.headers.get('a2a-version')).toBe('1.0');
    expect(requests[0]?.headers.get('content-type')).toBe('application/json');
  });
});
