import type { TaskHandle } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapting, asked, replyAfter, ScriptedReceiver, wired } from '../../support/adapting.js';
import { taskIn } from '../../support/events.js';
import { result, rpcError } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

// What the agent's server, and the webhook's store, are told of a task, and what is left of it.

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
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const forEver = () => new Promise<never>(() => {});
const asHandle = (sent: unknown) => sent as TaskHandle;
/** A signal that may be used once. */
const leaving = () => {
  const left = new AbortController();
  return { leave: () => left.abort(), signal: left.signal };
};

describe('a push configuration', () => {
  it('that the server stores only after the wait was left is deleted', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, configs, resumed, store, count } = adapting(
      { CreateTaskPushNotificationConfig: request => replyAfter(300, () => store(request)) },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const { leave, signal } = leaving();
    const waiting = watched(resumed().wait({ signal }));
    await pass(100);
    expect(count('CreateTaskPushNotificationConfig')).toBe(1);
    leave();
    await pass(1_000);
    expect(waiting.state).toBe('rejected');
    expect(configs.size).toBe(0);
    expect(receiver.good).toEqual([]);
    await adaptive.close();
  });

  it.each([
    ['the first', [300, 50]],
    ['the second', [50, 300]],
    ['both', [200, 200]],
  ])(
    'is not left behind by two waits that overlap while %s registers',
    async (_, [first = 0, second = 0]) => {
      const delays = [first, second];
      const receiver = new ScriptedReceiver({ register: () => pause(delays.shift() ?? 0) });
      const { adaptive, configs, of, resumed } = adapting(
        {},
        { webhook: receiver.webhook, strategies: ['push'] },
      );
      const handle = resumed();
      const { leave, signal } = leaving();
      watched(handle.wait({ signal }));
      await pass(20);
      leave();
      const waiting = watched(handle.wait());
      await pass(1_000);
      expect(configs.size).toBe(1);
      expect(receiver.good).toHaveLength(1);
      expect(of('strategy').map(({ strategy }) => strategy)).toEqual(['push']);
      const closing = adaptive.close();
      await pass(100);
      await closing;
      expect(waiting.state).toBe('rejected');
      expect(configs.size).toBe(0);
      expect(receiver.good).toEqual([]);
    },
  );

  it('is there again at once for a wait that begins when another one was left', async () => {
    const receiver = new ScriptedReceiver({ revoke: () => pause(100) });
    const { adaptive, configs, of, resumed } = adapting(
      {},
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const handle = resumed();
    const { leave, signal } = leaving();
    watched(handle.wait({ signal }));
    await pass(500);
    leave();
    await pass(10);
    watched(handle.wait());
    await pass(1_000);
    expect(of('strategy').map(({ strategy }) => strategy)).toEqual(['push', 'push']);
    expect([...configs]).toEqual(receiver.good);
    expect(configs.size).toBe(1);
    const closing = adaptive.close();
    await pass(500);
    await closing;
  });

  it('that came with the message is deleted when a wait ends that another way brought its news', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, configs, count } = adapting(
      { SubscribeToTask: () => replyAfter(60_000, () => '') },
      { webhook: receiver.webhook, strategies: ['stream', 'push'] },
    );
    const handle = asHandle(await adaptive.submitTask('Write'));
    expect(configs.size).toBe(1);
    const { leave, signal } = leaving();
    watched(handle.wait({ signal }));
    await pass(500);
    expect(count('SubscribeToTask')).toBe(1);
    leave();
    await pass(500);
    expect(configs.size).toBe(0);
    expect(receiver.good).toEqual([]);
    await pass(60_000);
    await adaptive.close();
  });

  it('that was refused with the message is neither set nor deleted', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, count } = adapting(
      {
        SendMessage: ({ id, params }) =>
          params['configuration'] && 'taskPushNotificationConfig' in (params['configuration'] as object)
            ? rpcError(id, -32003, 'It does not notify.')
            : result(id, { task: wired('WORKING') }),
        GetTask: ({ id }) => result(id, wired('COMPLETED')),
      },
      { webhook: receiver.webhook },
    );
    const done = watched(adaptive.run('Write'));
    await pass(10_000);
    expect(done.state).toBe('resolved');
    expect(count('SendMessage')).toBe(2);
    expect(count('CreateTaskPushNotificationConfig')).toBe(0);
    expect(count('DeleteTaskPushNotificationConfig')).toBe(0);
    expect(receiver.good).toEqual([]);
    await adaptive.close();
  });

  it('that was never set is not deleted', async () => {
    const receiver = new ScriptedReceiver({ bind: () => Promise.reject(new Error('store')) });
    const { adaptive, count, resumed } = adapting({}, { webhook: receiver.webhook, strategies: ['push'] });
    const waiting = watched(resumed().wait({ timeout: 5_000 }));
    await pass(10_000);
    expect(waiting.state).toBe('rejected');
    expect(count('CreateTaskPushNotificationConfig')).toBe(0);
    expect(count('DeleteTaskPushNotificationConfig')).toBe(0);
    expect(receiver.good).toEqual([]);
    await adaptive.close();
  });

  it("of the caller's own goes with the message", async () => {
    const own = { id: 'own', url: 'https://app.test/own' };
    const receiver = new ScriptedReceiver();
    for (const webhook of [undefined, receiver.webhook]) {
      const { adaptive, configs } = adapting({}, { webhook });
      await adaptive.submitTask('Write', { pushNotification: own });
      expect([...configs]).toEqual(['own']);
      await adaptive.close();
    }
  });
});

describe('a store that hangs', () => {
  it.each(['register', 'bind', 'revoke'] as const)('at %s keeps close for seconds only', async step => {
    const receiver = new ScriptedReceiver();
    const { adaptive, resumed } = adapting({}, { webhook: receiver.webhook, strategies: ['push'] });
    const submitted = await adaptive.submitTask('Write');
    expect(submitted.kind).toBe('task-handle');
    receiver.steps[step] = forEver;
    watched(resumed().wait());
    await pass(1_000);
    const closing = watched(adaptive.close());
    await pass(20_000);
    expect(closing.state).toBe('resolved');
  });

  it.each(['register', 'bind'] as const)('at %s keeps no message from being sent', async step => {
    const receiver = new ScriptedReceiver({ [step]: forEver });
    const { adaptive, count } = adapting({}, { webhook: receiver.webhook });
    const submitting = watched(adaptive.submitTask('Write'));
    await pass(10_000);
    expect(count('SendMessage')).toBe(1);
    expect(submitting.state).toBe('resolved');
    const closing = watched(adaptive.close());
    await pass(20_000);
    expect(closing.state).toBe('resolved');
  });

  it('when the task is known does not take the token from who ran out of time', async () => {
    const receiver = new ScriptedReceiver({ bind: forEver });
    const { adaptive } = adapting({}, { webhook: receiver.webhook });
    const running = watched(adaptive.run('Write', { timeout: 1_000 }));
    await pass(3_000);
    expect(running.error).toMatchObject({
      code: 'wait-timeout',
      token: { version: 1, taskId: 't' },
      lastTask: { id: 't' },
    });
    const closing = adaptive.close();
    await pass(20_000);
    await closing;
  });
});

describe('a token with a webhook', () => {
  /** A task that was submitted, and its token. */
  async function submitted(receiver: ScriptedReceiver) {
    const before = adapting({}, { webhook: receiver.webhook, strategies: ['push'] });
    const handle = asHandle(await before.adaptive.submitTask('Write'));
    await pass(10);
    return { ...before, token: JSON.parse(JSON.stringify(handle.serialize())) };
  }

  it('of the same store goes on with what the agent was told', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, count, of, resumed, token } = await submitted(receiver);
    watched(resumed(token).wait());
    await pass(1_000);
    expect(of('strategy').at(-1)).toMatchObject({ strategy: 'push' });
    expect(count('CreateTaskPushNotificationConfig')).toBe(0);
    expect(receiver.good).toEqual(['r1']);
    await adaptive.close();
  });

  it('of the same store brings notifications to the next wait, too', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, of, resumed, token, configs } = await submitted(receiver);
    const handle = resumed(token);
    const { leave, signal } = leaving();
    watched(handle.wait({ signal }));
    await pass(1_000);
    leave();
    await pass(1_000);
    watched(handle.wait());
    await pass(1_000);
    expect(of('strategy').map(({ strategy }) => strategy)).toEqual(['push', 'push']);
    expect([...configs]).toEqual(['r2']);
    await adaptive.close();
  });

  it('of another store is replaced by one of this, and what the agent was told before is called off', async () => {
    const { configs, adaptive, token } = await submitted(new ScriptedReceiver());
    const receiver = new ScriptedReceiver();
    await receiver.register();
    const later = adapting(
      {
        DeleteTaskPushNotificationConfig: ({ id, params }) => {
          configs.delete(String(params['id']));
          return result(id, {});
        },
      },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    token.webhook = { registrationId: 'elsewhere', configId: token.webhook.configId };
    watched(later.resumed(token).wait());
    await pass(1_000);
    expect(configs.size).toBe(0);
    expect(later.of('strategy').at(-1)).toMatchObject({ strategy: 'push' });
    expect(receiver.bound.get('t')).toBe('r2');
    await later.adaptive.close();
    await adaptive.close();
  });

  it('that is bound to another task does not take over what is bound to this one', async () => {
    const receiver = new ScriptedReceiver();
    const honest = await receiver.register();
    await honest.bind('t');
    const other = await receiver.register();
    await other.bind('another');
    const { adaptive, resumed } = adapting({}, { webhook: receiver.webhook, strategies: ['push'] });
    watched(resumed({ webhook: { registrationId: other.id, configId: other.id } }).wait());
    await pass(1_000);
    expect(receiver.bound.get('t')).toBe(honest.id);
    await adaptive.close();
  });
});

describe('the event of a notification', () => {
  it('is told once for each, also when the wait goes on after a question', async () => {
    const receiver = new ScriptedReceiver();
    let now: object = wired('WORKING');
    const { adaptive, of, resumed } = adapting(
      { GetTask: ({ id }) => result(id, now) },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const waiting = watched(resumed().wait({ onInterrupted: () => undefined, timeout: Infinity }));
    await pass(3_000);
    now = wired('INPUT_REQUIRED', { message: { messageId: 'q', role: 'ROLE_AGENT', parts: [] } });
    receiver.notify('r1', asked('q'));
    await pass(10_000);
    expect(of('notification')).toHaveLength(1);
    receiver.notify('r1', taskIn('working'));
    await pass(10_000);
    expect(of('notification')).toHaveLength(2);
    now = wired('COMPLETED');
    receiver.notify('r1', taskIn('completed'));
    await pass(1_000);
    expect(of('notification')).toHaveLength(3);
    expect(waiting.state).toBe('resolved');
    await adaptive.close();
  });

  it('is told once of an end that the server itself does not know yet', async () => {
    const receiver = new ScriptedReceiver();
    let now = 'WORKING';
    const { adaptive, of, resumed } = adapting(
      { GetTask: ({ id }) => result(id, wired(now)) },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const waiting = watched(resumed().wait());
    await pass(1_000);
    receiver.notify('r1', taskIn('completed'));
    await pass(5_000);
    now = 'COMPLETED';
    await pass(10_000);
    expect(waiting.value?.status.state).toBe('completed');
    expect(of('notification')).toHaveLength(1);
    await adaptive.close();
  });
});
