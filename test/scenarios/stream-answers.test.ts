import {
  A2AClient,
  HttpError,
  ResponseFormatError,
  ResponseLimitError,
  RpcError,
  StreamInterruptedError,
  UnsupportedOperationError,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { became, brief, taskIn } from '../support/events.js';
import { feed, told } from '../support/feed.js';
import { following, gathered } from '../support/gather.js';
import { json, type RpcReply, result, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

const endpoint = 'http://agent.test/';
function clientOf(answer: (method: string, id: string) => RpcReply, options = {}) {
  const { fetch, requests } = rpcFetch(({ method, id }) => answer(method, id));
  const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, retry: 0, ...options });
  return { client, requests };
}

const atOnce = { reconnect: { minDelay: 0, maxDelay: 0 } };

describe('where a stream was wanted, and JSON came', () => {
  it('a task that is over is its only event', async () => {
    const { client } = clientOf((_, id) => result(id, { task: taskIn('completed') }));
    expect(await gathered(client.streamMessage('go'))).toEqual([taskIn('completed')]);
  });

  it('a message is its only event', async () => {
    const { client } = clientOf((_, id) =>
      result(id, { message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] } }),
    );
    expect(brief(await gathered(client.streamMessage('go')))).toEqual(['message: hi']);
  });

  it('a task at work is subscribed to', async () => {
    const { client } = clientOf((method, id) =>
      /Subscribe/.test(method)
        ? told(taskIn('working'), became('completed'))
        : result(id, { task: taskIn('working') }),
    );
    expect(await gathered(client.streamMessage('go', atOnce))).toEqual([
      taskIn('working'),
      became('completed'),
    ]);
  });

  it('an error is that error', async () => {
    const { client } = clientOf((_, id) =>
      JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32004, message: 'no streams here' } }),
    );
    const error = await rejection(client.streamMessage('go').next());
    expect(error).toBeInstanceOf(UnsupportedOperationError);
    expect(error.message).toContain('no streams here');
  });

  it('an HTTP error is an HttpError', async () => {
    const { client } = clientOf(() => json('{"detail":"down"}', { status: 500 }));
    expect(await rejection(client.streamMessage('go').next())).toBeInstanceOf(HttpError);
  });

  it('an empty result is nonsense', async () => {
    const { client } = clientOf((_, id) => result(id, null));
    expect(await rejection(client.streamMessage('go').next())).toBeInstanceOf(ResponseFormatError);
  });
});

/** A stream that tells of a task at work, then sends this, and waits. */
function telling(text: string, options = {}) {
  const connection = feed();
  connection.tell(taskIn('working'));
  connection.send(text);
  const read = following(clientOf(() => connection.response, options).client.streamMessage('go'));
  return { connection, read };
}

describe('an error in a stream', () => {
  it.each([
    ['plain data', 'data: {"jsonrpc":"2.0","error":{"code":-32603,"message":"boom"}}'],
    ['data without an envelope', 'data: {"error":{"code":-32603,"message":"boom"}}'],
    [
      'an event called "error"',
      'event: error\ndata: {"jsonrpc":"2.0","error":{"code":-32603,"message":"boom"}}',
    ],
    ['such an event without an envelope', 'event: error\ndata: {"code":-32603,"message":"boom"}'],
    ['such an event around it', 'event: error\ndata: {"error":{"message":"boom"}}'],
    ['a string', 'data: {"error":"boom"}'],
    ['a string in an envelope', 'data: {"jsonrpc":"2.0","error":"boom"}'],
    ['an event called "error" that is a string', 'event: error\ndata: "boom"'],
  ])('as %s is an RpcError with its words, after what was told', async (_, text) => {
    const { connection, read } = telling(`${text}\n\n`);
    await read.done;
    expect(read.events).toEqual([taskIn('working')]);
    expect(read.error).toBeInstanceOf(RpcError);
    expect(read.error).toMatchObject({ rpcCode: -32603, method: 'SendStreamingMessage' });
    expect((read.error as Error).message).toContain('boom');
    expect(connection.isLeft).toBe(true);
  });
});

describe('what only keeps the connection alive', () => {
  it.each(['data:', 'data: null', 'data: {}', 'event: ping\ndata: {}', 'event: heartbeat\ndata: ping'])(
    '(%j) is passed over',
    async text => {
      const { connection, read } = telling(`${text}\n\n`);
      connection.tell(became('completed'));
      connection.end();
      await read.done;
      expect(read.events).toEqual([taskIn('working'), became('completed')]);
      expect(read.state).toBe('ended');
    },
  );
});

it('an event that ends with the stream, in the middle, is an interruption and no nonsense', async () => {
  const connection = feed();
  connection.tell(taskIn('working'));
  connection.send('data: {"jsonrpc":"2.0","result":{"statu');
  connection.end();
  const { client } = clientOf(() => connection.response);
  const read = following(client.streamMessage('go', { reconnect: false }));
  await read.done;
  expect(read.events).toEqual([taskIn('working')]);
  expect(read.error).toBeInstanceOf(StreamInterruptedError);
});

describe('what is no event', () => {
  it.each([
    ['no JSON', 'data: oops'],
    ['an unfinished object', 'data: {"jsonrpc":"2.0",'],
    ['a number', 'data: 7'],
    ['a list', 'data: []'],
    ['an empty result', 'data: {"jsonrpc":"2.0","result":{}}'],
    ['a status update without a status', 'data: {"jsonrpc":"2.0","result":{"statusUpdate":{"taskId":"t"}}}'],
    ['an answer to another request', 'data: {"jsonrpc":"2.0","id":"other","result":{"task":{}}}'],
    ['a page of HTML', 'data: <html>'],
  ])('%s, is a ResponseFormatError, after what was told', async (_, text) => {
    const { connection, read } = telling(`${text}\n\n`);
    await read.done;
    expect(read.events).toEqual([taskIn('working')]);
    expect(read.error).toBeInstanceOf(ResponseFormatError);
    expect(connection.isLeft).toBe(true);
  });

  it('too deep, is a ResponseLimitError that names the option', async () => {
    const { read } = telling(`data: ${'['.repeat(300)}${']'.repeat(300)}\n\n`);
    await read.done;
    expect(read.error).toBeInstanceOf(ResponseLimitError);
    expect((read.error as Error).message).toContain('limits.depth');
  });

  it.each([
    ['whole', `data: "${'x'.repeat(2_000)}"\n\n`],
    ['in many lines', `${`data: ${'x'.repeat(100)}\n`.repeat(20)}\n`],
    ['without an end', `data: "${'x'.repeat(2_000)}`],
    ['without even a field', 'x'.repeat(2_000)],
  ])('too large, %s, is a ResponseLimitError that names the option', async (_, text) => {
    const { connection, read } = telling(text, { limits: { eventBytes: 1_000 } });
    await read.done;
    expect(read.error).toBeInstanceOf(ResponseLimitError);
    expect(read.error).toMatchObject({ option: 'limits.eventBytes' });
    expect((read.error as Error).message).toContain('limits.eventBytes');
    expect(connection.isLeft).toBe(true);
  });

  it('comments and a stream larger than one event may be are no matter', async () => {
    const { connection, read } = telling(': ping\n\n'.repeat(1_000), { limits: { eventBytes: 1_000 } });
    connection.tell(became('completed'));
    connection.end();
    await read.done;
    expect(read.events).toEqual([taskIn('working'), became('completed')]);
  });
});
