import { A2AClient, type A2AClientOptions, ExtensionSupportRequiredError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { pair } from '../support/agents.js';
import { result, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const task = { id: 't', status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'x' }] }] };

/** An agent whose card requires two extensions and knows a third. */
function demanding(options: A2AClientOptions = {}, extended?: object) {
  const card = {
    name: 'demanding',
    supportedInterfaces: [
      { url: 'https://agent.test/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ],
    capabilities: {
      extensions: [
        { uri: 'urn:billing', required: true },
        { uri: 'urn:trace', required: true },
        { uri: 'urn:jokes' },
      ],
    },
  };
  const { fetch, requests } = rpcFetch(({ verb, id, method }) => {
    if (verb === 'GET') return JSON.stringify(card);
    if (method === 'GetExtendedAgentCard') return result(id, { ...card, ...extended });
    return result(id, method === 'GetTask' ? task : { task });
  });
  const calls = () => requests.filter(({ verb }) => verb === 'POST');
  return { client: new A2AClient('https://agent.test', { fetch, ...options }), calls };
}

describe('extensions', () => {
  it.each([
    ['1.0', 'a2a-extensions'],
    ['0.3', 'x-a2a-extensions'],
  ] as const)('are named on %s in %s, those of the message too', async (dialect, name) => {
    await using it = pair(dialect, {}, { extensions: ['urn:a', 'urn:b'] });
    await it.client.sendMessage('hi');
    expect(it.server.requests.at(-1)?.headers[name]).toBe('urn:a, urn:b');
    await it.client.sendMessage({ parts: ['hi'], extensions: ['urn:b', 'urn:c'] });
    expect(it.server.requests.at(-1)?.headers[name]).toBe('urn:a, urn:b, urn:c');
  });

  it('that the card requires and nobody named stop a message before it is sent', async () => {
    const { client, calls } = demanding({ extensions: ['urn:trace'] });
    for (const attempt of [client.sendMessage('x'), client.run('x'), client.streamMessage('x').next()]) {
      const error = await rejection(attempt);
      expect(error).toBeInstanceOf(ExtensionSupportRequiredError);
      expect(error.message).toMatch(/was not sent: .*urn:billing.*"extensions"/);
      expect(error.message).not.toMatch(/urn:trace|urn:jokes/);
    }
    expect(calls()).toEqual([]);
  });

  it('do not stop what only looks: tasks, and other methods by name', async () => {
    const { client } = demanding();
    expect(await client.getTask('t')).toMatchObject({ id: 't' });
    expect(await client.callMethod('SendMessage', {})).toMatchObject({ task: { id: 't' } });
  });

  it.each([
    ['the client', { extensions: ['urn:billing', 'urn:trace'] }, {}],
    ['the message', {}, { extensions: ['urn:billing', 'urn:trace'] }],
    ['both', { extensions: ['urn:billing'] }, { extensions: ['urn:trace'] }],
  ])('that %s named let it through', async (_, options, send) => {
    const { client, calls } = demanding(options);
    expect(await client.sendMessage('x', send)).toMatchObject({ id: 't' });
    expect(calls()[0]?.headers.get('a2a-extensions')).toBe('urn:billing, urn:trace');
  });

  it.each(['urn:a\nx-evil: 1', 'urn:☃'])(
    'of a name that no header can have (%j) are refused at the door',
    name => {
      expect(() => demanding({ extensions: [name] })).toThrow(/"extensions"/);
    },
  );

  it('of the extended card are required as well', async () => {
    const { client } = demanding(
      { extensions: ['urn:billing', 'urn:trace'] },
      { capabilities: { extensions: [{ uri: 'urn:secret-club', required: true }] } },
    );
    await client.sendMessage('x');
    await client.getExtendedAgentCard();
    expect((await rejection(client.sendMessage('x'))).message).toMatch(/urn:secret-club/);
  });
});
