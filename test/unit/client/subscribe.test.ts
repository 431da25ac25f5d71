import {
  A2AClient,
  AbortedError,
  InvalidParamsError,
  rawOf,
  type StreamEvent,
  TaskNotFoundError,
} from 'a2a-await';
import { expect, it } from 'vitest';
import { became, begins, taskIn } from '../../support/events.js';
import { feed, refused, told } from '../../support/feed.js';
import { gathered } from '../../support/gather.js';
import { json, type RpcReply, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { microtasks, rejection, until, watched } from '../../support/settling.js';
import { never } from '../../support/source.js';

const over = taskIn('completed', { artifacts: [begins('a', 'all')].flatMap(artifactsIn) });

function artifactsIn(event: StreamEvent) {
  return event.kind === 'artifact-update' ? [event.artifact] : [];
}

function subscribing(answers: { subscribe: () => RpcReply; get?: (id: string) => RpcReply }) {
  const { fetch, requests } = rpcFetch(({ method, id }) =>
    method === 'SubscribeToTask' ? answers.subscribe() : (answers.get?.(id) ?? rpcError(id, -32001, 'no')),
  );
  const endpoint = 'http://agent.test/';
  const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, retry: 0 });
  return {
    events: (signal?: AbortSignal) => gathered(client.subscribe('t', { reconnect: false, signal })),
    methods: () => requests.map(({ method }) => method),
  };
}

const ways: [string, () => RpcReply][] = [
  ['outright', () => json(JSON.stringify({ jsonrpc: '2.0', error: { code: -32602, message: 'is over' } }))],
  ['within the stream', () => refused(-32602, 'is over')],
  [
    'by an event called "error"',
    () => {
      const { response, send, end } = feed();
      send('event: error\ndata: {"code":-32602,"message":"is over"}\n\n');
      end();
      return response;
    },
  ],
];

it.each(ways)(
  'a subscription that is refused %s, of a task that is over, tells the task',
  async (_, subscribe) => {
    const it = subscribing({ subscribe, get: id => result(id, over) });
    const events = await it.events();
    expect(events).toEqual([over]);
    expect(rawOf(events[0] as object)).toEqual(over);
    expect(it.methods()).toEqual(['SubscribeToTask', 'GetTask']);
  },
);

it.each(ways)('one that is refused %s while the task is at work is refused', async (_, subscribe) => {
  const it = subscribing({ subscribe, get: id => result(id, taskIn('working')) });
  expect(await rejection(it.events())).toBeInstanceOf(InvalidParamsError);
  expect(it.methods()).toEqual(['SubscribeToTask', 'GetTask']);
});

it.each(ways)(
  'one that is refused %s is refused for that reason where the task cannot be read',
  async (_, subscribe) => {
    const it = subscribing({ subscribe });
    expect(await rejection(it.events())).toBeInstanceOf(InvalidParamsError);
  },
);

it.each(ways)(
  'one that is refused %s and left while the store is asked, is aborted',
  async (_, subscribe) => {
    const it = subscribing({ subscribe, get: () => never<Response>() });
    const controller = new AbortController();
    const outcome = watched(it.events(controller.signal));
    await until(() => it.methods().includes('GetTask'));
    controller.abort();
    await microtasks(100);
    expect(outcome.error).toBeInstanceOf(AbortedError);
  },
);

it('a missing task is a TaskNotFoundError, even if the refusal comes as an event', async () => {
  const it = subscribing({ subscribe: () => refused(-32001, 'Task not found') });
  expect(await rejection(it.events())).toBeInstanceOf(TaskNotFoundError);
});

it('an error after the first event is no refusal: the store is not asked', async () => {
  const it = subscribing({
    subscribe: () => {
      const { response, tell, send, end } = feed();
      tell(taskIn('working'));
      send('data: {"jsonrpc":"2.0","error":{"code":-32603,"message":"boom"}}\n\n');
      end();
      return response;
    },
    get: id => result(id, over),
  });
  expect((await rejection(it.events())).message).toContain('boom');
  expect(it.methods()).toEqual(['SubscribeToTask']);
});

it('one that is taken tells what comes', async () => {
  const it = subscribing({ subscribe: () => told(taskIn('working'), became('completed')) });
  expect(await it.events()).toEqual([taskIn('working'), became('completed')]);
});
