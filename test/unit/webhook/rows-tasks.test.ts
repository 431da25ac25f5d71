import {
  allOf,
  anyOf,
  hmac,
  memoryWebhookStore,
  notificationToken,
  signPayload,
  type Verifier,
} from 'a2a-await/webhook';
import { describe, expect, test } from 'vitest';
import {
  artifactUpdate,
  base,
  hear,
  known,
  post,
  registered,
  settled,
  states,
  statusUpdate,
  task,
  tokenOf,
} from './support.js';

// Rows 31 to 39 of what a receiver answers: which task it is, and what is news of it.

const message = { messageId: 'm-1', role: 'ROLE_AGENT', parts: [{ text: 'Hello' }] };

describe('row 31: another task than the one it is bound to', () => {
  test('is 403', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    expect(await posting.send(statusUpdate('working', { taskId: 't-2' }))).toBe(403);
    expect(await posting.send({ message: { ...message, taskId: 't-2' } })).toBe(403);
    expect(await posting.send(statusUpdate('working'))).toBe(204);
    expect(posting.notifications).toHaveLength(1);
  });

  test('is 403 for another than the first that was notified, too', async () => {
    const { send } = await registered();
    expect(await send(statusUpdate('working', { taskId: 't-1' }))).toBe(204);
    expect(await send(statusUpdate('working', { taskId: 't-2' }))).toBe(403);
  });

  test('is 204 where the registration is for many', async () => {
    const posting = await registered({}, 'many');
    await posting.registration.bind('t-1');
    expect(await posting.send(statusUpdate('completed', { taskId: 't-2' }))).toBe(204);
    expect(await posting.send(statusUpdate('completed', { taskId: 't-1' }))).toBe(204);
    expect(posting.notifications.map(({ taskId }) => taskId)).toEqual(['t-2', 't-1']);
    await expect(posting.receiver.wait('t-1')).resolves.toMatchObject({ id: 't-1' });
    await expect(posting.receiver.wait(posting.registration)).rejects.toThrow(TypeError);
  });

  test("an agent cannot speak for another agent's task", async () => {
    const posting = await registered();
    const other = await posting.receiver.register();
    await other.bind('t-1');
    expect(await posting.send(statusUpdate('completed', { taskId: 't-1' }))).toBe(204);
    const waiting = posting.receiver.wait('t-1', { timeout: 20 });
    await expect(waiting).rejects.toMatchObject({ name: 'WaitTimeoutError', observed: {} });
  });

  test('cannot be bound', async () => {
    const { registration } = await registered();
    await registration.bind('t-1');
    await registration.bind('t-1');
    await expect(registration.bind('t-2')).rejects.toMatchObject({ code: 'already-bound' });
    await registration.revoke();
    await expect(registration.bind('t-1')).rejects.toMatchObject({ code: 'registration-gone' });
    await expect(registration.rotate()).rejects.toMatchObject({ code: 'registration-gone' });
    await expect(registration.bind('')).rejects.toThrow(TypeError);
  });
});

describe('a task that another registration is bound to', () => {
  test('cannot be bound, so that an agent cannot end the wait for what another does', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    const other = await posting.receiver.register();
    await expect(other.bind('t-1')).rejects.toMatchObject({ code: 'already-bound' });
    // It may still be bound to its own.
    await other.bind('t-2');
    const waiting = posting.receiver.wait('t-1');
    await settled();
    await posting.send(statusUpdate('completed'));
    expect(await waiting).toMatchObject({ id: 't-1' });
  });

  test('is taken over where that is said, with what was told of it', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    await posting.send(statusUpdate('working'));
    const other = await posting.receiver.register();
    await other.bind('t-1', { takeOver: true });
    const waiting = posting.receiver.wait('t-1');
    await settled();
    const end = statusUpdate('completed');
    const request = post(other.url, { body: end, headers: tokenOf(other) });
    expect((await posting.receiver.handle(request)).status).toBe(204);
    expect(await waiting).toMatchObject({ contextId: 'c-1', status: { state: 'completed' } });
    // By now the other way round.
    await expect(posting.registration.bind('t-1')).rejects.toMatchObject({ code: 'already-bound' });
  });

  test('is free again when that is gone, but not with what that told: it could have made up the end', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    await posting.send(statusUpdate('completed'));
    await posting.registration.revoke();
    const other = await posting.receiver.register();
    await other.bind('t-1');
    for (const target of ['t-1', other]) {
      const waiting = posting.receiver.wait(target, { timeout: 20 });
      await expect(waiting).rejects.toMatchObject({ name: 'WaitTimeoutError', observed: {} });
    }
    const request = post(other.url, { body: statusUpdate('failed'), headers: tokenOf(other) });
    expect((await posting.receiver.handle(request)).status).toBe(204);
    await expect(posting.receiver.wait('t-1')).rejects.toMatchObject({ name: 'TaskFailedError' });
  });

  test('is taken over from one that is gone with what that told, where that is said', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    await posting.send(statusUpdate('completed'));
    await posting.registration.revoke();
    const other = await posting.receiver.register();
    await other.bind('t-1', { takeOver: true });
    expect(await posting.receiver.wait('t-1')).toMatchObject({ status: { state: 'completed' } });
    expect(await posting.receiver.wait(other)).toMatchObject({ id: 't-1' });
  });

  test('and is bound by two at once is one’s; the other is as it was', async () => {
    const { receiver } = await registered();
    const both = [await receiver.register(), await receiver.register()];
    const bound = await Promise.allSettled(both.map(one => one.bind('t-1')));
    expect(bound.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = both[bound.findIndex(({ status }) => status === 'rejected')] ?? both[0];
    const body = statusUpdate('completed', { taskId: 't-2' });
    const told = post(loser?.url ?? '', { body, headers: tokenOf(loser ?? { token: '' }) });
    expect((await receiver.handle(told)).status).toBe(204);
    await loser?.bind('t-2');
    expect(await receiver.wait('t-2')).toMatchObject({ id: 't-2' });
  });

  test('cannot be bound where the store fails, and the registration is then as it was', async () => {
    const store = memoryWebhookStore();
    const { receiver, registration, send } = await registered({
      store: {
        ...store,
        replace: (key, ...given) =>
          key === 'bound:t-1' ? Promise.reject(new Error('Down.')) : store.replace(key, ...given),
      },
    });
    await expect(registration.bind('t-1')).rejects.toThrow('Down.');
    await registration.bind('t-2');
    expect(await send(statusUpdate('completed', { taskId: 't-2' }))).toBe(204);
    expect(await receiver.wait('t-2')).toMatchObject({ id: 't-2' });
  });
});

test('an update that has an id of its own is about the task it names', async () => {
  const posting = await registered();
  await posting.registration.bind('t-1');
  const status = { state: 'completed' };
  const update = { kind: 'status-update', id: 'evt-1', taskId: 't-1', status, final: true };
  expect(await posting.send(update)).toBe(204);
  expect(posting.notifications).toMatchObject([{ taskId: 't-1', event: { kind: 'status-update' } }]);
  expect(await posting.receiver.wait('t-1')).toMatchObject({ id: 't-1' });
});

describe('row 32: a notification before the answer to the message', () => {
  test('is 204, and kept for the task', async () => {
    const { send, registration, receiver } = await registered();
    expect(await send(statusUpdate('completed'))).toBe(204);
    await registration.bind('t-1');
    expect(await receiver.wait('t-1')).toMatchObject({ id: 't-1', status: { state: 'completed' } });
    expect(await receiver.wait(registration)).toMatchObject({ id: 't-1' });
  });

  test('is of no use where the answer names another task', async () => {
    const { send, registration, receiver } = await registered();
    expect(await send(statusUpdate('completed', { taskId: 't-2' }))).toBe(204);
    await registration.bind('t-1');
    expect(await send(statusUpdate('failed', { taskId: 't-2' }))).toBe(403);
    await expect(receiver.wait(registration, { timeout: 20 })).rejects.toThrow('Task t-1 did not stop');
  });

  test('is waited for by the task before it is bound', async () => {
    const { send, registration, receiver } = await registered();
    const waiting = receiver.wait('t-1');
    await settled();
    expect(await send(statusUpdate('completed'))).toBe(204);
    await registration.bind('t-1');
    expect(await waiting).toMatchObject({ id: 't-1', status: { state: 'completed' } });
  });
});

describe('a secret that several agents have', () => {
  const secret = 'secret';
  const signed = async (told: object) => {
    const body = JSON.stringify(told);
    return { body, headers: { 'x-webhook-signature': await signPayload(body, secret) } };
  };

  test('does not say which task a registration is about', async () => {
    const { receiver } = hear({ verify: hmac({ secret }) });
    const registration = await receiver.register();
    const at = async (told: object) =>
      (await receiver.handle(post(registration.url, await signed(told)))).status;
    const waiting = receiver.wait(registration);
    // Of another agent, and sent here.
    expect(await at(statusUpdate('completed', { taskId: 't-2' }))).toBe(204);
    expect(await at(statusUpdate('completed', { taskId: 't-1' }))).toBe(204);
    await registration.bind('t-1');
    expect(await waiting).toMatchObject({ id: 't-1' });
    expect(await at(statusUpdate('completed', { taskId: 't-2' }))).toBe(403);
  });

  test.each<[string, Verifier]>([
    ['all', allOf(notificationToken(), hmac({ secret }))],
    ['any', anyOf(notificationToken(), hmac({ secret }))],
  ])('does with the token of the registration beside it: %s', async (_, verify) => {
    const { receiver } = hear({ verify });
    const registration = await receiver.register();
    const { body, headers } = await signed(statusUpdate('completed'));
    const request = post(registration.url, { body, headers: { ...headers, ...tokenOf(registration) } });
    expect((await receiver.handle(request)).status).toBe(204);
    expect(await receiver.wait(registration)).toMatchObject({ id: 't-1' });
  });
});

describe('row 33: a message without a task', () => {
  test('is 204, and belongs to the task of the registration', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    expect(await posting.send(statusUpdate('working'))).toBe(204);
    expect(await posting.send({ message })).toBe(204);
    expect(posting.notifications.at(-1)).toMatchObject({ taskId: 't-1', event: { kind: 'message' } });
    expect(await known(posting)).toMatchObject({ history: [{ messageId: 'm-1' }] });
  });

  test('is told where no task is known, too', async () => {
    const posting = await registered();
    expect(await posting.send({ message })).toBe(204);
    expect(posting.notifications).toMatchObject([
      { taskId: undefined, registrationId: posting.registration.id, task: { kind: 'message' } },
    ]);
    expect(await posting.send({ message })).toBe(204);
    expect(posting.notifications).toHaveLength(1);
  });
});

describe('row 34: an exact duplicate', () => {
  test.each<[string, object]>([
    ['of a status', statusUpdate('working', { timestamp: '2025-01-01T00:00:00Z' })],
    ['of a task', task('working')],
    ['of an artifact', artifactUpdate('Hello')],
    ['of a message', { message: { ...message, taskId: 't-1' } }],
  ])('%s is 204, and not told again', async (_, body) => {
    const posting = await registered();
    expect(await posting.send(body)).toBe(204);
    expect(await posting.send(body)).toBe(204);
    expect(posting.notifications).toHaveLength(1);
  });

  test('is one even after others came', async () => {
    const posting = await registered();
    const first = statusUpdate('working', { text: 'one' });
    await posting.send(first);
    await posting.send(statusUpdate('working', { text: 'two' }));
    await posting.send(first);
    expect(posting.notifications).toHaveLength(2);
  });

  test('is no chunk that is appended, unless its delivery has an id', async () => {
    const posting = await registered();
    const chunk = artifactUpdate('ha', { append: true });
    await posting.send(chunk);
    await posting.send(chunk);
    await posting.send(chunk, { 'x-a2a-delivery-id': 'd-1' });
    await posting.send(chunk, { 'x-a2a-delivery-id': 'd-1' });
    await posting.send(chunk, { 'webhook-id': 'd-2' });
    expect(posting.notifications).toHaveLength(4);
    expect(await known(posting)).toMatchObject({ artifacts: [{ parts: Array(4).fill({ text: 'ha' }) }] });
  });

  test('is one under another id, too, unless that is signed', async () => {
    const posting = await registered();
    await posting.send(statusUpdate('working'), { 'x-a2a-delivery-id': 'd-1' });
    await posting.send(statusUpdate('working'), { 'x-a2a-delivery-id': 'd-2' });
    expect(states(posting)).toEqual(['working']);
    let deliveryId = 'd-1';
    const signing = await registered({ verify: () => ({ outcome: 'pass', headers: [], deliveryId }) });
    await signing.send(statusUpdate('working'));
    deliveryId = 'd-2';
    await signing.send(statusUpdate('working'));
    await signing.send(statusUpdate('completed'));
    expect(states(signing)).toEqual(['working', 'working']);
  });

  test('is none by an id that anybody could have written', async () => {
    const posting = await registered();
    const chunk = (text: string) => artifactUpdate(text, { append: true });
    await posting.send(chunk('one'), { 'webhook-id': 'd-1' });
    await posting.send(chunk('two'), { 'webhook-id': 'd-1' });
    await posting.send(statusUpdate('completed'), { 'webhook-id': 'd-1' });
    expect(await known(posting)).toMatchObject({
      status: { state: 'completed' },
      artifacts: [{ parts: [{ text: 'one' }, { text: 'two' }] }],
    });
  });

  test('is of its registration alone', async () => {
    const heard = await registered();
    const other = await registered();
    expect(await heard.send(statusUpdate('working'))).toBe(204);
    expect(await other.send(statusUpdate('working'))).toBe(204);
    expect([heard.notifications.length, other.notifications.length]).toEqual([1, 1]);
  });

  test('that may be the same question once more is to be asked about', async () => {
    const posting = await registered();
    const question = statusUpdate('input-required', { text: 'Which day?' });
    await posting.send(question);
    await posting.send(statusUpdate('working'));
    await posting.send(question);
    expect(posting.notifications).toHaveLength(2);
    expect(posting.reconciled).toMatchObject([{ reason: 'repeated', taskIds: ['t-1'] }]);
  });
});

describe('row 35: at work after the end', () => {
  test.each(['completed', 'failed', 'canceled', 'rejected'])('is 204 and stale after %s', async end => {
    const posting = await registered();
    await posting.send(statusUpdate(end, { timestamp: '2025-01-01T00:00:00Z' }));
    expect(await posting.send(statusUpdate('working', { timestamp: '2025-01-02T00:00:00Z' }))).toBe(204);
    expect(await posting.send(task('TASK_STATE_INPUT_REQUIRED'))).toBe(204);
    expect(states(posting)).toEqual([end]);
    expect(await known(posting)).toMatchObject({ status: { state: end } });
  });

  test('and so is an older state by the time it has, to the microsecond', async () => {
    const posting = await registered();
    const at = (state: string, timestamp: string) => posting.send(statusUpdate(state, { timestamp }));
    await at('input-required', '2025-01-01T00:00:00.123456Z');
    await at('working', '2025-01-01T00:00:00.123455Z');
    await at('submitted', '2025-01-01T01:00:00.123455+01:00');
    expect(states(posting)).toEqual(['input-required']);
    await at('working', '2025-01-01T00:00:00.123456Z');
    await at('auth-required', '2025-01-01T00:00:00.1234561Z');
    await at('working', '2024-12-31T23:00:01-01:00');
    expect(states(posting)).toEqual(['input-required', 'working', 'auth-required', 'working']);
  });
});

describe('an end', () => {
  test.each(['completed', 'failed'])('that is %s is news even by a clock that is behind', async end => {
    const posting = await registered();
    const ahead = new Date(Date.now() + 23 * 3_600_000).toISOString();
    await posting.send(statusUpdate('working', { timestamp: ahead }));
    const timestamp = new Date().toISOString();
    expect(await posting.send(statusUpdate(end, { timestamp }))).toBe(204);
    expect(states(posting)).toEqual(['working', end]);
    expect(await known(posting)).toMatchObject({ status: { state: end, timestamp } });
  });

  test('told as a whole task ends the wait, whatever its timestamp', async () => {
    const posting = await registered();
    await posting.send(statusUpdate('input-required', { timestamp: '2025-01-01T00:00:00.5Z' }));
    const status = { state: 'completed', timestamp: '2025-01-01T00:00:00.4Z' };
    await posting.send(task('completed', { status }));
    expect(await posting.receiver.wait(posting.registration)).toMatchObject({ status });
  });
});

describe('row 36: another end', () => {
  test('is 204, the first is kept, and it is to be asked about', async () => {
    const posting = await registered();
    await posting.send(statusUpdate('completed'));
    expect(await posting.send(statusUpdate('failed', { timestamp: '2025-01-01T00:00:00Z' }))).toBe(204);
    expect(states(posting)).toEqual(['completed']);
    expect(posting.reconciled).toMatchObject([{ reason: 'conflict', taskIds: ['t-1'] }]);
    expect(await known(posting)).toMatchObject({ status: { state: 'completed' } });
  });

  test('the same end with what was made is news', async () => {
    const posting = await registered();
    await posting.send(statusUpdate('completed'));
    const artifacts = [{ artifactId: 'a-1', parts: [{ text: 'Here it is.' }] }];
    await posting.send(task('completed', { artifacts }));
    await posting.send(task('completed', { metadata: { again: true } }));
    expect(states(posting)).toEqual(['completed', 'completed']);
    expect(await known(posting)).toMatchObject({ artifacts: [{ artifactId: 'a-1' }] });
  });
});

describe('row 37: an artifact after the end', () => {
  test('is 204, and to be asked about', async () => {
    const posting = await registered();
    await posting.send(statusUpdate('completed'));
    expect(await posting.send(artifactUpdate('late'))).toBe(204);
    expect(states(posting)).toEqual(['completed']);
    expect(posting.reconciled).toMatchObject([{ reason: 'late-artifact', taskIds: ['t-1'] }]);
  });
});

describe('row 38: a timestamp that is none', () => {
  test.each(['9999-12-31T23:59:59Z', 'garbage', '', '275760-09-13', 'T'.repeat(10_000)])(
    '%.30s is 204, and ignored',
    async timestamp => {
      const posting = await registered();
      expect(await posting.send(statusUpdate('working', { timestamp }))).toBe(204);
      expect(await posting.send(statusUpdate('completed', { timestamp: '2025-01-01T00:00:00Z' }))).toBe(204);
      expect(states(posting)).toEqual(['working', 'completed']);
      const [first] = posting.notifications;
      expect(first?.event).not.toHaveProperty('status.timestamp');
    },
  );

  test.each([1, {}, [], true, null])('%j is 204, and ignored', async timestamp => {
    const posting = await registered();
    const body = { statusUpdate: { taskId: 't-1', status: { state: 'working', timestamp } } };
    expect(await posting.send(body)).toBe(204);
    expect(states(posting)).toEqual(['working']);
  });
});

describe("row 39: PraisonAI's thin notification", () => {
  test('is 204, and the task is to be asked for', async () => {
    const posting = await registered();
    const body = { taskId: 't-1', status: { state: 'completed' }, timestamp: null };
    expect(await posting.send(body)).toBe(204);
    expect(states(posting)).toEqual(['completed']);
    expect(posting.reconciled).toMatchObject([{ reason: 'thin', taskIds: ['t-1'] }]);
  });

  test('makes those who wait ask', async () => {
    const posting = await registered();
    await posting.registration.bind('t-1');
    await posting.send({ taskId: 't-1', status: { state: 'completed' }, timestamp: null });
    const artifacts = [{ artifactId: 'a-1', parts: [{ kind: 'text' as const, text: 'All of it' }] }];
    const status = { state: 'completed' as const };
    const getTask = async (id: string) => ({ kind: 'task' as const, id, status, artifacts, history: [] });
    const done = await posting.receiver.wait('t-1', { source: { getTask } });
    expect(done.artifacts).toEqual(artifacts);
  });
});

test('more than is kept is to be asked about', async () => {
  const posting = await registered({ limits: { bodyBytes: 10_000 } });
  const chunk = (nth: number) => artifactUpdate(`${nth}`.padEnd(4_000, '.'), { append: true });
  for (let nth = 0; nth < 3; nth += 1) expect(await posting.send(chunk(nth))).toBe(204);
  expect(posting.notifications).toHaveLength(3);
  expect(posting.reconciled).toMatchObject([{ reason: 'too-large', taskIds: ['t-1'] }]);
  expect(await known(posting)).toMatchObject({ id: 't-1', artifacts: [] });
  await posting.send(statusUpdate('completed'));
  expect(posting.reconciled).toHaveLength(2);
  expect(await posting.receiver.wait(posting.registration)).toMatchObject({ artifacts: [] });
  // What is told as a whole is not in want of anything.
  await posting.send(task('completed', { artifacts: [{ artifactId: 'a-1', parts: [{ text: 'All' }] }] }));
  expect(posting.reconciled).toHaveLength(2);
  expect(await known(posting)).toMatchObject({ artifacts: [{ artifactId: 'a-1' }] });
});

describe('at a shared url', () => {
  test('tasks are told apart by their ids', async () => {
    const heard = hear({ shared: notificationToken('secret') });
    const headers = { 'x-a2a-notification-token': 'secret' };
    const send = async (body: object) => (await heard.receiver.handle(post(base, { body, headers }))).status;
    const waiting = heard.receiver.wait('t-2');
    expect(await send(statusUpdate('completed', { taskId: 't-1' }))).toBe(204);
    expect(await send(statusUpdate('completed', { taskId: 't-2' }))).toBe(204);
    await settled();
    expect(heard.notifications.map(({ taskId }) => taskId)).toEqual(['t-1', 't-2']);
    expect(await waiting).toMatchObject({ id: 't-2' });
    expect(await heard.receiver.wait('t-1')).toMatchObject({ id: 't-1' });
  });

  test('what comes there counts for a task whose registration is gone', async () => {
    const heard = hear({ shared: notificationToken('secret') });
    const registration = await heard.receiver.register();
    await registration.bind('t-1');
    await registration.revoke();
    const headers = { 'x-a2a-notification-token': 'secret' };
    const body = statusUpdate('completed', { taskId: 't-1' });
    expect((await heard.receiver.handle(post(base, { body, headers }))).status).toBe(204);
    expect(await heard.receiver.wait('t-1')).toMatchObject({ id: 't-1' });
  });

  test('what comes there says nothing of a task that is bound to a registration', async () => {
    const heard = hear({ shared: notificationToken('secret') });
    const registration = await heard.receiver.register();
    await registration.bind('t-1');
    const headers = { 'x-a2a-notification-token': 'secret' };
    const body = statusUpdate('completed', { taskId: 't-1' });
    expect((await heard.receiver.handle(post(base, { body, headers }))).status).toBe(204);
    await expect(heard.receiver.wait('t-1', { timeout: 20 })).rejects.toThrow('did not stop');
  });
});
