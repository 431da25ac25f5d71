import { A2AClient, AbortedError, type StreamEvent } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { taskIn } from '../support/events.js';
import { type Feed, feed, told } from '../support/feed.js';
import { countedSignal } from '../support/listeners.js';
import { rawServer } from '../support/raw-server.js';
import { type RpcReply, rpcFetch } from '../support/rpc-fetch.js';
import { microtasks, rejection, until, watched } from '../support/settling.js';
import { never } from '../support/source.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

const reason = new Error('The user has left.');

function expectAborted(error: unknown): void {
  expect(error).toBeInstanceOf(AbortedError);
  expect(error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
}

const endpoint = 'http://agent.test/';
function clientOf(answer: (method: string, id: string) => RpcReply, options = {}) {
  const { fetch, requests } = rpcFetch(({ method, id }) => answer(method, id));
  const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, retry: 0, ...options });
  return { client, requests };
}

/** Where a stream can be when it is left. Each gives a client, and a promise that it got there. */
const moments: [string, () => { client: A2AClient; there: () => boolean; connection?: Feed }][] = [
  [
    'while the agent is looked for',
    () => {
      const { fetch, requests } = rpcFetch(() => never<Response>());
      return { client: new A2AClient(endpoint, { fetch }), there: () => requests.length > 0 };
    },
  ],
  [
    'before there is an answer, of a fetch that ignores its signal',
    () => {
      let isAsked = false;
      const fetch = () => {
        isAsked = true;
        return never<Response>();
      };
      const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
      return { client, there: () => isAsked };
    },
  ],
  [
    'before the first byte',
    () => {
      const connection = feed();
      const { client, requests } = clientOf(() => connection.response);
      return { client, connection, there: () => requests.length > 0 };
    },
  ],
  [
    'within an event',
    () => {
      const connection = feed();
      connection.send('data: {"jsonrpc":');
      const { client, requests } = clientOf(() => connection.response);
      return { client, connection, there: () => requests.length > 0 };
    },
  ],
  [
    'in the pause before a reconnect',
    () => {
      const { client, requests } = clientOf(() => told(taskIn('working')));
      return { client, there: () => requests.length > 0 };
    },
  ],
  [
    'while it is taken up again',
    () => {
      const { client, requests } = clientOf(method =>
        /Subscribe/.test(method) ? never<Response>() : told(taskIn('working')),
      );
      return { client, there: () => requests.some(({ method }) => /Subscribe/.test(method)) };
    },
  ],
  [
    'while the store is asked',
    () => {
      const { client, requests } = clientOf((method, id) => {
        if (/Get/.test(method)) return never<Response>();
        if (/Stream/.test(method)) return told(taskIn('working'));
        return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32004, message: 'no' } });
      });
      return { client, there: () => requests.some(({ method }) => /Get/.test(method)) };
    },
  ],
];

describe.each(moments)('a stream that is left %s', (name, make) => {
  /** The delay before a reconnect is long only where that is what is left. */
  const delay = name.includes('pause') ? 60_000 : 0;
  const reconnect = { minDelay: delay, maxDelay: delay };
  const reach = async (there: () => boolean) => {
    await until(there);
    // Whatever follows from the last request, but its answer.
    await new Promise(resolve => setTimeout(resolve));
  };
  const pending = async (stream: AsyncGenerator<StreamEvent, void, undefined>, there: () => boolean) => {
    let next = watched(stream.next());
    await until(() => there() || next.state !== 'pending');
    // The first event may come before.
    if (next.state === 'resolved') next = watched(stream.next());
    await reach(there);
    if (next.state === 'resolved') next = watched(stream.next());
    await microtasks(100);
    expect(next.state).toBe('pending');
    return next;
  };

  it('by its signal rejects in the same turn, and leaves no listener', async () => {
    const { client, there, connection } = make();
    const counted = countedSignal();
    const next = await pending(client.streamMessage('go', { signal: counted.signal, reconnect }), there);
    counted.controller.abort(reason);
    await microtasks(100);
    expect(next.state).toBe('rejected');
    expectAborted(next.error);
    expect(counted.most).toBe(1);
    expect(counted.now).toBe(0);
    expect(connection?.isLeft ?? true).toBe(true);
  });

  it('by return() while next() is pending, settles both at once', async () => {
    const { client, there, connection } = make();
    const counted = countedSignal();
    const stream = client.streamMessage('go', { signal: counted.signal, reconnect });
    const next = await pending(stream, there);
    const left = watched(stream.return());
    await microtasks(100);
    const done = { state: 'resolved', value: { done: true, value: undefined } };
    expect(next).toEqual(done);
    expect(left).toEqual(done);
    expect(counted.now).toBe(0);
    expect(connection?.isLeft ?? true).toBe(true);
  });

  it('by throw() rejects with what was thrown', async () => {
    const { client, there } = make();
    const stream = client.streamMessage('go', { reconnect });
    await pending(stream, there);
    const left = watched(stream.throw(reason));
    await microtasks(100);
    expect(left).toEqual({ state: 'rejected', error: reason });
  });

  it('by closing the client rejects at once', async () => {
    const { client, there, connection } = make();
    const next = await pending(client.streamMessage('go', { reconnect }), there);
    await client.close();
    await microtasks(100);
    expect(next.error).toBeInstanceOf(AbortedError);
    expect(next.error).toMatchObject({ cause: { code: 'closed' } });
    expect(connection?.isLeft ?? true).toBe(true);
    expect(await rejection(client.streamMessage('go').next())).toMatchObject({ code: 'closed' });
  });
});

it('leaving ends the very connection, on a real socket', async () => {
  await using server = await rawServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', result: taskIn('working') })}\n\n`);
  });
  const client = new A2AClient(server.url, { endpoint: server.url, dialect: '1.0' });
  for await (const event of client.streamMessage('go')) {
    expect(event).toEqual(taskIn('working'));
    expect(server.connections).toBe(1);
    break;
  }
  await until(() => server.connections === 0);
  expect(server.hungUp).toBe(1);
  expect(server.requests).toHaveLength(1);
});
