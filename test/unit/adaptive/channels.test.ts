import { A2AClient, AdaptiveClient, type Task, type TaskHandle, textDeltas } from 'a2a-await';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RpcReply, type RpcRequest, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

// What brings news of a task: over a fetch that the test answers, and a receiver that is notified for real.

expectNoUnhandledRejections();

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const task = (state: string, status: object = {}, more: object = {}) => ({
  id: 't',
  contextId: 'c',
  status: { state: `TASK_STATE_${state}`, ...status },
  ...more,
});
const question = (text: string) => ({
  message: { messageId: text, role: 'ROLE_AGENT', parts: [{ text }] },
});
const chunk = (text: string, append: boolean) => ({
  artifactUpdate: {
    taskId: 't',
    contextId: 'c',
    artifact: { artifactId: 'a', parts: [{ text }] },
    append,
  },
});
const completed = {
  statusUpdate: { taskId: 't', contextId: 'c', status: { state: 'TASK_STATE_COMPLETED' } },
};

/** Events as they come; each waits for the one before. */
function events(id: string, results: Iterable<object> | AsyncIterable<object>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      for await (const value of results) {
        controller.enqueue(encoder.encode(`data: ${result(id, value)}\n\n`));
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** An AdaptiveClient, and what its agent's server was asked and keeps. */
function adapting(
  answers: Record<string, (request: RpcRequest) => RpcReply>,
  options: ConstructorParameters<typeof AdaptiveClient>[1] = {},
) {
  const configs = new Map<string, unknown>();
  const { fetch, requests } = rpcFetch(request => {
    const { id, method, params } = request;
    const given = answers[method];
    if (given) return given(request);
    if (method === 'SendMessage') {
      const config = (params['configuration'] as { taskPushNotificationConfig?: { id: string } })
        ?.taskPushNotificationConfig;
      if (config) configs.set(config.id, config);
      return result(id, { task: task('WORKING') });
    }
    if (method === 'CreateTaskPushNotificationConfig') {
      configs.set(String(params['id']), params);
      return result(id, params);
    }
    if (method === 'ListTaskPushNotificationConfigs') return rpcError(id, -32001, 'There is no such task.');
    if (method === 'DeleteTaskPushNotificationConfig') {
      configs.delete(String(params['id']));
      return result(id, {});
    }
    if (method === 'CancelTask') return result(id, task('CANCELED'));
    if (method === 'GetTask') return result(id, task('WORKING'));
    return rpcError(id, -32004, 'It does not.');
  });
  const endpoint = 'http://agent.test/a2a';
  const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
  const adaptive = new AdaptiveClient(client, options);
  const strategies: string[] = [];
  adaptive.on('strategy', ({ strategy }) => strategies.push(strategy));
  const count = (method: string) => requests.filter(request => request.method === method).length;
  const resumed = () => adaptive.resume({ version: 1, taskId: 't', startedAt: Date.now() });
  return { adaptive, client, configs, count, requests, resumed, strategies };
}

const hook = () => createWebhookReceiver({ url: 'https://app.test/hook' });
const asHandle = (sent: unknown) => sent as TaskHandle;

async function textOf(handle: TaskHandle, pause: number): Promise<string> {
  let text = '';
  for await (const piece of textDeltas(handle)) {
    text += piece;
    if (pause > 0) await sleep(pause);
  }
  return text;
}

describe('a stream', () => {
  it('that ends with a question older than what is known is taken up again no faster than is asked', async () => {
    const { adaptive, count, resumed } = adapting({
      GetTask: ({ id }) => result(id, task('WORKING', { timestamp: at(10) })),
      SubscribeToTask: ({ id }) => events(id, [{ task: task('INPUT_REQUIRED', { timestamp: at(5) }) }]),
    });
    const handle = resumed();
    await handle.refresh();
    await expect(handle.wait({ timeout: 1_500 })).rejects.toMatchObject({ code: 'wait-timeout' });
    // Each answer lets it be taken up once; and once it was opened.
    expect(count('SubscribeToTask')).toBeLessThanOrEqual(count('GetTask') + 1);
    expect(count('GetTask')).toBeLessThanOrEqual(6);
    await adaptive.close();
  });

  const numbers = Array.from({ length: 260 }, (_, nth) => nth);
  const whole = numbers.map(nth => `${nth},`).join('');
  async function* written(pause: number) {
    yield { task: task('WORKING') };
    for (const nth of numbers) {
      yield chunk(`${nth},`, nth > 0);
      if (nth % 20 === 0) await sleep(pause);
    }
    yield completed;
  }
  const written260 = task('COMPLETED', {}, { artifacts: [{ artifactId: 'a', parts: [{ text: whole }] }] });

  it('loses nothing and repeats nothing for who reads slowly', async () => {
    const { adaptive, resumed } = adapting({
      GetTask: ({ id }) => result(id, written260),
      SubscribeToTask: ({ id }) => events(id, written(2)),
    });
    expect(await textOf(resumed(), 2)).toBe(whole);
    await adaptive.close();
  });

  it('begun by another reader tells who comes later all of it, once', async () => {
    const { adaptive, resumed } = adapting({
      GetTask: ({ id }) => result(id, written260),
      SubscribeToTask: ({ id }) => events(id, written(20)),
    });
    const handle = resumed();
    const first = textOf(handle, 0);
    await sleep(120);
    const pieces: string[] = [];
    for await (const event of handle) {
      // Read only when more was told meanwhile.
      await sleep(1);
      if (event.kind === 'task') pieces.push(...event.artifacts.flatMap(({ parts }) => parts.map(textIn)));
      if (event.kind === 'artifact-update') pieces.push(...event.artifact.parts.map(textIn));
    }
    expect(pieces.join('')).toBe(whole);
    expect(await first).toBe(whole);
    await adaptive.close();
  });

  it('is not undone by a store that is behind it', async () => {
    const behind = { artifacts: [{ artifactId: 'a', parts: [{ text: '0,' }] }] };
    const { adaptive, resumed } = adapting({
      GetTask: ({ id }) => result(id, task('WORKING', {}, behind)),
      SubscribeToTask: ({ id }) => events(id, written(10)),
    });
    const handle = resumed();
    const reading = textOf(handle, 1);
    await sleep(60);
    await handle.refresh();
    expect(await reading).toBe(whole);
    await adaptive.close();
  });
});

describe('in a page', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('what is overdue is asked for when it comes back', async () => {
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    const { adaptive, count, resumed } = adapting({}, { strategies: ['poll'] });
    const schedule = { minimum: 500, interval: () => 600_000 };
    const waiting = resumed()
      .wait({ schedule, timeout: Infinity })
      .catch(() => {});
    await sleep(50);
    for (const name of ['online', 'pageshow', 'visibilitychange']) {
      const before = count('GetTask');
      page.dispatchEvent(new Event(name));
      await expect.poll(() => count('GetTask'), { timeout: 4_000 }).toBeGreaterThan(before);
    }
    await adaptive.close();
    await waiting;
    const after = count('GetTask');
    page.dispatchEvent(new Event('online'));
    await sleep(50);
    expect(count('GetTask')).toBe(after);
  });

  it('at most two streams are open', async () => {
    vi.resetModules();
    vi.stubGlobal('document', {});
    const fresh = await import('a2a-await');
    let open = 0;
    const { fetch } = rpcFetch(({ id, method, params }) => {
      if (method !== 'SubscribeToTask') return result(id, { ...task('WORKING'), id: params['id'] });
      open += 1;
      return events(id, [{ task: { ...task('WORKING'), id: params['id'] } }, new Promise(() => {}) as never]);
    });
    const endpoint = 'http://agent.test/a2a';
    const adaptive = new fresh.AdaptiveClient(endpoint, { endpoint, dialect: '1.0', fetch });
    const waits = ['t1', 't2', 't3', 't4'].map(taskId =>
      adaptive
        .resume({ version: 1, taskId, startedAt: Date.now() })
        .wait()
        .catch(() => {}),
    );
    await sleep(100);
    expect(open).toBe(2);
    await adaptive.close();
    await Promise.all(waits);
  });
});

describe('notifications', () => {
  /** Notifies as the server of a configuration does. */
  async function notify(receiver: ReturnType<typeof hook>, config: unknown, body: object) {
    const { url, token } = config as { url: string; token: string };
    const headers = { 'content-type': 'application/json', 'x-a2a-notification-token': token };
    return receiver.handle(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
  }
  const only = (configs: Map<string, unknown>) => [...configs.values()][0];
  const status = (state: string, more: object = {}) => ({
    statusUpdate: { taskId: 't', contextId: 'c', status: { state: `TASK_STATE_${state}`, ...more } },
  });

  it('of a second question bring that one, too', async () => {
    const receiver = hook();
    let now = task('WORKING');
    const { adaptive, configs, strategies } = adapting(
      {
        GetTask: ({ id }) => result(id, now),
        SendMessage: ({ id, params }) => {
          const { taskId } = params['message'] as { taskId?: string };
          if (!taskId) return result(id, { task: now });
          // The agent asks on at once.
          now = now.status.state.includes('INPUT') && asked.length < 2 ? second() : task('COMPLETED');
          setTimeout(() => void notify(receiver, only(configs), { task: now }), 50);
          return result(id, {
            task: task('INPUT_REQUIRED', { ...question('Which day?'), timestamp: at(1) }),
          });
        },
      },
      { webhook: receiver, strategies: ['push'] },
    );
    const second = () => task('INPUT_REQUIRED', { ...question('Which hour?'), timestamp: at(2) });
    const asked: string[] = [];
    const handle = asHandle(await adaptive.submitTask('Book a table'));
    const waiting = handle.wait({
      timeout: 8_000,
      onInterrupted: ({ status: { message } }) => {
        asked.push(message?.messageId ?? '');
        return 'this one';
      },
    });
    await expect.poll(() => strategies).toEqual(['push']);
    now = task('INPUT_REQUIRED', { ...question('Which day?'), timestamp: at(1) });
    await notify(receiver, only(configs), { task: now });
    expect((await waiting).status.state).toBe('completed');
    expect(asked).toEqual(['Which day?', 'Which hour?']);
    await adaptive.close();
    await receiver.close();
  });

  it('show what is made, as it grows', async () => {
    const receiver = hook();
    let now: object = task('WORKING');
    const { adaptive, configs, strategies } = adapting(
      { GetTask: ({ id }) => result(id, now) },
      { webhook: receiver, strategies: ['push'] },
    );
    const handle = asHandle(await adaptive.submitTask('Write'));
    const seen: number[] = [];
    const waiting = handle.wait({ onUpdate: ({ artifacts }: Task) => seen.push(artifacts.length) });
    await expect.poll(() => strategies).toEqual(['push']);
    const artifacts = [{ artifactId: 'a', parts: [{ text: 'half' }] }];
    now = task('WORKING', {}, { artifacts });
    await notify(receiver, only(configs), chunk('half', false));
    await expect.poll(() => seen.at(-1), { timeout: 3_000 }).toBe(1);
    now = task('COMPLETED', {}, { artifacts });
    await notify(receiver, only(configs), status('COMPLETED'));
    await waiting;
    await adaptive.close();
    await receiver.close();
  });

  it('that tell of a change, and then are silent because nothing happens, go on being relied on', async () => {
    const receiver = hook();
    let now: object = task('SUBMITTED');
    const { adaptive, configs, strategies } = adapting(
      { GetTask: ({ id }) => result(id, now) },
      { webhook: receiver, strategies: ['push'] },
    );
    const handle = asHandle(await adaptive.submitTask('Write'));
    const waiting = handle.wait().catch(() => {});
    await expect.poll(() => strategies).toEqual(['push']);
    await sleep(2_200);
    now = task('WORKING');
    await notify(receiver, only(configs), status('WORKING'));
    await sleep(2_400);
    expect(strategies).toEqual(['push']);
    await adaptive.close();
    await waiting;
    await receiver.close();
  });

  it('that come in great number do not make us ask as often', async () => {
    const receiver = hook();
    const { adaptive, configs, count, strategies } = adapting(
      {},
      { webhook: receiver, strategies: ['push'] },
    );
    const handle = asHandle(await adaptive.submitTask('Write'));
    const waiting = handle.wait().catch(() => {});
    await expect.poll(() => strategies).toEqual(['push']);
    for (let nth = 0; nth < 40; nth += 1) {
      await notify(receiver, only(configs), status('INPUT_REQUIRED', question(`Question ${nth}?`)));
      await sleep(20);
    }
    expect(count('GetTask')).toBeLessThanOrEqual(5);
    await adaptive.close();
    await waiting;
    await receiver.close();
  });

  it('of one agent are not believed for the task of another', async () => {
    const receiver = hook();
    const honest = await receiver.register();
    await honest.bind('t');
    const { adaptive, configs } = adapting({}, { webhook: receiver, strategies: ['push'] });
    // This agent gives its task the id of the other one's.
    await adaptive.submitTask('Write');
    const waiting = receiver.wait('t', { timeout: 5_000, throwOnFailure: false });
    expect((await notify(receiver, only(configs), status('COMPLETED'))).status).toBe(204);
    await notify(receiver, honest.toConfig(), status('FAILED'));
    expect((await waiting).status.state).toBe('failed');
    await adaptive.close();
    await receiver.close();
  });

  it('are called off for a task that ended before anybody waited', async () => {
    const receiver = hook();
    const { adaptive, configs } = adapting({}, { webhook: receiver });
    const handle = asHandle(await adaptive.submitTask('Write'));
    expect(configs.size).toBe(1);
    await handle.cancel();
    await expect.poll(() => configs.size).toBe(0);
    await adaptive.close();
    await receiver.close();
  });

  it('are not begun after close, nor left by a close amid a submit', async () => {
    const receiver = hook();
    const { adaptive, configs, count } = adapting({}, { webhook: receiver });
    const submitting = adaptive.submitTask('Write').catch(() => {});
    await expect.poll(() => count('SendMessage')).toBe(1);
    const closing = adaptive.close();
    await submitting;
    await closing;
    await expect.poll(() => configs.size).toBe(0);
    await expect(adaptive.submitTask('Write')).rejects.toMatchObject({ code: 'closed' });
    expect(count('SendMessage')).toBe(1);
    await receiver.close();
  });

  it('are called off for each of two waits, though the first was left while it registered', async () => {
    const receiver = hook();
    const { adaptive, configs, resumed, strategies } = adapting(
      {},
      { webhook: receiver, strategies: ['push'] },
    );
    const { register } = receiver;
    let isFirst = true;
    receiver.register = async given => {
      const isSlow = isFirst;
      isFirst = false;
      if (isSlow) await sleep(150);
      return register(given);
    };
    const handle = resumed();
    const left = new AbortController();
    const first = handle.wait({ signal: left.signal }).catch(() => {});
    await sleep(20);
    left.abort();
    const second = handle.wait().catch(() => {});
    await sleep(300);
    expect(strategies.at(-1)).toBe('push');
    await first;
    await adaptive.close();
    await second;
    expect(configs.size).toBe(0);
    await receiver.close();
  });
});

const textIn = (part: object) => ('text' in part ? String(part.text) : '');
