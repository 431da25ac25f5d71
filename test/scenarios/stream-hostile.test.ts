import { A2AClient, AbortedError, type Artifact, type StreamEvent, type Task } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { frameParser } from '../../src/transport/event-stream.js';
import { Story } from '../../src/wait/story.js';
import { feed, told } from '../support/feed.js';
import { type RawServer, rawServer } from '../support/raw-server.js';
import { result, rpcError, rpcFetch } from '../support/rpc-fetch.js';
import { rejection, until } from '../support/settling.js';
import { frameOf, story } from '../support/story.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

const beginning = (n: number, id: string) =>
  story
    .slice(0, n)
    .map(event => frameOf('0.3', event, id))
    .join('');
const end = (id: string) => frameOf('0.3', story.at(-1) as StreamEvent, id);

/** A server that tells two events and then goes on as the test says, without ever closing the connection. */
const holding = (more: (id: string, write: (text: string) => void) => void = () => {}) =>
  rawServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(beginning(2, request.id));
    more(request.id, text => response.write(text));
  });
const clientOf = (server: RawServer) =>
  new A2AClient(server.url, { endpoint: server.url, dialect: '0.3', retry: 0 });

describe('a stream is left', () => {
  it.each([
    ['an abort', (stop: AbortController) => stop.abort(), AbortedError],
    ['the closing of its client', (_: AbortController, client: A2AClient) => client.close(), Error],
  ])(
    'on %s between two events, without a rejection that nobody hears, and its connection closes',
    async (_, leave, type) => {
      await using server = await holding((id, write) => write(end(id)));
      const client = clientOf(server);
      const stop = new AbortController();
      const error = await rejection(
        (async () => {
          for await (const event of client.streamMessage('x', { signal: stop.signal }))
            if (event.kind === 'status-update' && event.final) await leave(stop, client);
        })(),
      );
      expect(error).toBeInstanceOf(type);
      await until(() => server.hungUp === 1);
    },
  );

  it('while nobody asks for more: the connection closes at once', async () => {
    await using server = await holding();
    const stop = new AbortController();
    const events = clientOf(server).streamMessage('x', { signal: stop.signal });
    await events.next();
    stop.abort();
    await until(() => server.hungUp === 1);
    expect(await rejection(events.next())).toBeInstanceOf(AbortedError);
  });

  it('while its message is still being read', async () => {
    await using server = await holding();
    const never = { arrayBuffer: () => new Promise<ArrayBuffer>(() => {}) };
    const file = Object.assign(new Blob(['x']), never);
    const events = clientOf(server).streamMessage([{ file }], { signal: AbortSignal.timeout(20) });
    expect(await rejection(events.next())).toBeInstanceOf(AbortedError);
    expect(server.requests).toHaveLength(0);
  });
});

describe('after the end', () => {
  it('a server that repeats it for ever is not listened to for ever', async () => {
    let timer: NodeJS.Timeout | undefined;
    await using server = await holding((id, write) => {
      timer = setInterval(() => write(end(id)), 20);
    });
    const kinds: string[] = [];
    for await (const event of clientOf(server).streamMessage('x')) kinds.push(event.kind);
    clearInterval(timer);
    expect(kinds).toEqual(['task', 'status-update', 'status-update']);
  });

  it.each(['data: [DONE]\n\n', 'event: error\ndata: too late\n\n', 'data: {"error":"too late"}\n\n'])(
    '%j changes nothing',
    async text => {
      await using server = await holding((id, write) => {
        write(end(id));
        write(text);
      });
      const kinds: string[] = [];
      for await (const event of clientOf(server).streamMessage('x')) kinds.push(event.kind);
      expect(kinds).toEqual(['task', 'status-update', 'status-update']);
    },
  );
});

describe('a refusal as the first event', () => {
  it('of a server whose card was wrong is put right, as one before the stream is', async () => {
    await using server = await rawServer((request, response) => {
      if (request.verb === 'GET') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            name: 'x',
            supportedInterfaces: [{ url: '/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
          }),
        );
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const { id } = request;
      if (request.method === 'message/stream') response.end(beginning(2, id) + end(id));
      else
        response.end(
          `data: ${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } })}\n\n`,
        );
    });
    const client = new A2AClient(server.url);
    const kinds: string[] = [];
    for await (const event of client.streamMessage('x')) kinds.push(event.kind);
    expect(kinds).toEqual(['task', 'status-update', 'status-update']);
    expect(server.requests.flatMap(({ method }) => method || [])).toEqual([
      'SendStreamingMessage',
      'message/stream',
    ]);
    expect((await client.connect()).dialect).toBe('0.3');
  });
});

describe('what a server can make a client do', () => {
  it('is in proportion to what it sends, also where all chunks are the same', () => {
    const chunks = 20_000;
    const parts = (count: number): Artifact['parts'] =>
      Array.from({ length: count }, () => ({ kind: 'text', text: 'x' }));
    const task = (artifacts: Artifact[]): Task => ({
      kind: 'task',
      id: 't',
      status: { state: 'working' },
      artifacts,
      history: [],
    });
    const begun = performance.now();
    const gap = new Story('t');
    gap.take(task([]));
    gap.beginGap();
    gap.catchUp(task([{ artifactId: 'a', parts: parts(chunks) }]), 'store');
    const update = (count: number) =>
      ({
        kind: 'artifact-update',
        taskId: 't',
        artifact: { artifactId: 'a', parts: parts(count) },
        append: true,
        lastChunk: false,
      }) as const;
    expect(gap.take(update(chunks / 2))).toBe(false);
    for (let n = 0; n < chunks / 2; n += 1) expect(gap.take(update(1))).toBe(false);
    expect(gap.take(update(1))).toBe(true);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('is told what came whole before an event that is too large', () => {
    const parser = frameParser(100, 'it');
    expect(parser.feed(`data: 1\n\ndata: 2\n\ndata: ${'x'.repeat(200)}`).map(({ data }) => data)).toEqual([
      '1',
      '2',
    ]);
    expect(() => parser.feed('x')).toThrow(/limits.eventBytes/);
  });
});

describe('a stream', () => {
  const inMemory = (...chunks: string[]) => {
    const fetch = async () =>
      new Response(new Blob(chunks).stream(), { headers: { 'content-type': 'text/event-stream' } });
    return new A2AClient('http://a.test', { endpoint: 'http://a.test', dialect: '1.0', retry: 0, fetch });
  };

  it('that is nearly nothing but blanks holds nobody up', async () => {
    const begun = performance.now();
    const events = inMemory(`data: ${' '.repeat(1_000_000)}1\n\n`).streamMessage('x', { reconnect: false });
    expect(await rejection(events.next())).toBeInstanceOf(Error);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('with an event that is too large says so at once, whatever came with it', async () => {
    const silent = feed();
    const fetch = async () => silent.response;
    const options = {
      endpoint: 'http://a.test',
      dialect: '1.0',
      fetch,
      limits: { eventBytes: 100 },
    } as const;
    const events = new A2AClient('http://a.test', options).streamMessage('x', { reconnect: false });
    silent.send(`data: {}\n\ndata: ${'x'.repeat(200)}`);
    expect((await rejection(events.next())).message).toMatch(/limits.eventBytes/);
  });

  it('over HTTP+JSON says in the middle of it what went wrong, without an envelope', async () => {
    const bare = { code: -32001, message: 'Task not found' };
    for (const event of [bare, { error: { code: 404, message: 'Task t not found' } }]) {
      const events = inMemory(`data: ${JSON.stringify(event)}\n\n`).streamMessage('x', { reconnect: false });
      expect(await rejection(events.next())).toMatchObject({ name: 'TaskNotFoundError' });
    }
  });

  it('whose end is followed by events for ever, without a pause, is left', async () => {
    const fetch: typeof globalThis.fetch = async (_, init) => {
      const { id } = JSON.parse(String(init?.body));
      let sent = 0;
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const event = story[sent === 0 ? 0 : story.length - 1] as StreamEvent;
        sent += 1;
        controller.enqueue(new TextEncoder().encode(frameOf('0.3', event, id)));
      };
      const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test', dialect: '0.3', fetch });
    const kinds: string[] = [];
    for await (const event of client.streamMessage('x', { reconnect: false })) kinds.push(event.kind);
    expect(kinds).toEqual(['task', 'status-update']);
  });
});

describe('a subscription of a client that has made no call yet', () => {
  it('asks the store when the stream is silent', async () => {
    const silent = feed();
    const card = {
      name: 'a',
      supportedInterfaces: [
        { url: 'https://agent.test/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      ],
    };
    const { fetch, requests } = rpcFetch(({ verb, id, method }) => {
      if (verb === 'GET') return JSON.stringify(card);
      if (method === 'SubscribeToTask') return silent.response;
      return result(id, { id: 't', status: { state: 'TASK_STATE_COMPLETED' } });
    });
    const events: StreamEvent[] = [];
    for await (const event of new A2AClient('https://agent.test', { fetch }).subscribe('t'))
      events.push(event);
    expect(events).toMatchObject([{ kind: 'task', status: { state: 'completed' } }]);
    expect(requests.map(({ method }) => method)).toEqual(['', 'SubscribeToTask', 'GetTask']);
  });

  it('tells what the stream tells where the store does not know the task', async () => {
    const { fetch } = rpcFetch(({ id, method }) => {
      if (method !== 'SubscribeToTask') return rpcError(id, -32001, 'Task not found');
      const artifact = { artifactId: 'a', parts: [{ text: 'x' }] };
      const status = { state: 'TASK_STATE_COMPLETED' };
      return told({ artifactUpdate: { taskId: 't', artifact } }, { statusUpdate: { taskId: 't', status } });
    });
    const options = { endpoint: 'https://agent.test', dialect: '1.0', fetch } as const;
    const kinds: string[] = [];
    for await (const { kind } of new A2AClient('https://agent.test', options).subscribe('t'))
      kinds.push(kind);
    expect(kinds).toEqual(['artifact-update', 'status-update']);
  });
});
