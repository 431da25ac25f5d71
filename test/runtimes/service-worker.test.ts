import { A2AClient, AbortedError, AdaptiveClient, NetworkError, textDeltas, textOf } from 'a2a-await';
import { artifact, createReferenceServer, inputRequired, working } from 'a2a-await/testing';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

// The page's own `fetch`, through msw's service worker, to the reference server in the page.

const url = 'https://agent.example';
const server = createReferenceServer({
  url,
  ids: 'counting',
  async *agent(turn) {
    yield working();
    if (turn.text === 'Book') return yield inputRequired('Which day?');
    await turn.sleep(turn.text === 'all night' ? 3_600_000 : 300);
    yield artifact('Printed: ', { artifactId: 'page', lastChunk: false });
    yield artifact(turn.text, { artifactId: 'page', append: true });
  },
});
const worker = setupWorker(...server.handlers);

beforeAll(() => worker.start({ quiet: true, onUnhandledRequest: 'bypass' }));
afterEach(() => server.reset());
afterAll(async () => {
  worker.stop();
  await server.close();
});

test('the client finds the agent, sends and waits', async () => {
  await using client = new A2AClient(url);
  expect(textOf(await client.run('page 1'))).toBe('Printed: page 1');
  expect(server.tasks.list()).toMatchObject([{ id: 'task-1', status: { state: 'completed' } }]);
  expect(server.requests[0]?.path).toBe('/.well-known/agent-card.json');
  expect(server.requests.at(-1)?.rpcMethod).toBe('GetTask');
});

test('a question is answered', async () => {
  await using client = new A2AClient(url);
  const trip = await client.run('Book', { onInterrupted: () => 'Tuesday' });
  expect(textOf(trip)).toBe('Printed: Tuesday');
});

test('a stream brings each piece', async () => {
  await using client = new A2AClient(url);
  const pieces: string[] = [];
  for await (const piece of textDeltas(client.streamMessage('page 1'))) pieces.push(piece);
  expect(pieces).toEqual(['Printed: ', 'page 1']);
});

test('events come as they happen, and leaving the loop closes the stream', async () => {
  await using client = new A2AClient(url);
  const kinds: string[] = [];
  for await (const { kind } of client.streamMessage('all night')) {
    kinds.push(kind);
    expect(server.openStreams).toBe(1);
    if (kind === 'status-update') break;
  }
  expect(kinds).toEqual(['task', 'status-update']);
  await expect.poll(() => server.openStreams).toBe(0);
});

test('an abort ends a stream at once, for the server too', async () => {
  await using client = new A2AClient(url);
  const controller = new AbortController();
  const events = client.streamMessage('all night', { signal: controller.signal })[Symbol.asyncIterator]();
  await events.next();
  await events.next();
  const next = expect(events.next()).rejects.toThrow(AbortedError);
  controller.abort();
  await next;
  await expect.poll(() => server.openStreams).toBe(0);
});

test('an abort ends a request that gets no answer', async () => {
  server.use({ fault: ({ rpcMethod }) => (rpcMethod ? 'hang' : undefined) });
  await using client = new A2AClient(url);
  const controller = new AbortController();
  const sent = expect(client.sendMessage('page 1', { signal: controller.signal })).rejects.toThrow(
    AbortedError,
  );
  await expect.poll(() => server.requests.length).toBe(2);
  controller.abort();
  await sent;
});

test('a stream that is cut in the middle of an event is taken up again', async () => {
  server.use({ cutStream: ({ nth }) => (nth === 1 ? { afterBytes: 700 } : undefined) });
  await using client = new A2AClient(url);
  const pieces: string[] = [];
  for await (const piece of textDeltas(client.streamMessage('page 1'))) pieces.push(piece);
  expect(pieces.join('')).toBe('Printed: page 1');
  expect(server.requests.map(({ rpcMethod }) => rpcMethod)).toContain('SubscribeToTask');
});

test.each([
  'reset',
  'lose-answer',
  'html',
  'garbage',
  'wrong-id',
  { status: 503, retryAfter: 1 },
  { latency: 100 },
  { truncate: 40 },
  { drip: 100, every: 10 },
  { oversize: 100_000 },
  { regress: 'submitted' },
] as const)('a wait bears the fault %j', async fault => {
  server.use({ fault: ({ rpcMethod, nth }) => (rpcMethod === 'GetTask' && nth === 1 ? fault : undefined) });
  await using client = new A2AClient(url);
  expect(textOf(await client.run('page 1'))).toBe('Printed: page 1');
  expect(server.requests.map(request => request.fault).filter(Boolean)).toEqual([fault]);
});

test('a message is not sent again where a page cannot know whether it arrived', async () => {
  server.use({ fault: ({ rpcMethod }) => (rpcMethod === 'SendMessage' ? 'lose-answer' : undefined) });
  await using client = new A2AClient(url);
  await expect(client.run('page 1')).rejects.toThrow(NetworkError);
  expect(server.tasks.size).toBe(1);
});

// Faked timers are no help in a page: there a request takes real time, and a jump overtakes it.
test('an agent can wait for the test', async () => {
  let goOn = () => {};
  const gate = new Promise<void>(resolve => {
    goOn = resolve;
  });
  server.use({
    async *agent() {
      yield working();
      await gate;
      yield artifact('Printed at last.');
    },
  });
  await using client = new A2AClient(url);
  const states: string[] = [];
  const done = client.run('page 1', { onUpdate: ({ status }) => states.push(status.state) });
  await expect.poll(() => states).toContain('working');
  goOn();
  expect(textOf(await done)).toBe('Printed at last.');
});

test('AdaptiveClient takes the stream', async () => {
  await using adaptive = new AdaptiveClient(url);
  const strategies: string[] = [];
  adaptive.on('strategy', ({ strategy }) => strategies.push(strategy));
  expect(textOf(await adaptive.run('page 1'))).toBe('Printed: page 1');
  expect(strategies).toEqual(['stream']);
});
