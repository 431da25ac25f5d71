import { createHmac } from 'node:crypto';
import {
  type Agent,
  artifact,
  completed,
  createReferenceServer,
  failed,
  inputRequired,
  NotificationError,
  type PushOptions,
  type ReferenceServer,
  type ReferenceServerOptions,
  reply,
  working,
} from 'a2a-await/testing';
import { setupServer } from 'msw/node';
import { describe, expect, it, vi } from 'vitest';
import { readEvents } from './stream-support.js';
import { ask, call, type Json, praisonMessage, v1Message, v03Message, type Wire } from './support.js';

const url = 'https://hooks.example/1';

/** A webhook that keeps what it gets, and answers as told. */
function webhook(answer: (nth: number, request: Request) => Response | Promise<Response> = () => ok()) {
  const bodies: Wire[] = [];
  const fetch = vi.fn(async (input: string | URL | Request) => {
    const request = input as Request;
    bodies.push(await request.clone().json());
    return answer(bodies.length, request);
  });
  return { fetch, bodies };
}

const ok = () => new Response(null, { status: 204 });

function serverWith(push: PushOptions, options: ReferenceServerOptions = {}): ReferenceServer {
  return createReferenceServer({ push, ...options });
}

/** Sends a message with a configuration in it. */
function sendTo(
  server: ReferenceServer,
  {
    config = {},
    message = {},
    ...configuration
  }: { config?: Json; message?: Json; [name: string]: unknown } = {},
) {
  return call(server, 'SendMessage', {
    message: v1Message('hi', message),
    configuration: { taskPushNotificationConfig: { url, ...config }, ...configuration },
  });
}

async function notified(server: ReferenceServer, count: number): Promise<ReferenceServer['notifications']> {
  await vi.waitFor(() => expect(server.notifications).toHaveLength(count));
  return server.notifications;
}

const steps: Agent = function* () {
  yield working('one');
  yield artifact('two');
  yield completed();
};

/** What a StreamResponse says, in a word. */
const gist = ({ task, message, statusUpdate, artifactUpdate }: Wire): string =>
  task?.status.state ?? statusUpdate?.status.state ?? (artifactUpdate ? 'artifact' : message && 'message');

const whole = ['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING', 'artifact', 'TASK_STATE_COMPLETED'];

describe('a task with a webhook is told of', () => {
  it('from its beginning, event by event, in 1.0', async () => {
    const { fetch, bodies } = webhook();
    await using server = serverWith({ fetch }, { agent: steps });
    const { result } = await sendTo(server, { config: { token: 'tok' } });
    const [first] = await notified(server, 4);
    expect(bodies.map(gist)).toEqual(whole);
    expect(bodies[0].task.id).toBe(result.task.id);
    expect(first).toEqual({
      url,
      headers: { 'content-type': 'application/json', 'x-a2a-notification-token': 'tok' },
      body: bodies[0],
      taskId: result.task.id,
      status: 204,
      attempts: 1,
    });
  });

  it('as the whole task at each event, in 0.3', async () => {
    const { fetch, bodies } = webhook();
    await using server = serverWith({ fetch }, { agent: steps, dialect: '0.3' });
    const configuration = { pushNotificationConfig: { url } };
    const { result } = await call(server, 'message/send', { message: v03Message('hi'), configuration });
    await notified(server, 4);
    expect(bodies.map(({ kind, status }) => [kind, status.state])).toEqual([
      ['task', 'submitted'],
      ['task', 'working'],
      ['task', 'working'],
      ['task', 'completed'],
    ]);
    expect(bodies.map(({ artifacts = [] }) => artifacts.length)).toEqual([0, 0, 1, 1]);
    expect(bodies.at(-1)).toEqual(result);
  });

  it('at each status and thinly, by PraisonAI as its guide extends it', async () => {
    const { fetch, bodies } = webhook();
    let goOn = () => {};
    const agent: Agent = async function* () {
      await new Promise<void>(resolve => {
        goOn = resolve;
      });
      yield* [working(), artifact('x'), completed()];
    };
    await using server = serverWith({ fetch }, { agent, dialect: 'praison' });
    const configuration = { returnImmediately: true };
    const { result } = await call(server, 'message/send', { message: praisonMessage('hi'), configuration });
    const taskId = result.id;
    const authentication = { scheme: 'Bearer', credentials: 'cred' };
    const config = { taskId, url, token: 'tok', authentication };
    await call(server, 'tasks/pushNotificationConfig/set', config);
    goOn();
    const [first] = await notified(server, 2);
    const timestamp = expect.stringMatching(/^\d{4}-.*\+00:00$/);
    expect(bodies).toEqual([
      { taskId, status: { state: 'working' }, timestamp },
      { taskId, status: { state: 'completed' }, timestamp },
    ]);
    expect(first?.headers).toEqual({
      'content-type': 'application/json',
      'x-webhook-token': 'tok',
      authorization: 'Bearer cred',
    });
  });

  it.each([
    ['event', ['task', 'status-update', 'artifact-update', 'status-update']],
    ['task-update', ['submitted', 'working', 'completed']],
    ['thin', ['submitted', 'working', 'completed']],
  ] as const)('in the shape %s, whatever the dialect', async (shape, told) => {
    const { fetch, bodies } = webhook();
    await using server = serverWith({ fetch, shape }, { agent: steps });
    await sendTo(server);
    await notified(server, told.length);
    expect(bodies.map(body => body.kind ?? body.state ?? body.status.state)).toEqual(told);
    if (shape === 'task-update') expect(bodies.map(({ task }) => task.status.state)).toEqual(told);
  });

  it('signed, if it is to be', async () => {
    let signed = '';
    const { fetch } = webhook(async (_, request) => {
      signed = await request.text();
      return ok();
    });
    await using server = serverWith({ fetch, sign: { secret: 's3' } }, { agent: () => [completed()] });
    await sendTo(server);
    const notifications = await notified(server, 2);
    const mac = createHmac('sha256', 's3').update(signed).digest('hex');
    expect(notifications[1]?.headers['x-webhook-signature']).toBe(`sha256=${mac}`);
  });

  /** Works until it is told to go on. */
  function patientAgent() {
    let goOn = () => {};
    const agent: Agent = async function* () {
      yield working();
      await new Promise<void>(resolve => {
        goOn = resolve;
      });
      yield artifact('x');
    };
    return { agent, goOn: () => goOn() };
  }

  it('from when the configuration was set', async () => {
    const { fetch, bodies } = webhook();
    const { agent, goOn } = patientAgent();
    await using server = serverWith({ fetch }, { agent });
    const configuration = { returnImmediately: true };
    const { result } = await call(server, 'SendMessage', { message: v1Message('hi'), configuration });
    const { id } = result.task;
    await vi.waitFor(() => expect(server.tasks.get(id)?.status.state).toBe('working'));
    await call(server, 'CreateTaskPushNotificationConfig', { taskId: id, url });
    goOn();
    await notified(server, 2);
    expect(bodies.map(gist)).toEqual(['artifact', 'TASK_STATE_COMPLETED']);
  });

  it('until the configuration is deleted', async () => {
    const { fetch, bodies } = webhook();
    const { agent, goOn } = patientAgent();
    await using server = serverWith({ fetch }, { agent });
    const { result } = await sendTo(server, { returnImmediately: true, config: { id: 'c1' } });
    await notified(server, 2);
    const { id } = result.task;
    await call(server, 'DeleteTaskPushNotificationConfig', { taskId: id, id: 'c1' });
    goOn();
    await vi.waitFor(() => expect(server.tasks.get(id)?.status.state).toBe('completed'));
    expect(bodies.map(gist)).toEqual(whole.slice(0, 2));
  });

  it('to each of its webhooks', async () => {
    const { fetch } = webhook();
    const agent: Agent = turn => (turn.task ? [completed()] : [inputRequired('?')]);
    await using server = serverWith({ fetch }, { agent });
    const { result } = await sendTo(server, { config: { id: 'c1' } });
    await notified(server, 2);
    const message = { taskId: result.task.id };
    await sendTo(server, { message, config: { id: 'c2', url: 'https://other.example/2' } });
    const notifications = await notified(server, 6);
    expect(notifications.slice(2).map(notification => [notification.url, gist(notification.body)])).toEqual([
      [url, 'TASK_STATE_WORKING'],
      ['https://other.example/2', 'TASK_STATE_WORKING'],
      [url, 'TASK_STATE_COMPLETED'],
      ['https://other.example/2', 'TASK_STATE_COMPLETED'],
    ]);
  });

  it('while it is streamed', async () => {
    const { fetch, bodies } = webhook();
    await using server = serverWith({ fetch }, { agent: steps });
    const configuration = { taskPushNotificationConfig: { url } };
    const response = await ask(server, 'SendStreamingMessage', { message: v1Message('hi'), configuration });
    const told: string[] = [];
    for await (const { data } of readEvents(response)) told.push(gist((data as Wire).result));
    await notified(server, 4);
    expect([told, bodies.map(gist)]).toEqual([whole, whole]);
  });

  it('when it is canceled, and when the agent throws', async () => {
    const { fetch, bodies } = webhook();
    const agent: Agent = async function* (turn) {
      if (turn.text === 'throw') throw new Error('boom');
      yield working();
      await turn.sleep(60_000);
    };
    await using server = serverWith({ fetch }, { agent });
    const { result } = await sendTo(server, { returnImmediately: true });
    await notified(server, 2);
    await call(server, 'CancelTask', { id: result.task.id });
    await notified(server, 3);
    expect(gist(bodies[2])).toBe('TASK_STATE_CANCELED');
    await sendTo(server, { message: { parts: [{ text: 'throw' }] } });
    await notified(server, 5);
    expect(bodies.slice(3).map(gist)).toEqual(['TASK_STATE_SUBMITTED', 'TASK_STATE_FAILED']);
  });

  it('as the direct answer, where that comes instead of a task', async () => {
    for (const [shape, told] of [
      ['stream-response', ['message']],
      ['thin', []],
    ] as const) {
      const { fetch, bodies } = webhook();
      await using server = serverWith({ fetch, shape, early: true }, { agent: () => [reply('hello')] });
      const { result } = await sendTo(server);
      expect(result.message.parts).toEqual([{ text: 'hello' }]);
      expect(bodies.map(gist)).toEqual(told);
      expect(server.tasks.size).toBe(0);
    }
  });
});

describe('a delivery', () => {
  it('that fails is recorded with why, and not tried again', async () => {
    const { fetch, bodies } = webhook(nth => new Response(null, { status: nth === 1 ? 503 : 200 }));
    await using server = serverWith({ fetch }, { agent: () => [completed()] });
    await sendTo(server);
    const [first, second] = await notified(server, 2);
    expect(first).toMatchObject({ status: 503, attempts: 1, error: { reason: 'status', status: 503 } });
    expect(first?.error).toBeInstanceOf(NotificationError);
    expect(second).toMatchObject({ status: 200, attempts: 1 });
    expect(second).not.toHaveProperty('error');
    expect(bodies).toHaveLength(2);
  });

  it('is tried again if the option says so, and what follows waits for it', async () => {
    const { fetch, bodies } = webhook(nth => new Response(null, { status: nth < 3 ? 503 : 200 }));
    await using server = serverWith({ fetch, retries: 2, minDelay: 1 }, { agent: steps });
    await sendTo(server);
    const [first] = await notified(server, 4);
    expect(first).toMatchObject({ status: 200, attempts: 3 });
    expect(bodies.map(gist)).toEqual([whole[0], whole[0], ...whole]);
  });

  it('goes to no private address unless that is allowed', async () => {
    const { fetch, bodies } = webhook();
    const config = { url: 'http://127.0.0.1:1/hook' };
    await using server = serverWith({ fetch }, { agent: () => [completed()] });
    await sendTo(server, { config });
    const [refused] = await notified(server, 2);
    expect(refused).toMatchObject({ attempts: 0, error: { reason: 'refused' } });
    expect(refused).not.toHaveProperty('status');
    expect(bodies).toEqual([]);
    await using allowing = serverWith({ fetch, allowPrivate: ['127.0.0.1'] }, { agent: () => [completed()] });
    await sendTo(allowing, { config });
    expect((await notified(allowing, 2)).map(({ status }) => status)).toEqual([204, 204]);
  });

  it('whose headers cannot be written is refused, and the agent does not mind', async () => {
    await using server = serverWith(webhook(), { agent: () => [completed()] });
    const { result } = await sendTo(server, { config: { token: 'a\nb' } });
    expect(result.task.status.state).toBe('TASK_STATE_COMPLETED');
    const [first] = await notified(server, 2);
    expect(first).toMatchObject({ headers: {}, attempts: 0, error: { reason: 'refused' } });
  });

  it('goes through the global fetch, which msw sees', async () => {
    await using app = createReferenceServer({ url: 'https://hooks.example' });
    const network = setupServer(...app.handlers);
    network.listen();
    try {
      await using server = createReferenceServer({ push: true, agent: () => [completed()] });
      await sendTo(server);
      await notified(server, 2);
      expect(app.requests.map(({ path, body }) => [path, gist(body)])).toEqual([
        ['/1', 'TASK_STATE_SUBMITTED'],
        ['/1', 'TASK_STATE_COMPLETED'],
      ]);
    } finally {
      network.close();
    }
  });

  it('is recorded among the last 10,000', async () => {
    const { fetch } = webhook();
    const agent: Agent = function* () {
      for (let count = 0; count < 10_010; count++) yield working();
    };
    const bad = { url: 'http://10.0.0.1/' };
    await using server = serverWith({ fetch }, { agent });
    await sendTo(server, { config: bad });
    await vi.waitFor(
      () => expect(gist(server.notifications.at(-1)?.body)).toBe('TASK_STATE_COMPLETED'),
      10_000,
    );
    expect(server.notifications).toHaveLength(10_000);
    expect(gist(server.notifications[0]?.body)).toBe('TASK_STATE_WORKING');
  });
});

describe('an accident', () => {
  /** What the webhook is told when so many notifications were sent, or lost. */
  async function accident(push: PushOptions, count = 4) {
    const { fetch, bodies } = webhook();
    const server = serverWith({ fetch, ...push }, { agent: steps });
    await sendTo(server);
    await notified(server, count);
    await server.close();
    return { told: bodies.map(gist), server };
  }

  it('loses notifications', async () => {
    const { told, server } = await accident({ mishap: ({ nth }) => (nth === 2 ? 'lose' : undefined) });
    expect(told).toEqual([whole[0], whole[2], whole[3]]);
    expect(server.notifications[1]).toMatchObject({ mishap: 'lose', attempts: 0 });
    expect(server.notifications[1]).not.toHaveProperty('status');
  });

  it('makes them come twice, with the same delivery id', async () => {
    const { told, server } = await accident({ mishap: 'duplicate', deliveryIdHeader: 'X-Id' }, 8);
    expect(told).toEqual(whole.flatMap(state => [state, state]));
    const ids = server.notifications.map(({ headers }) => headers['x-id']);
    expect(new Set(ids).size).toBe(4);
    expect(server.notifications.every(({ mishap }) => mishap === 'duplicate')).toBe(true);
  });

  it('brings them out of order, and loses none', async () => {
    const { told } = await accident({ mishap: 'late' });
    expect(told).toEqual([whole[1], whole[0], whole[3], whole[2]]);
  });

  it('brings one later, and what follows after it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { fetch, bodies } = webhook();
      const delayed: PushOptions['mishap'] = ({ nth }) => (nth === 2 ? { delay: 500 } : undefined);
      await using server = serverWith({ fetch, mishap: delayed }, { agent: steps });
      await sendTo(server);
      while (vi.getTimerCount() === 0) await new Promise(resolve => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(499);
      expect(bodies.map(gist)).toEqual(whole.slice(0, 1));
      await vi.advanceTimersByTimeAsync(1);
      while (server.notifications.length < 4) await new Promise(resolve => setImmediate(resolve));
      expect(bodies.map(gist)).toEqual(whole);
      expect(server.notifications[1]).toMatchObject({ mishap: { delay: 500 }, attempts: 1, status: 204 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets the last one through, which nothing could overtake', async () => {
    const { told } = await accident({ mishap: ({ nth }) => (nth === 4 ? 'late' : undefined) });
    expect(told).toEqual(whole);
  });

  it('is decided by what the notification tells', async () => {
    const asked: unknown[] = [];
    const { server } = await accident({
      mishap(notification) {
        asked.push(notification);
        return undefined;
      },
    });
    const taskId = server.tasks.list()[0]?.id;
    expect(asked).toEqual([
      { nth: 1, taskId, kind: 'task', state: 'submitted' },
      { nth: 2, taskId, kind: 'status-update', state: 'working' },
      { nth: 3, taskId, kind: 'artifact-update' },
      { nth: 4, taskId, kind: 'status-update', state: 'completed' },
    ]);
  });

  it('that the test gets wrong is recorded, and what follows goes on', async () => {
    const { told, server } = await accident({
      mishap({ nth }) {
        if (nth === 1) throw new Error('oops');
        return nth === 2 ? ('explode' as never) : undefined;
      },
    });
    expect(told).toEqual(whole.slice(2));
    expect(server.notifications[0]?.error?.cause).toEqual(new Error('oops'));
    expect(server.notifications[1]?.error?.cause).toBeInstanceOf(TypeError);
  });
});

describe('notifications and the agent', () => {
  /** A webhook that answers when it is told to. */
  function slowWebhook() {
    const gates: (() => void)[] = [];
    const { fetch, bodies } = webhook(
      () => new Promise(resolve => gates.push(() => resolve(new Response(null, { status: 200 })))),
    );
    return { fetch, bodies, open: () => gates.shift()?.() };
  }

  it('the agent and its caller wait for no webhook', async () => {
    const { fetch, bodies } = slowWebhook();
    await using server = serverWith({ fetch }, { agent: steps });
    const { result } = await sendTo(server);
    expect(result.task.status.state).toBe('TASK_STATE_COMPLETED');
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    expect(server.notifications).toEqual([]);
  });

  it('each comes when the one before has arrived', async () => {
    const { fetch, bodies, open } = slowWebhook();
    await using server = serverWith({ fetch }, { agent: steps });
    await sendTo(server);
    for (let count = 1; count <= 4; count++) {
      await vi.waitFor(() => expect(bodies).toHaveLength(count));
      open();
    }
    await notified(server, 4);
    expect(bodies.map(gist)).toEqual(whole);
  });

  it('what is queued when the configuration is deleted is not sent, nor to where it was when it is replaced', async () => {
    const { fetch, bodies, open } = slowWebhook();
    await using server = serverWith({ fetch }, { agent: steps });
    const { result } = await sendTo(server, { config: { id: 'c1' } });
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    const taskId = result.task.id;
    const moved = 'https://moved.example/';
    await call(server, 'CreateTaskPushNotificationConfig', { taskId, id: 'c1', url: moved });
    open();
    await vi.waitFor(() => expect(bodies).toHaveLength(2));
    await call(server, 'DeleteTaskPushNotificationConfig', { taskId, id: 'c1' });
    open();
    await notified(server, 2);
    // Long enough for what would follow to set out.
    for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
    expect(server.notifications.map(notification => notification.url)).toEqual([url, moved]);
    expect(bodies).toHaveLength(2);
  });

  it('the agent waits, if it is to', async () => {
    const { fetch, bodies, open } = slowWebhook();
    await using server = serverWith({ fetch, holdAgent: true }, { agent: steps });
    const sent = sendTo(server);
    for (const states of [
      ['submitted', 'working'],
      ['working', 'working'],
      ['working', 'working'],
    ]) {
      await vi.waitFor(() => expect(gist(bodies.at(-1) ?? {})).toBeDefined());
      expect(states).toContain(server.tasks.list()[0]?.status.state);
      const before = bodies.length;
      open();
      await vi.waitFor(() => expect(bodies).toHaveLength(before + 1));
    }
    expect(server.notifications).toHaveLength(3);
    open();
    expect((await sent).result.task.status.state).toBe('TASK_STATE_COMPLETED');
    expect(server.notifications).toHaveLength(4);
  });

  it('a cancel does not wait for the webhook that holds the agent', async () => {
    const { fetch, bodies } = slowWebhook();
    await using server = serverWith({ fetch, holdAgent: true }, { agent: steps });
    const { result } = await sendTo(server, { returnImmediately: true });
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    const { result: canceled } = await call(server, 'CancelTask', { id: result.task.id });
    expect(canceled.status.state).toBe('TASK_STATE_CANCELED');
  });

  it.each([
    ['SendMessage', { returnImmediately: true }],
    ['SendMessage', {}],
    ['SendStreamingMessage', {}],
  ])('%s %o is answered after the notifications so far, if it is to be early', async (method, fields) => {
    const { fetch, bodies, open } = slowWebhook();
    await using server = serverWith({ fetch, early: true }, { agent: () => [inputRequired('?')] });
    const configuration = { taskPushNotificationConfig: { url }, ...fields };
    let answered = false;
    const answer = ask(server, method, { message: v1Message('hi'), configuration }).then(response => {
      answered = true;
      return response.text();
    });
    for (const state of ['TASK_STATE_SUBMITTED', 'TASK_STATE_INPUT_REQUIRED']) {
      await vi.waitFor(() => expect(gist(bodies.at(-1) ?? {})).toBe(state));
      expect(answered).toBe(false);
      open();
    }
    await answer;
    expect(server.notifications).toHaveLength(2);
  });

  it('a send that does not wait is answered before the first notification leaves', async () => {
    const order: string[] = [];
    const { fetch } = webhook(() => {
      order.push('notification');
      return ok();
    });
    const agent: Agent = async function* (turn) {
      await turn.sleep(10);
      yield completed();
    };
    await using server = serverWith({ fetch }, { agent });
    await sendTo(server, { returnImmediately: true }).then(() => order.push('answer'));
    await notified(server, 2);
    expect(order).toEqual(['answer', 'notification', 'notification']);
  });
});

describe('closing the server', () => {
  it('aborts the delivery that is under way, and drops what follows', async () => {
    let signal: AbortSignal | undefined;
    const { fetch, bodies } = webhook((_, request) => {
      signal = request.signal;
      return new Promise<Response>(() => {});
    });
    const server = serverWith({ fetch }, { agent: steps });
    await sendTo(server);
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    await server.close();
    expect(signal?.aborted).toBe(true);
    expect(server.notifications).toMatchObject([{ attempts: 1, error: { reason: 'aborted' } }]);
    expect(bodies).toHaveLength(1);
  });

  it('ends the wait for another try, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { fetch, bodies } = webhook(() => new Response(null, { status: 503 }));
      const server = serverWith({ fetch, retries: 3 }, { agent: () => [failed('no')] });
      await sendTo(server);
      while (bodies.length === 0) await new Promise(resolve => setImmediate(resolve));
      await server.close();
      expect(vi.getTimerCount()).toBe(0);
      expect(server.notifications).toMatchObject([{ attempts: 1, error: { reason: 'aborted' } }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('aborts the notification that is to come later, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { fetch, bodies } = webhook();
      const server = serverWith({ fetch, mishap: { delay: 1_000 } }, { agent: steps });
      await sendTo(server);
      while (vi.getTimerCount() === 0) await new Promise(resolve => setImmediate(resolve));
      await server.close();
      expect(vi.getTimerCount()).toBe(0);
      expect(server.notifications).toMatchObject([{ attempts: 0, error: { reason: 'aborted' } }]);
      expect(bodies).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes a send with it that waits for a webhook', async () => {
    const { fetch, bodies } = webhook(() => new Promise<Response>(() => {}));
    const server = serverWith({ fetch, early: true }, { agent: () => [completed()] });
    const sent = sendTo(server);
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    await server.close();
    expect((await sent).result.task.status.state).toBe('TASK_STATE_COMPLETED');
  });
});
