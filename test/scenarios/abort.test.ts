import { A2AClient, A2AError, AbortedError, type RequestOptions } from 'a2a-await';
import { completed, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, pair, sends } from '../support/agents.js';
import { countedSignal } from '../support/listeners.js';
import { rpcFetch } from '../support/rpc-fetch.js';
import { microtasks, rejection, watched } from '../support/settling.js';
import { never } from '../support/source.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

type Call = (client: A2AClient, options: RequestOptions) => Promise<unknown>;
const calls: [string, Call][] = [
  ['sendMessage', (client, options) => client.sendMessage('hi', options)],
  ['run', (client, options) => client.run('hi', options)],
  ['getTask', (client, options) => client.getTask('task-1', options)],
  ['listTasks', (client, options) => client.listTasks({}, options)],
  ['iterateTasks', (client, options) => client.iterateTasks({}, options).next()],
  ['cancel', (client, options) => client.cancel('task-1', options)],
  ['callMethod', (client, options) => client.callMethod('GetTask', {}, options)],
  ['waitForCompletion', (client, options) => client.waitForCompletion('task-1', options)],
  ['getAgentCard', (client, options) => client.getAgentCard(options)],
  ['getExtendedAgentCard', (client, options) => client.getExtendedAgentCard(options)],
  ['connect', (client, options) => client.connect(options)],
];

const reason = new Error('The user has left.');

function expectAborted(error: unknown) {
  expect(error).toBeInstanceOf(AbortedError);
  expect(error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
}

describe.each(calls)('%s', (name, call) => {
  it.each(agents)('under a signal that has fired sends nothing, on $title', async kind => {
    await using it = pair(kind);
    expectAborted(await rejection(call(it.client, { signal: AbortSignal.abort(reason) })));
    expect(it.server.requests).toEqual([]);
  });

  it('is aborted while the agent is looked for', async () => {
    const { fetch } = rpcFetch(() => never<Response>());
    const client = new A2AClient('http://agent.test', { fetch });
    const counted = countedSignal();
    const outcome = watched(call(client, { signal: counted.signal }));
    await microtasks(100);
    counted.controller.abort(reason);
    await microtasks(50);
    expectAborted(outcome.error);
    expect(counted.now).toBe(0);
    await client.close();
  });

  it.skipIf(name === 'connect' || name === 'getAgentCard')(
    'is aborted in mid-flight, in the same turn',
    async () => {
      const signals: AbortSignal[] = [];
      const client = new A2AClient('http://agent.test', {
        endpoint: 'http://agent.test/',
        dialect: '1.0',
        // A fetch that ignores its signal: the call must not wait for it.
        fetch: (_, init) => {
          signals.push(init?.signal as AbortSignal);
          return never<Response>();
        },
      });
      const counted = countedSignal();
      const outcome = watched(call(client, { signal: counted.signal }));
      await new Promise(resolve => setTimeout(resolve, 5));
      expect(signals).toHaveLength(1);
      counted.controller.abort(reason);
      await microtasks(50);
      expectAborted(outcome.error);
      expect(signals[0]?.aborted).toBe(true);
      expect(counted.most).toBeLessThanOrEqual(1);
      expect(counted.now).toBe(0);
    },
  );

  it.skipIf(['connect', 'getAgentCard', 'callMethod'].includes(name))(
    'is aborted in the pause before a retry',
    async () => {
      const { fetch, requests } = rpcFetch(
        () => new Response('', { status: 503, headers: { 'retry-after': '30' } }),
      );
      const client = new A2AClient('http://agent.test', {
        endpoint: 'http://agent.test/',
        dialect: '1.0',
        fetch,
      });
      const counted = countedSignal();
      const outcome = watched(call(client, { signal: counted.signal }));
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(requests).toHaveLength(1);
      expect(outcome.state).toBe('pending');
      counted.controller.abort(reason);
      await microtasks(100);
      expectAborted(outcome.error);
      expect(counted.now).toBe(0);
    },
  );
});

describe.each(agents)('on $title', kind => {
  it('a blocking send is aborted while the agent works; the message is not sent again', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working();
        await turn.sleep(Infinity);
        yield completed();
      },
    });
    const controller = new AbortController();
    const outcome = watched(it.client.sendMessage('go', { signal: controller.signal }));
    while (it.calls(...sends) === 0) await new Promise(resolve => setTimeout(resolve, 1));
    controller.abort(reason);
    await microtasks(100);
    expectAborted(outcome.error);
    expect(it.calls(...sends)).toBe(1);
  });
});

describe('closing a client', () => {
  const calling = calls.filter(([name]) => name !== 'connect' && name !== 'getAgentCard');

  it.each(calling)(
    'ends %s that is under way with an AbortedError, and refuses later ones',
    async (_, call) => {
      const { fetch, requests } = rpcFetch(() => never<Response>());
      const client = new A2AClient('http://agent.test', {
        endpoint: 'http://agent.test/',
        dialect: '1.0',
        fetch,
      });
      const outcome = watched(call(client, {}));
      await new Promise(resolve => setTimeout(resolve, 5));
      await client.close();
      await microtasks(50);
      expect(outcome.error).toBeInstanceOf(AbortedError);
      expect((outcome.error as Error).cause).toMatchObject({ code: 'closed' });
      const sent = requests.length;
      const later = await rejection(call(client, {}));
      expect(later).toBeInstanceOf(A2AError);
      expect(later).toMatchObject({ code: 'closed' });
      expect(requests).toHaveLength(sent);
    },
  );

  it('ends the search for the agent, and may be done twice', async () => {
    let told: AbortSignal | null | undefined;
    const client = new A2AClient('http://agent.test', {
      fetch: (_, init) => {
        told = init?.signal;
        return never<Response>();
      },
    });
    const outcome = watched(client.connect());
    await new Promise(resolve => setTimeout(resolve, 5));
    await client.close();
    await client.close();
    await microtasks(50);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(told?.aborted).toBe(true);
  });

  it('is what the end of an "await using" does', async () => {
    let kept: A2AClient;
    {
      await using client = new A2AClient('http://agent.test', { fetch: () => never<Response>() });
      kept = client;
    }
    expect(await rejection(kept.connect())).toMatchObject({ code: 'closed' });
  });
});
