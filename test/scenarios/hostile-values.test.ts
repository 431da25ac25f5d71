import { A2AClient, A2AError, watchTask } from 'a2a-await';
import { describe, expect, it } from 'vitest';

/** JSON that no conversion to a string or number survives. */
const unspeakable = { toString: 1, valueOf: 1 };

function answering(answer: (id: string, params: { message?: object }) => unknown) {
  const sent: object[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { id, params } = JSON.parse(String(init?.body));
    sent.push(params);
    return Response.json(answer(id, params));
  };
  const client = new A2AClient('http://agent.test/', {
    endpoint: 'http://agent.test/',
    dialect: '1.0',
    fetch,
  });
  return { client, sent };
}

describe('values that cannot be made text', () => {
  it.each([
    ['an id', () => ({ jsonrpc: '2.0', id: unspeakable, result: {} })],
    ['a code', (id: string) => ({ jsonrpc: '2.0', id, error: { code: unspeakable, message: 'x' } })],
    ['a message', (id: string) => ({ jsonrpc: '2.0', id, error: { code: -32603, message: unspeakable } })],
    [
      'a reason',
      (id: string) => ({ jsonrpc: '2.0', id, error: { code: -32603, data: [{ reason: unspeakable }] } }),
    ],
    [
      'a task id',
      (id: string) => ({ jsonrpc: '2.0', id, result: { id: unspeakable, status: { state: 'working' } } }),
    ],
  ])('are a typed error as %s', async (_, answer) => {
    await expect(answering(answer).client.getTask('t')).rejects.toBeInstanceOf(A2AError);
  });

  it.each([
    ['a scheme', { securitySchemes: { s: { type: unspeakable } } }],
    ['a scope', { security: [{ s: [unspeakable] }] }],
  ])('are left out as %s of a card', async (_, odd) => {
    const card = { name: 'a', url: 'http://agent.test/', protocolVersion: '0.3.0', ...odd };
    expect(() => A2AClient.fromCard(card)).not.toThrow();
  });

  it.each([[{}], [5], ['x'], [null]])('are a typed error as what a custom fetch gives: %j', async given => {
    const fetch = (async () => given) as unknown as typeof globalThis.fetch;
    const client = new A2AClient('http://agent.test/', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
      retry: 0,
    });
    await expect(client.getTask('t')).rejects.toBeInstanceOf(A2AError);
  });
});

describe('a message with members that are undefined', () => {
  it('keeps what the options say', async () => {
    const { client, sent } = answering(id => ({
      jsonrpc: '2.0',
      id,
      result: { id: 't', status: { state: 'completed' } },
    }));
    const message = { parts: ['x'], messageId: undefined, taskId: undefined };
    await client.sendMessage(message, { messageId: 'm1', taskId: 't' });
    expect(sent[0]).toMatchObject({ message: { messageId: 'm1', taskId: 't' } });
  });
});

describe('leaving a watch', () => {
  it('ends it at once, also while it waits for a change', async () => {
    let polls = 0;
    const source = {
      getTask: async () => {
        polls += 1;
        return { status: 'working' };
      },
    };
    const schedule = { minimum: 20, interval: () => 20 };
    const changes = watchTask(source, 't', { schedule });
    await changes.next();
    const pending = changes.next();
    const before = polls;
    await changes.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(polls).toBe(before);
  });
});
