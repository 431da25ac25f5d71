import { NetworkError } from 'a2a-await';
import {
  type Agent,
  artifact,
  createReferenceServer,
  failed,
  inputRequired,
  type ServerBehaviour,
  working,
} from 'a2a-await/testing';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { summarise } from './summarise.js';

const agent: Agent = async function* (turn) {
  yield working('Reading …');
  await turn.sleep(300);
  yield artifact('Olives are fruits.');
};
const url = 'https://summaries.example';
const server = createReferenceServer({ url, agent, auth: { bearer: 'secret' }, ids: 'counting' });
const network = setupServer(...server.handlers);

beforeAll(() => network.listen({ onUnhandledRequest: 'error' }));
afterEach(async () => {
  vi.useRealTimers();
  network.resetHandlers();
  await server.reset();
});
afterAll(async () => {
  network.close();
  await server.close();
});

const page = 'https://olives.example';
const sends = () => server.requests.filter(({ rpcMethod }) => rpcMethod === 'SendMessage');

test('gives the summary, and tells how it gets on', async () => {
  const onProgress = vi.fn();
  expect(await summarise(page, { onProgress })).toBe('Olives are fruits.');
  expect(onProgress).toHaveBeenCalledExactlyOnceWith('Reading …');
  expect(sends()).toMatchObject([{ headers: { authorization: 'Bearer secret' } }]);
  expect(server.tasks.list()).toMatchObject([{ id: 'task-1', status: { state: 'completed' } }]);
  expect(server.tasks.get('task-1')?.history[0]).toMatchObject({
    parts: [{ text: `Summarise ${page}` }],
  });
});

test('answers what the agent asks', async () => {
  server.use({
    async *agent(turn) {
      if (turn.task) yield artifact(`A summary in ${turn.text}.`);
      else yield inputRequired('In which language?');
    },
  });
  const onQuestion = vi.fn(() => 'Portuguese');
  expect(await summarise(page, { onQuestion })).toBe('A summary in Portuguese.');
  expect(onQuestion).toHaveBeenCalledExactlyOnceWith('In which language?');
  expect(server.tasks.size).toBe(1);
});

test('says why there is no summary', async () => {
  server.use({
    async *agent() {
      yield failed('The page is empty.');
    },
  });
  expect(await summarise(page)).toBe('There is no summary: The page is empty.');
});

const slow: Agent = async function* (turn) {
  yield working('Reading …');
  await turn.sleep(3_600_000);
  yield artifact('A long summary.');
};

test('waits an hour, if it is told to', async () => {
  vi.useFakeTimers();
  server.use({ agent: slow });
  const summary = summarise(page, { patience: 7_200_000 });
  await vi.advanceTimersByTimeAsync(3_700_000);
  expect(await summary).toBe('A long summary.');
});

test('gives up after ten minutes', async () => {
  vi.useFakeTimers();
  server.use({ agent: slow });
  const summary = summarise(page);
  await vi.advanceTimersByTimeAsync(601_000);
  expect(await summary).toBe('There is no summary yet.');
  expect(server.tasks.get('task-1')?.status.state).toBe('working');
});

const troubles: Record<string, ServerBehaviour> = {
  'a card that is late': { fault: ({ rpcMethod }) => (rpcMethod ? undefined : { latency: 200 }) },
  'a server that is busy': { fault: ({ nth }) => (nth === 1 ? { status: 503, retryAfter: 1 } : undefined) },
  'questions that get lost': {
    streaming: false,
    fault: ({ rpcMethod, nth }) => (rpcMethod === 'GetTask' && nth <= 2 ? 'reset' : undefined),
  },
  'answers from a proxy': {
    streaming: false,
    fault: ({ rpcMethod, nth }) => (rpcMethod === 'GetTask' && nth === 1 ? 'html' : undefined),
  },
  'a stream that breaks': { cutStream: ({ nth }) => (nth === 1 ? { afterEvents: 1 } : undefined) },
  'a stream that falls silent': { streamMishap: ({ event }) => (event === 2 ? 'deaf' : undefined) },
};

test.each(Object.entries(troubles))('gets the summary in spite of %s', async (_, behaviour) => {
  server.use(behaviour);
  expect(await summarise(page)).toBe('Olives are fruits.');
  expect(server.tasks.size).toBe(1);
});

test('does not send twice what may have arrived', async () => {
  server.use({ fault: ({ rpcMethod }) => (rpcMethod === 'SendMessage' ? 'lose-answer' : undefined) });
  await expect(summarise(page)).rejects.toThrow(NetworkError);
  expect(sends()).toHaveLength(1);
});

test('works with a server like PraisonAI', async () => {
  await using praison = createReferenceServer({ url, agent, profile: 'praison' });
  network.use(...praison.handlers);
  expect(await summarise(page)).toBe('Olives are fruits.');
  expect(praison.requests.map(({ rpcMethod }) => rpcMethod)).toContain('tasks/get');
});

test.each([
  ['is notified', undefined],
  ['gets the summary though notifications get lost', 'lose'],
] as const)('%s', async (_, mishap) => {
  await using notifying = createReferenceServer({ url, agent, push: mishap ? { mishap } : true });
  const webhook = createWebhookReceiver({ url: 'https://app.example/a2a' });
  network.use(
    ...notifying.handlers,
    http.all('https://app.example/a2a/*', ({ request }) => webhook.handle(request)),
  );
  expect(await summarise(page, { webhook })).toBe('Olives are fruits.');
  const outcomes = new Set(notifying.notifications.map(({ mishap, status }) => mishap ?? status));
  expect([...outcomes]).toEqual([mishap ?? 204]);
  await webhook.close();
});
