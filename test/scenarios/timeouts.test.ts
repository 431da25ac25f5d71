import { A2AClient, RequestTimeoutError, WaitTimeoutError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, rpcFetch } from '../support/rpc-fetch.js';
import { watched } from '../support/settling.js';
import { never } from '../support/source.js';

const second = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function hanging(options: { timeout?: number } = {}) {
  const { fetch, requests } = rpcFetch(() => never<Response>());
  const client = new A2AClient('http://agent.test', {
    endpoint: 'http://agent.test/',
    dialect: '1.0',
    fetch,
    ...options,
  });
  return { client, requests };
}

describe('a request that is never answered', () => {
  it.each([
    ['getTask', (client: A2AClient) => client.getTask('task-1'), 30 * second],
    ['listTasks', (client: A2AClient) => client.listTasks(), 30 * second],
    ['cancel', (client: A2AClient) => client.cancel('task-1'), 30 * second],
    ['callMethod', (client: A2AClient) => client.callMethod('x'), 30 * second],
    ['getTask', (client: A2AClient) => client.getTask('task-1', { timeout: 5 * second }), 5 * second],
  ] as [string, (client: A2AClient) => Promise<unknown>, number][])(
    '%s ends by a timeout, %#',
    async (_, call, ms) => {
      const { client, requests } = hanging();
      const outcome = watched(call(client));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(outcome.state).toBe('pending');
      await vi.advanceTimersByTimeAsync(20);
      expect(outcome.error).toBeInstanceOf(RequestTimeoutError);
      expect(outcome.error).toMatchObject({ code: 'request-timeout', timeout: ms });
      // A request that timed out may still be at work: it is not sent again.
      expect(requests).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it.each([
    ['5 minutes by default', {}, {}, 300 * second],
    ['the timeout of the client', { timeout: 2 * second }, {}, 2 * second],
    ['its own timeout', { timeout: 2 * second }, { timeout: 5 * second }, 5 * second],
  ])(
    'ends a send by WaitTimeoutError after %s, and it is not sent again',
    async (_, ofClient, ofCall, ms) => {
      const { client, requests } = hanging(ofClient);
      const outcome = watched(client.sendMessage('hi', ofCall));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(outcome.state).toBe('pending');
      await vi.advanceTimersByTimeAsync(20);
      expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
      expect(requests).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('is waited for for ever where the timeout is Infinity', async () => {
    const outcome = watched(hanging().client.getTask('task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(30 * 24 * 3_600 * second);
    expect(outcome.state).toBe('pending');
  });

  it('ends run by WaitTimeoutError, which says that there is no task yet', async () => {
    const outcome = watched(hanging().client.run('hi', { timeout: 5 * second }));
    await vi.advanceTimersByTimeAsync(7 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    const { lastTask, token } = outcome.error as WaitTimeoutError;
    expect([lastTask, token]).toEqual([undefined, undefined]);
  });
});

describe('an answer that begins and never ends', () => {
  it('counts against the same timeout', async () => {
    // One byte, and then nothing.
    const { fetch } = rpcFetch(() => {
      let pulled = 0;
      return new Response(
        new ReadableStream(
          {
            pull(controller) {
              pulled += 1;
              if (pulled === 1) controller.enqueue(new TextEncoder().encode('{'));
              return pulled === 1 ? undefined : never<void>();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    });
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
    });
    const outcome = watched(client.getTask('task-1', { timeout: 3 * second }));
    await vi.advanceTimersByTimeAsync(3 * second + 20);
    expect(outcome.error).toBeInstanceOf(RequestTimeoutError);
  });
});

describe('a search for the agent that hangs', () => {
  it('counts against the timeout of the call, and the next call searches on', async () => {
    let hang = true;
    const card = {
      name: 'a',
      supportedInterfaces: [{ url: '/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    };
    const { fetch } = rpcFetch(() => (hang ? never<Response>() : json(JSON.stringify(card))));
    const client = new A2AClient('http://agent.test', { fetch });
    const outcome = watched(client.connect({ timeout: 2 * second }));
    await vi.advanceTimersByTimeAsync(2 * second + 10);
    expect(outcome.error).toBeInstanceOf(RequestTimeoutError);
    hang = false;
    const again = watched(client.connect());
    await vi.advanceTimersByTimeAsync(31 * second);
    const third = watched(client.connect());
    await vi.advanceTimersByTimeAsync(10);
    expect([again.state, third.state]).toContain('resolved');
  });
});
