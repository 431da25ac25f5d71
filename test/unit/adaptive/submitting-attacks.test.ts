import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapting, replyAfter, ScriptedReceiver, wired } from '../../support/adapting.js';
import { result } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

// What becomes of a message that is still on its way when nobody waits for it any more.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** An agent whose server takes a message, and its webhook, at once, and answers so much later. */
function slow(ms: number, answer = (id: string) => result(id, { task: wired('WORKING') })) {
  const receiver = new ScriptedReceiver();
  const agent = adapting(
    {
      SendMessage: ({ id, params }) => {
        const { taskPushNotificationConfig: config } = params['configuration'] as {
          taskPushNotificationConfig: { id: string };
        };
        agent.configs.add(config.id);
        return replyAfter(ms, () => answer(id));
      },
    },
    { webhook: receiver.webhook, strategies: ['push'] },
  );
  return { ...agent, receiver };
}

describe('a push configuration that came with a message', () => {
  it('is deleted when the client is closed before the message was answered, and close waits for that', async () => {
    const { adaptive, configs, receiver } = slow(300);
    const submitting = watched(adaptive.submitTask('Write'));
    await pass(100);
    expect(configs.size).toBe(1);
    const closing = watched(adaptive.close());
    await pass(0);
    expect([submitting.state, closing.state]).toEqual(['rejected', 'pending']);
    await pass(500);
    expect(closing.state).toBe('resolved');
    expect([[...configs], receiver.good]).toEqual([[], []]);
  });

  it('is deleted when the wait for it was left', async () => {
    const { adaptive, configs, receiver } = slow(300);
    const left = new AbortController();
    const submitting = watched(adaptive.submitTask('Write', { signal: left.signal }));
    await pass(100);
    left.abort();
    await pass(0);
    expect(submitting.state).toBe('rejected');
    await pass(500);
    expect([[...configs], receiver.good]).toEqual([[], []]);
    await adaptive.close();
  });

  it('is deleted when the time was up', async () => {
    const { adaptive, configs, receiver } = slow(300);
    const running = watched(adaptive.run('Write', { timeout: 100 }));
    await pass(101);
    expect(running.error).toMatchObject({ code: 'wait-timeout' });
    await pass(500);
    expect([[...configs], receiver.good]).toEqual([[], []]);
    await adaptive.close();
  });

  it('is waited for by close for seconds only', async () => {
    const { adaptive, receiver } = slow(60_000);
    watched(adaptive.submitTask('Write'));
    await pass(100);
    const closing = watched(adaptive.close());
    await pass(10_000);
    expect(closing.state).toBe('resolved');
    expect(receiver.good).toEqual([]);
    await pass(60_000);
  });
});

describe('a message that the server put off', () => {
  it('is not sent again once nobody waits for it', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, count } = adapting(
      { SendMessage: () => new Response('', { status: 429, headers: { 'retry-after': '2' } }) },
      { webhook: receiver.webhook },
    );
    const submitting = watched(adaptive.submitTask('Write'));
    await pass(1_000);
    const closing = watched(adaptive.close());
    await pass(20_000);
    expect([submitting.state, closing.state]).toEqual(['rejected', 'resolved']);
    expect(count('SendMessage')).toBe(1);
    expect(receiver.good).toEqual([]);
  });

  it('is not sent at all where nobody waits any more when its webhook is there', async () => {
    const receiver = new ScriptedReceiver({ register: () => new Promise(done => setTimeout(done, 1_000)) });
    const { adaptive, count } = adapting({}, { webhook: receiver.webhook });
    watched(adaptive.submitTask('Write'));
    await pass(500);
    const closing = watched(adaptive.close());
    await pass(2_000);
    expect(closing.state).toBe('resolved');
    expect(count('SendMessage')).toBe(0);
    expect(receiver.good).toEqual([]);
  });
});
