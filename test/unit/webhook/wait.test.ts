import type { Task, TaskState } from 'a2a-await';
import {
  createWebhookReceiver,
  memoryWebhookStore,
  type Registration,
  unsafeNoVerification,
  type WebhookStore,
} from 'a2a-await/webhook';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { base, hear, post, registered, statusUpdate, task } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const taskIn = (state: TaskState, more: Partial<Task> = {}): Task => ({
  kind: 'task',
  id: 't-1',
  status: { state },
  artifacts: [],
  history: [],
  ...more,
});

/** A source that answers one after the other, the last one for ever. */
function sourceOf(...answers: (Task | Error)[]) {
  const asked: number[] = [];
  return {
    asked,
    getTask: async () => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(Date.now());
      if (answer instanceof Error) throw answer;
      return answer as Task;
    },
  };
}

const rest = () => vi.advanceTimersByTimeAsync(0);

describe('without a source', () => {
  test('resolves as soon as it is notified', async () => {
    const { receiver, registration, send } = await registered();
    const states: TaskState[] = [];
    const waiting = receiver.wait(registration, { onUpdate: ({ status }) => states.push(status.state) });
    await rest();
    await send(statusUpdate('working'));
    await rest();
    await send(statusUpdate('completed'));
    expect(await waiting).toMatchObject({ id: 't-1', status: { state: 'completed' } });
    expect(states).toEqual(['working', 'completed']);
  });

  test.each([
    ['failed', 'TaskFailedError'],
    ['canceled', 'TaskCanceledError'],
    ['rejected', 'TaskRejectedError'],
    ['input-required', 'TaskInterruptedError'],
    ['auth-required', 'TaskInterruptedError'],
  ])('rejects where it is %s, unless that is not to throw', async (state, name) => {
    const { receiver, registration, send } = await registered();
    await send(statusUpdate(state, { text: 'Out of paper.' }));
    const failure = { name, task: { id: 't-1' }, message: expect.stringContaining('Out of paper.') };
    await expect(receiver.wait(registration)).rejects.toMatchObject(failure);
    await expect(receiver.wait(registration, { throwOnFailure: false })).resolves.toMatchObject({
      id: 't-1',
    });
  });

  test('a question that was answered does not end it again, the next one does', async () => {
    const { receiver, registration, send } = await registered();
    await send(statusUpdate('input-required', { text: 'Which day?' }));
    const asked = await receiver.wait(registration, { throwOnFailure: false });
    const again = receiver.wait(registration, { since: asked, throwOnFailure: false });
    await rest();
    await send(statusUpdate('input-required', { text: 'Which month?' }));
    expect((await again).status.message?.parts).toMatchObject([{ text: 'Which month?' }]);
  });

  test('times out with what was seen', async () => {
    const { receiver, registration, send } = await registered();
    await send(statusUpdate('working'));
    const waiting = receiver.wait(registration, { timeout: 60_000 });
    const caught = waiting.catch(error => error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await caught).toMatchObject({
      name: 'WaitTimeoutError',
      observed: { 'notified working': 1 },
      lastTask: { id: 't-1' },
      token: { version: 1, taskId: 't-1' },
    });
  });

  test('says what is missing where no registration is bound to the task', async () => {
    const { receiver, registration } = await registered();
    for (const target of ['t-9', registration]) {
      const caught = receiver.wait(target, { timeout: 1_000 }).catch(error => error);
      await vi.advanceTimersByTimeAsync(1_000);
      expect((await caught).message).toContain('call registration.bind(taskId)');
    }
  });

  test('says what was refused, at the url that it waits for', async () => {
    const { receiver, registration, send } = await registered({
      shared: () => ({ outcome: 'fail', headers: [] }),
    });
    const other = await receiver.register();
    await registration.bind('t-1');
    const messageOf = async (target: string | { id: string }) => {
      const caught = receiver.wait(target, { timeout: 1_000 }).catch(error => error);
      await vi.advanceTimersByTimeAsync(1_000);
      return (await caught).message;
    };
    await send(statusUpdate('completed', { taskId: 't-2' }));
    await receiver.handle(post(base, { body: statusUpdate('completed', { taskId: 't-3' }) }));
    await receiver.handle(post(`${base}/${'a'.repeat(32)}`, { body: {} }));
    expect(await messageOf('t-1')).toContain('refused: The registration is for another task.');
    expect(await messageOf('t-3')).toContain('refused: The verifier refuses it.');
    expect(await messageOf(other)).not.toContain('refused');
  });

  test.each(['get', 'subscribe'] as const)('a store whose %s hangs does not keep it', async name => {
    const store = memoryWebhookStore();
    const { receiver, registration } = await registered({ store });
    await registration.bind('t-1');
    Object.assign(store, { [name]: () => new Promise(() => {}) });
    const caught = receiver.wait('t-1', { timeout: 300 }).catch(error => error);
    await vi.advanceTimersByTimeAsync(2_001);
    expect(await caught).toMatchObject({ name: 'WaitTimeoutError', observed: { 'store failed': 1 } });
  });

  test('a store that hung and answers after all leaves no subscription', async () => {
    const store = memoryWebhookStore();
    let subscribed = 0;
    const answers: (() => void)[] = [];
    const slow: WebhookStore = {
      ...store,
      async subscribe(channel, onWake) {
        await new Promise<void>(resolve => answers.push(resolve));
        const leave = await store.subscribe(channel, onWake);
        subscribed += 1;
        return async () => {
          subscribed -= 1;
          await leave();
        };
      },
    };
    const { receiver } = await registered({ store: slow });
    const caught = receiver.wait('t-1', { timeout: 40_000 }).catch(error => error.name);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(answers.length).toBeGreaterThan(1);
    for (const answer of answers) answer();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await caught).toBe('WaitTimeoutError');
    expect(subscribed).toBe(0);
  });

  test.each<[string, (all: Registration[]) => Promise<unknown>]>([
    ['revoked', all => Promise.all(all.map(registration => registration.revoke()))],
    ['past its life', () => vi.advanceTimersByTimeAsync(86_400_000)],
  ])('a registration that is %s ends it, unless an end was told', async (_, end) => {
    const { receiver, registration, send } = await registered();
    const told = await registered();
    await told.send(statusUpdate('completed'));
    await send(statusUpdate('working'));
    await end([registration, told.registration]);
    await expect(receiver.wait(registration)).rejects.toMatchObject({ code: 'registration-gone' });
    expect(await told.receiver.wait(told.registration)).toMatchObject({ id: 't-1' });
    // Whoever can be asked knows more.
    const source = sourceOf(taskIn('completed'));
    expect(await receiver.wait(registration, { source })).toMatchObject({ id: 't-1' });
  });

  test('a registration that is revoked while it is waited for ends the wait', async () => {
    const { receiver, registration } = await registered();
    const caught = receiver.wait(registration).catch(error => error);
    await rest();
    await registration.revoke();
    expect(await caught).toMatchObject({ code: 'registration-gone' });
  });

  test('a registration that nobody knows ends it soon, but not before a store may have it', async () => {
    const { receiver } = await registered();
    let caught: unknown;
    receiver.wait({ id: 'a'.repeat(32) }).catch(error => {
      caught = error;
    });
    await vi.advanceTimersByTimeAsync(1_900);
    expect(caught).toBeUndefined();
    await vi.advanceTimersByTimeAsync(4_100);
    expect(caught).toMatchObject({ code: 'registration-gone' });
  });

  test('ends at once by its signal, and leaves no subscription', async () => {
    const store = memoryWebhookStore();
    let subscribed = 0;
    const counting: WebhookStore = {
      ...store,
      async subscribe(channel, onWake) {
        subscribed += 1;
        const leave = await store.subscribe(channel, onWake);
        return async () => {
          subscribed -= 1;
          await leave();
        };
      },
    };
    const { receiver, registration } = await registered({ store: counting });
    await registration.bind('t-1');
    const controller = new AbortController();
    const waits = [
      receiver.wait(registration, { signal: controller.signal }),
      receiver.wait('t-1', controller),
    ];
    const caught = waits.map(wait => wait.catch(error => error.name));
    await rest();
    expect(subscribed).toBe(4);
    controller.abort();
    expect(await Promise.all(caught)).toEqual(['AbortError', 'AbortError']);
    await rest();
    expect(subscribed).toBe(0);
    await expect(receiver.wait('t-1', controller)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test.each<[string, unknown, object]>([
    ['target', '', {}],
    ['target', undefined, {}],
    ['target', {}, {}],
    ['timeout', 't', { timeout: -1 }],
    ['requestTimeout', 't', { requestTimeout: Number.NaN }],
    ['source.getTask', 't', { source: {} }],
    ['onUpdate', 't', { onUpdate: 1 }],
    ['signal', 't', { signal: {} }],
  ])('refuses a %s that cannot be right', async (name, target, options) => {
    const { receiver } = hear();
    await expect(receiver.wait(target as string, options)).rejects.toThrow(`"${name}" must be`);
  });
});

describe('with a source', () => {
  test('what is notified is asked for before it is believed, with all that was made', async () => {
    const { receiver, registration, send } = await registered();
    await registration.bind('t-1');
    const artifacts = [{ artifactId: 'a-1', parts: [{ kind: 'text' as const, text: 'All of it' }] }];
    const source = sourceOf(taskIn('working'), taskIn('completed', { artifacts }));
    const waiting = receiver.wait(registration, { source });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(source.asked).toHaveLength(1);
    await send(statusUpdate('completed'));
    expect((await waiting).artifacts).toEqual(artifacts);
    expect(source.asked).toHaveLength(2);
  });

  test('a lost notification is made up for', async () => {
    const { receiver, registration } = await registered();
    await registration.bind('t-1');
    const source = sourceOf(taskIn('working'), taskIn('completed'));
    const waiting = receiver.wait('t-1', { source });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
  });

  test('asks seldom while nothing is notified', async () => {
    const { receiver, registration } = await registered();
    await registration.bind('t-1');
    const source = sourceOf(taskIn('working'));
    const caught = receiver.wait('t-1', { source, timeout: 3_600_000 }).catch(error => error.name);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await caught).toBe('WaitTimeoutError');
    expect(source.asked.length).toBeGreaterThan(30);
    expect(source.asked.length).toBeLessThan(50);
  });

  test('a source that lags behind its notification is asked again soon', async () => {
    const { receiver, registration, send } = await registered();
    await send(statusUpdate('completed'));
    const source = sourceOf(taskIn('working'), taskIn('working'), taskIn('completed'));
    const waiting = receiver.wait(registration, { source });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
  });

  test('a source that says it goes on after a question outweighs the question', async () => {
    const { receiver, registration, send } = await registered();
    await send(statusUpdate('input-required'));
    const source = sourceOf(taskIn('working'), taskIn('completed'));
    const waiting = receiver.wait(registration, { source });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
  });

  test('an end that was notified will do where the source fails', async () => {
    const { receiver, registration, send } = await registered();
    await send(task('completed'));
    const source = sourceOf(new Error('The agent is gone.'));
    const waiting = receiver.wait(registration, { source });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await waiting).toMatchObject({ id: 't-1', status: { state: 'completed' } });
    expect(source.asked).toHaveLength(3);
  });

  test('and at once where the source has forgotten the task', async () => {
    const { receiver, registration, send } = await registered();
    await send(task('completed'));
    const source = sourceOf(Object.assign(new Error('No such task.'), { name: 'TaskNotFoundError' }));
    expect(await receiver.wait(registration, { source })).toMatchObject({ id: 't-1' });
  });

  test('what is known of a task that was a guess does not end the wait for the one that is bound', async () => {
    const { receiver, registration, send } = await registered();
    await send(task('completed', { id: 'x' }));
    const asked: string[] = [];
    const source = {
      getTask: async (id: string) => {
        asked.push(id);
        throw Object.assign(new Error('No.'), { name: id === 'x' ? 'HttpError' : 'TaskNotFoundError' });
      },
    };
    const caught = receiver.wait(registration, { source, timeout: 30_000 }).catch(error => error);
    await vi.advanceTimersByTimeAsync(100);
    await registration.bind('t-1');
    await vi.advanceTimersByTimeAsync(32_000);
    expect(asked).toContain('t-1');
    expect(await caught).toMatchObject({ name: 'WaitTimeoutError', token: { taskId: 't-1' } });
    expect((await caught).lastTask).toBeUndefined();
  });

  test('an answer about the guess that comes after another was bound does not end the wait', async () => {
    const { receiver, registration, send } = await registered();
    await send(task('working', { id: 'x' }));
    let finish = (_: Task) => {};
    const source = {
      getTask: (id: string) =>
        id === 'x'
          ? new Promise<Task>(resolve => {
              finish = resolve;
            })
          : Promise.resolve(taskIn('completed')),
    };
    const waiting = receiver.wait(registration, { source });
    await rest();
    await registration.bind('t-1');
    finish(taskIn('completed', { id: 'x' }));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await waiting).toMatchObject({ id: 't-1' });
  });

  test('an update that is older than what the source said is not told', async () => {
    const { receiver, registration, send } = await registered();
    await registration.bind('t-1');
    const at = (second: number) => `2025-06-01T12:00:0${second}Z`;
    const working = taskIn('working', { status: { state: 'working', timestamp: at(2) } });
    const told: (string | undefined)[] = [];
    const onUpdate = ({ status }: Task) => told.push(status.timestamp);
    const waiting = receiver.wait('t-1', {
      source: sourceOf(working, working, taskIn('completed')),
      onUpdate,
    });
    await vi.advanceTimersByTimeAsync(1_000);
    await send(statusUpdate('submitted', { timestamp: at(1) }));
    await vi.advanceTimersByTimeAsync(20_000);
    await waiting;
    expect(told).toEqual([at(2), at(2), undefined]);
  });

  test('a source that hangs is left alone in time', async () => {
    const { receiver, registration } = await registered();
    await registration.bind('t-1');
    const hanging = { getTask: () => new Promise<Task>(() => {}) };
    const options = { source: hanging, timeout: 10_000, requestTimeout: 3_000 };
    const caught = receiver.wait('t-1', options).catch(error => error);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await caught).toMatchObject({ name: 'WaitTimeoutError', waited: expect.any(Number) });
    expect((await caught).waited).toBeLessThan(12_001);
  });

  test('a flood of notifications does not become a flood of questions', async () => {
    const { receiver, registration, send } = await registered();
    await registration.bind('t-1');
    const source = sourceOf(taskIn('working'));
    const caught = receiver.wait('t-1', { source, timeout: 2_000 }).catch(error => error.name);
    for (let nth = 0; nth < 150; nth += 1) {
      await send({ hello: nth });
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await caught).toBe('WaitTimeoutError');
    expect(source.asked.length).toBeLessThan(7);
  });
});

describe('with one store for several receivers', () => {
  test('a waiter at one has what another receives', async () => {
    const store = memoryWebhookStore();
    const [one, other] = [
      createWebhookReceiver({ url: base, store }),
      createWebhookReceiver({ url: base, store }),
    ];
    const registration = await one.register();
    await registration.bind('t-1');
    const waits = [one.wait('t-1'), other.wait('t-1'), other.wait({ id: registration.id })];
    await rest();
    const headers = { authorization: `Bearer ${registration.credentials}` };
    expect((await other.handle(post(registration.url, { body: task('completed'), headers }))).status).toBe(
      204,
    );
    expect(await Promise.all(waits)).toMatchObject(Array(3).fill({ id: 't-1' }));
    await one.close();
    await expect(other.wait('t-1')).resolves.toMatchObject({ id: 't-1' });
  });

  test('a wake that is lost costs some seconds', async () => {
    const store = { ...memoryWebhookStore(), wake: async () => {} };
    const { receiver, registration, send } = await registered({ store });
    const waiting = receiver.wait(registration);
    await rest();
    await send(task('completed'));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await waiting).toMatchObject({ id: 't-1' });
  });

  test('a store that is down for a while does not end the wait', async () => {
    const store = memoryWebhookStore();
    let isDown = false;
    const failing: WebhookStore = {
      ...store,
      get: key => (isDown ? Promise.reject(new TypeError('fetch failed')) : store.get(key)),
    };
    const { receiver, registration, send } = await registered({ store: failing });
    await send(task('completed'));
    isDown = true;
    const waiting = receiver.wait(registration);
    await vi.advanceTimersByTimeAsync(5_000);
    isDown = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toMatchObject({ id: 't-1' });
  });

  test('many notifications at once are all taken in', async () => {
    const store = memoryWebhookStore();
    const slow: WebhookStore = {
      ...store,
      get: async key => {
        await Promise.resolve();
        return store.get(key);
      },
    };
    const receiver = createWebhookReceiver({ url: base, store: slow, shared: unsafeNoVerification() });
    const chunk = (nth: number) => ({
      artifactUpdate: {
        taskId: 't-1',
        append: true,
        artifact: { artifactId: 'a-1', parts: [{ text: String(nth) }] },
      },
    });
    const sent = await Promise.all(
      Array.from({ length: 15 }, (_, nth) => receiver.handle(post(base, { body: chunk(nth) }))),
    );
    expect(sent.map(({ status }) => status)).toEqual(Array(15).fill(204));
    await receiver.handle(post(base, { body: statusUpdate('completed') }));
    const { artifacts } = await receiver.wait('t-1');
    expect(artifacts[0]?.parts).toHaveLength(15);
  });
});
