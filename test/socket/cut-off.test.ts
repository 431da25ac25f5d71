import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { A2AError, NetworkError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { answerTask, type Received, rawServer } from '../support/raw-server.js';
import { rejection } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { clientOf, reads } from './support.js';

expectNoUnhandledRejections();

type Fault = (request: Received, response: ServerResponse, socket: Socket) => void;
const whole = ({ id }: Received) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { id: 'task-1', status: { state: 'completed' } } });

/** The server was reached, and then something went wrong: nobody knows whether the message was taken. */
const cuts: [string, Fault][] = [
  ['is closed before the answer', (_, __, socket) => socket.end()],
  ['is reset before the answer', (_, __, socket) => socket.resetAndDestroy()],
  [
    'is reset within the body',
    (request, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5_000 });
      response.write(whole(request), () => setTimeout(() => socket.resetAndDestroy(), 10));
    },
  ],
  [
    'is closed within a chunked body',
    (request, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(whole(request).slice(0, 40), () => setTimeout(() => socket.destroy(), 10));
    },
  ],
  [
    'ends before the length that was declared, though the JSON is whole',
    (request, response, socket) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': whole(request).length + 10,
      });
      response.write(whole(request), () => setTimeout(() => socket.end(), 10));
    },
  ],
  ['speaks another protocol', (_, __, socket) => socket.end('220 mail.example ESMTP\r\n')],
];

describe.each(cuts)('a connection that %s', (_, cut) => {
  it('is a NetworkError for a send, which is never sent twice', async () => {
    await using server = await rawServer(cut);
    const error = await rejection(clientOf(server).sendMessage('Transfer the money'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'network', refused: false });
    expect(server.requests).toHaveLength(1);
  });

  it.each(reads)('is tried again for %s, and succeeds in the end', async (_, read) => {
    await using server = await rawServer((request, response, socket, index) =>
      index < 2 ? cut(request, response, socket) : answerTask(request, response),
    );
    expect(await read(clientOf(server))).toMatchObject({ id: 'task-1' });
    expect(server.requests).toHaveLength(3);
  });

  it('is borne by a wait, which goes on asking', async () => {
    await using server = await rawServer((request, response, socket, index) =>
      index < 3 ? cut(request, response, socket) : answerTask(request, response),
    );
    const quick = { minimum: 5, interval: () => 5 };
    // Full jitter of up to 1 + 2 + 4 s is no test: the wait's own backoff is checked elsewhere, by faked time.
    const random = Math.random;
    Math.random = () => 0;
    try {
      const task = await clientOf(server).waitForCompletion('task-1', { schedule: quick });
      expect(task.status.state).toBe('completed');
    } finally {
      Math.random = random;
    }
    expect(server.requests).toHaveLength(4);
  });
});

describe('a body that ends early by its own account', () => {
  it('is no JSON, and is refused as such: not retried, not a task', async () => {
    await using server = await rawServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(whole(request).slice(0, -10));
    });
    const error = await rejection(clientOf(server).getTask('task-1'));
    expect(error).toBeInstanceOf(A2AError);
    expect(error).toMatchObject({ name: 'ResponseFormatError' });
    expect(server.requests).toHaveLength(1);
  });

  it('with a declared length shorter than it is, is refused as such', async () => {
    await using server = await rawServer((request, _, socket) => {
      const text = whole(request);
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length - 20}\r\nconnection: close\r\n\r\n${text}`,
      );
    });
    expect(await rejection(clientOf(server, { retry: 0 }).getTask('task-1'))).toBeInstanceOf(A2AError);
  });
});

describe('a server that is not there', () => {
  async function deadPort() {
    const server = await rawServer(() => {});
    await server[Symbol.asyncDispose]();
    return server;
  }

  it('is a NetworkError that says so: the request certainly never reached anybody', async () => {
    const dead = await deadPort();
    const error = await rejection(clientOf(dead, { retry: 0 }).sendMessage('hi'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ refused: true });
  });

  it('is one by the name of localhost too, whatever addresses that has', async () => {
    const { port } = await deadPort();
    const error = await rejection(
      clientOf({ url: `http://localhost:${port}` }, { retry: 0 }).sendMessage('hi'),
    );
    expect(error).toMatchObject({ name: 'NetworkError', refused: true });
  });

  it('is tried again for a send as well, with the same messageId', async () => {
    const dead = await deadPort();
    const retries: number[] = [];
    const ids: unknown[] = [];
    const client = clientOf(dead, {
      hooks: { onRetry: ({ attempt }) => retries.push(attempt) },
      fetch: (url, init) => {
        ids.push(JSON.parse(init?.body as string).params.message.messageId);
        return fetch(url, init);
      },
    });
    expect(await rejection(client.sendMessage('hi'))).toBeInstanceOf(NetworkError);
    expect(retries).toEqual([1, 2]);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });
});
