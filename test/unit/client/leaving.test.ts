import { A2AClient, type A2AClientOptions } from 'a2a-await';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { became, taskIn } from '../../support/events.js';
import { feed } from '../../support/feed.js';
import { following } from '../../support/gather.js';
import { countedSignal } from '../../support/listeners.js';
import { type RpcReply, rpcFetch } from '../../support/rpc-fetch.js';
import { microtasks, rejection, watched } from '../../support/settling.js';
import { never } from '../../support/source.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

expectNoUnhandledRejections();
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const endpoint = 'http://agent.test/';
function clientOf(answer: () => RpcReply, options: A2AClientOptions = { endpoint, dialect: '1.0' }) {
  return new A2AClient(endpoint, { fetch: rpcFetch(answer).fetch, retry: 0, ...options });
}

it('a server that holds the connection when all is told is left after a quarter of a second', async () => {
  const held = feed();
  const counted = countedSignal();
  const read = following(clientOf(() => held.response).streamMessage('go', { signal: counted.signal }));
  held.tell(taskIn('working'), became('completed'));
  await vi.advanceTimersByTimeAsync(240);
  expect(read.events).toEqual([taskIn('working'), became('completed')]);
  expect(read.state).toBe('open');
  await vi.advanceTimersByTimeAsync(20);
  expect(read.state).toBe('ended');
  expect(held.isLeft).toBe(true);
  expect(counted.now).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('a server that ends the stream is not waited for', async () => {
  const ended = feed();
  const read = following(clientOf(() => ended.response).streamMessage('go'));
  ended.tell(taskIn('completed'));
  ended.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(read.state).toBe('ended');
  expect(vi.getTimerCount()).toBe(0);
});

it('nobody listens to the signal any more where the agent was not found', async () => {
  const counted = countedSignal();
  const client = clientOf(() => new Response('', { status: 404 }), {});
  await rejection(client.streamMessage('go', { signal: counted.signal }).next());
  expect(counted.most).toBe(1);
  expect(counted.now).toBe(0);
});

it('leaving while the agent is looked for ends the loop, and is no error', async () => {
  const counted = countedSignal();
  const client = clientOf(() => never<Response>(), {});
  const stream = client.streamMessage('go', { signal: counted.signal });
  const next = watched(stream.next());
  await vi.advanceTimersByTimeAsync(0);
  const left = watched(stream.return());
  await microtasks(100);
  expect(next).toEqual({ state: 'resolved', value: { done: true, value: undefined } });
  expect(left).toEqual({ state: 'resolved', value: { done: true, value: undefined } });
  expect(counted.now).toBe(0);
});
