import { createHmac } from 'node:crypto';
import type { Task } from 'a2a-await';
import { NotificationError, type SendNotificationOptions, sendNotification } from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const task: Task = {
  kind: 'task',
  id: 't1',
  contextId: 'c1',
  status: { state: 'canceled', timestamp: '2026-01-02T03:04:05.678Z' },
  artifacts: [{ artifactId: 'a1', parts: [{ kind: 'text', text: 'hello' }] }],
  history: [],
};
const config = { url: 'https://hooks.example/x', token: 'tok' };
const authentication = { scheme: 'Bearer', credentials: 'cred' };

/** A webhook that answers with these statuses, one after the other, the last one for ever. */
function webhook(...answers: (number | Response | Error)[]) {
  const requests: { url: string; headers: Record<string, string>; text: string; at: number }[] = [];
  const fetch = async (input: string | URL | Request): Promise<Response> => {
    const request = input as Request;
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 204;
    const headers = Object.fromEntries(request.headers);
    requests.push({ url: request.url, headers, text: await request.text(), at: Date.now() });
    if (answer instanceof Error) throw answer;
    return typeof answer === 'number' ? new Response(null, { status: answer }) : answer.clone();
  };
  return { fetch, requests };
}

/** What it is put on HTTP as. */
async function written(options: SendNotificationOptions, to = config) {
  const { fetch, requests } = webhook(204);
  await sendNotification(to, task, { fetch, ...options });
  const [{ headers = {}, text = '' } = {}] = requests;
  return { headers, text, body: JSON.parse(text) };
}

async function failureOf(delivery: Promise<unknown>): Promise<NotificationError> {
  const error = await delivery.then(
    () => undefined,
    reason => reason,
  );
  expect(error).toBeInstanceOf(NotificationError);
  return error;
}

describe('a notification has the body of its shape', () => {
  const status = { state: 'canceled', timestamp: '2026-01-02T03:04:05.678000+00:00' };
  const bare = {
    kind: 'task',
    id: 't1',
    contextId: 'c1',
    status,
    artifacts: [{ artifactId: 'a1', parts: [{ kind: 'text', text: 'hello' }] }],
  };

  it.each([
    [
      'stream-response',
      {
        task: {
          id: 't1',
          contextId: 'c1',
          status: { state: 'TASK_STATE_CANCELED', timestamp: '2026-01-02T03:04:05.678000Z' },
          artifacts: [{ artifactId: 'a1', parts: [{ text: 'hello' }] }],
        },
      },
    ],
    ['task', bare],
    ['event', bare],
    ['thin', { taskId: 't1', status: { state: 'cancelled' }, timestamp: status.timestamp }],
    [
      'task-update',
      { type: 'task_update', taskId: 't1', state: 'canceled', timestamp: status.timestamp, task: bare },
    ],
  ] as const)('%s', async (shape, body) => {
    expect((await written({ shape })).body).toEqual(body);
  });

  const events = {
    status: { kind: 'status-update', taskId: 't1', status: task.status, final: true, metadata: { a: 1 } },
    artifact: {
      kind: 'artifact-update',
      taskId: 't1',
      artifact: { artifactId: 'a1', parts: [{ kind: 'text', text: 'x' }] },
      append: true,
      lastChunk: false,
      metadata: { a: 1 },
    },
    message: { kind: 'message', messageId: 'm1', role: 'agent', parts: [{ kind: 'text', text: 'hi' }] },
  } as const;

  it.each([
    [
      'status',
      'stream-response',
      {
        statusUpdate: {
          taskId: 't1',
          status: { state: 'TASK_STATE_CANCELED', timestamp: '2026-01-02T03:04:05.678000Z' },
          metadata: { a: 1 },
        },
      },
    ],
    ['status', 'event', { kind: 'status-update', taskId: 't1', final: true, status, metadata: { a: 1 } }],
    ['status', 'thin', { taskId: 't1', status: { state: 'cancelled' }, timestamp: status.timestamp }],
    [
      'status',
      'task-update',
      { type: 'task_update', taskId: 't1', state: 'canceled', timestamp: status.timestamp },
    ],
    [
      'artifact',
      'stream-response',
      {
        artifactUpdate: {
          taskId: 't1',
          artifact: { artifactId: 'a1', parts: [{ text: 'x' }] },
          append: true,
          metadata: { a: 1 },
        },
      },
    ],
    [
      'artifact',
      'event',
      {
        kind: 'artifact-update',
        taskId: 't1',
        artifact: { artifactId: 'a1', parts: [{ kind: 'text', text: 'x' }] },
        append: true,
        lastChunk: false,
        metadata: { a: 1 },
      },
    ],
    [
      'message',
      'stream-response',
      { message: { messageId: 'm1', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] } },
    ],
    [
      'message',
      'event',
      { kind: 'message', messageId: 'm1', role: 'agent', parts: [{ kind: 'text', text: 'hi' }] },
    ],
  ] as const)('of a %s: %s', async (event, shape, body) => {
    const { fetch, requests } = webhook(204);
    // A literal's lists are readonly, and the model's are not.
    await sendNotification(config, structuredClone(events[event]) as never, { shape, fetch });
    expect(JSON.parse(requests[0]?.text ?? '')).toEqual(body);
  });

  it('has no time where the task has none', async () => {
    const { fetch, requests } = webhook(204);
    await sendNotification(config, { ...task, status: { state: 'working' } }, { shape: 'thin', fetch });
    expect(JSON.parse(requests[0]?.text ?? '')).toEqual({
      taskId: 't1',
      status: { state: 'working' },
      timestamp: null,
    });
  });

  it.each([
    ['task', 'status'],
    ['task', 'artifact'],
    ['task', 'message'],
    ['thin', 'artifact'],
    ['thin', 'message'],
    ['task-update', 'artifact'],
  ] as const)('%s has no place for a lone %s', async (shape, event) => {
    const { fetch, requests } = webhook(204);
    const sent = sendNotification(config, structuredClone(events[event]) as never, { shape, fetch });
    await expect(sent).rejects.toThrow(`The shape ${shape} cannot tell of an event`);
    expect(requests).toEqual([]);
  });
});

describe('the headers are those that servers send', () => {
  const both = { ...config, authentication };

  it('the token and the authentication, as JSON', async () => {
    expect((await written({}, both)).headers).toEqual({
      authorization: 'Bearer cred',
      'content-type': 'application/json',
      'x-a2a-notification-token': 'tok',
    });
  });

  it.each(['A2A-Notification-Token', 'X-Webhook-Token'])('the token in %s', async tokenHeader => {
    const { headers } = await written({ tokenHeader });
    expect(headers[tokenHeader.toLowerCase()]).toBe('tok');
    expect(headers).not.toHaveProperty('x-a2a-notification-token');
  });

  it('the token as a Bearer token', async () => {
    const { headers } = await written({ tokenHeader: 'Authorization' });
    expect(headers).toEqual({ authorization: 'Bearer tok', 'content-type': 'application/json' });
  });

  it('the token only where there is no authentication', async () => {
    const token = 'without-authentication';
    expect((await written({ token }, both)).headers).not.toHaveProperty('x-a2a-notification-token');
    expect((await written({ token })).headers['x-a2a-notification-token']).toBe('tok');
  });

  it.each([
    ['any', 'Custom', 'Custom cred'],
    ['bearer-or-basic', 'Custom', undefined],
    ['bearer-or-basic', 'bearer', undefined],
    ['bearer-or-basic', 'Basic', 'Basic cred'],
    ['never', 'Bearer', undefined],
  ] as const)('authorization %s sends of the scheme %s: %s', async (authorization, scheme, header) => {
    const to = { ...config, authentication: { scheme, credentials: 'cred' } };
    expect((await written({ authorization }, to)).headers['authorization']).toBe(header);
  });

  it('nothing where the authentication has no credentials', async () => {
    const to = { ...config, authentication: { scheme: 'Bearer' } };
    expect((await written({}, to)).headers).not.toHaveProperty('authorization');
  });

  it('another content type, or none', async () => {
    const contentType = 'application/a2a+json';
    expect((await written({ contentType })).headers['content-type']).toBe(contentType);
    expect((await written({ contentType: 'none' })).headers).not.toHaveProperty('content-type');
  });

  it('a signature over the body', async () => {
    const { headers, text } = await written({ sign: { secret: 's3' } });
    const mac = createHmac('sha256', 's3').update(text).digest('hex');
    expect(headers['x-webhook-signature']).toBe(`sha256=${mac}`);
  });

  it('a signature over the time and the body', async () => {
    const sign = {
      secret: 's3',
      header: 'X-A2A-Signature',
      prefix: 'v1=',
      timestampHeader: 'X-A2A-Timestamp',
    };
    const { headers, text } = await written({ sign });
    const time = headers['x-a2a-timestamp'];
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(5);
    const mac = createHmac('sha256', 's3').update(`${time}.${text}`).digest('hex');
    expect(headers['x-a2a-signature']).toBe(`v1=${mac}`);
  });

  it('an id of the delivery, the same each time it is tried', async () => {
    const { fetch, requests } = webhook(503, 204);
    await sendNotification(config, task, { fetch, minDelay: 0, deliveryIdHeader: 'X-Delivery' });
    const [first, second] = requests.map(({ headers }) => headers['x-delivery']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
  });
});

describe('the options say it as each kind of server does', () => {
  const to = { ...config, authentication };
  const json = { 'content-type': 'application/json' };
  const token = { 'x-a2a-notification-token': 'tok' };
  const authorization = { authorization: 'Bearer cred' };
  const senders: [string, SendNotificationOptions, Record<string, string>, string][] = [
    [
      'JavaScript 1.x',
      { token: 'without-authentication', contentType: 'application/a2a+json' },
      { 'content-type': 'application/a2a+json', ...authorization },
      'task',
    ],
    ['JavaScript 0.3', { shape: 'task', authorization: 'never' }, { ...json, ...token }, 'kind'],
    ['Python 1.x', { authorization: 'never' }, { ...json, ...token }, 'task'],
    [
      'Go 2 and Rust',
      { tokenHeader: 'A2A-Notification-Token', authorization: 'bearer-or-basic' },
      { ...json, 'a2a-notification-token': 'tok', ...authorization },
      'task',
    ],
    ['Java 1.x', {}, { ...json, ...token, ...authorization }, 'task'],
    ['Java 0.3', { shape: 'task', authorization: 'never', contentType: 'none' }, token, 'kind'],
    [
      "PraisonAI's guide",
      { shape: 'thin', tokenHeader: 'X-Webhook-Token' },
      { ...json, 'x-webhook-token': 'tok', ...authorization },
      'taskId',
    ],
    [
      'inference-gateway',
      { shape: 'task-update', tokenHeader: 'Authorization' },
      { ...json, authorization: 'Bearer tok' },
      'type',
    ],
  ];

  it.each(senders)('%s', async (_, options, headers, member) => {
    const { headers: sent, body } = await written(options, to);
    expect(sent).toEqual(headers);
    expect(body).toHaveProperty(member);
  });
});

/** Lets what needs no timer go on. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve));
}

describe('it is tried again', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When each attempt was, in ms from the first. */
  async function attemptsOf(
    answers: Parameters<typeof webhook>,
    options: SendNotificationOptions = {},
  ): Promise<{ times: number[]; ended: Promise<unknown> }> {
    const { fetch, requests } = webhook(...answers);
    const ended = sendNotification(config, task, { fetch, ...options });
    ended.catch(() => {});
    await until(() => requests.length > 0);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(vi.getTimerCount()).toBe(0);
    return { times: requests.map(({ at }) => at - (requests[0]?.at ?? 0)), ended };
  }

  it('after 1, 2 and 4 s, and then given up', async () => {
    const { times, ended } = await attemptsOf([503]);
    expect(times).toEqual([0, 1_000, 3_000, 7_000]);
    expect(await failureOf(ended)).toMatchObject({ reason: 'status', status: 503, attempts: 4 });
  });

  it('until it arrives', async () => {
    const { ended } = await attemptsOf([500, new TypeError('fetch failed'), 200]);
    expect(await ended).toEqual({ status: 200, attempts: 3 });
  });

  it('as often and as slowly as the options say', async () => {
    const { times } = await attemptsOf([503], { retries: 4, minDelay: 100, maxDelay: 300 });
    expect(times).toEqual([0, 100, 300, 600, 900]);
    expect((await attemptsOf([503], { retries: 0 })).times).toEqual([0]);
  });

  it.each([408, 429, 500, 501, 503, 599])('after %d', async status => {
    expect((await attemptsOf([status, 204])).times).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 410, 413, 422])('but not after %d', async status => {
    const { times, ended } = await attemptsOf([status]);
    expect(times).toHaveLength(1);
    expect(await failureOf(ended)).toMatchObject({ reason: 'status', status, attempts: 1 });
  });

  it.each([
    [408, '5', 5_000],
    [429, '5', 5_000],
    [503, '0', 0],
    [503, '3600', 60_000],
  ])('after %d when Retry-After %s says, but within a minute', async (status, after, ms) => {
    const answer = new Response(null, { status, headers: { 'retry-after': after } });
    expect((await attemptsOf([answer, 204])).times).toEqual([0, ms]);
  });

  it('at the date that Retry-After names', async () => {
    vi.setSystemTime('2026-01-02T03:04:05Z');
    const headers = { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' };
    const { times } = await attemptsOf([new Response(null, { status: 429, headers }), 204]);
    expect(times).toEqual([0, 10_000]);
  });

  it('when there was no answer in time, though the fetch cares for no signal', async () => {
    const hang = vi.fn(() => new Promise<Response>(() => {}));
    const delivery = sendNotification(config, task, { fetch: hang, retries: 1, timeout: 5_000 });
    const failure = failureOf(delivery);
    await until(() => hang.mock.calls.length > 0);
    await vi.advanceTimersByTimeAsync(5_000 + 1_000 + 5_000);
    expect(await failure).toMatchObject({ reason: 'timeout', status: undefined, attempts: 2 });
    expect((await failure).message).toBe('The webhook at hooks.example did not answer in time, 2 times.');
  });

  it('not after an abort, which ends the wait', async () => {
    const { fetch, requests } = webhook(503);
    const controller = new AbortController();
    const failure = failureOf(sendNotification(config, task, { fetch, signal: controller.signal }));
    await until(() => requests.length > 0);
    await vi.advanceTimersByTimeAsync(500);
    controller.abort(new Error('enough'));
    expect(await failure).toMatchObject({ reason: 'aborted', attempts: 1, cause: new Error('enough') });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('it does not arrive', () => {
  it('where the answer is a redirect, which is not followed', async () => {
    const headers = { location: 'https://elsewhere.example/' };
    const { fetch, requests } = webhook(new Response(null, { status: 307, headers }));
    expect(await failureOf(sendNotification(config, task, { fetch }))).toMatchObject({
      reason: 'redirect',
      status: 307,
      message: 'The webhook at hooks.example redirects, which is not followed.',
    });
    expect(requests).toHaveLength(1);
  });

  it('where there is nobody: the cause says why', async () => {
    const cause = new TypeError('fetch failed');
    const failure = await failureOf(
      sendNotification(config, task, { fetch: webhook(cause).fetch, retries: 0 }),
    );
    expect(failure).toMatchObject({ reason: 'network', attempts: 1, cause });
    expect(failure.message).toBe('The webhook at hooks.example could not be reached, once.');
  });

  it('of many with one signal, once it fires, and Node does not warn of them', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const controller = new AbortController();
    const fetch = vi.fn(() => new Promise<Response>(() => {}));
    const failures = Array.from({ length: 20 }, () =>
      failureOf(sendNotification(config, task, { fetch, signal: controller.signal })),
    );
    await until(() => fetch.mock.calls.length === 20);
    controller.abort(new Error('enough'));
    expect((await Promise.all(failures)).map(({ reason }) => reason)).toEqual(Array(20).fill('aborted'));
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('where the signal was aborted before', async () => {
    const { fetch, requests } = webhook(204);
    const signal = AbortSignal.abort();
    expect(await failureOf(sendNotification(config, task, { fetch, signal }))).toMatchObject({
      reason: 'aborted',
      attempts: 0,
    });
    expect(requests).toEqual([]);
  });

  it('where no header can hold the token, and nobody is told which', async () => {
    const failure = await failureOf(sendNotification({ ...config, token: 'sec\nret' }, task));
    expect(failure).toMatchObject({ reason: 'refused', attempts: 0 });
    expect(failure).not.toHaveProperty('cause');
    expect(failure.message).not.toContain('sec');
  });

  it('and no error tells a secret', async () => {
    const to = { url: 'https://hooks.example/path-secret', token: 'tok-secret', authentication };
    for (const answer of [400, 302, new TypeError('fetch failed')]) {
      const { fetch } = webhook(answer);
      const failure = await failureOf(sendNotification(to, task, { fetch, retries: 0 }));
      const told = JSON.stringify([failure.message, failure.stack, failure.cause, Object.entries(failure)]);
      expect(told).not.toMatch(/secret|cred/);
    }
  });
});

describe('it goes to public addresses only', () => {
  const guarded = (url: string, allowPrivate?: boolean | string[]) => {
    const { fetch, requests } = webhook(204);
    const options = { fetch, ...(allowPrivate !== undefined && { allowPrivate }) };
    return { sent: sendNotification({ url }, task, options), requests };
  };

  it.each([
    ...[
      'http://127.0.0.1/',
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0/',
      'http://127.0.0.1./',
    ],
    ...['http://10.1.2.3/', 'http://172.16.0.1/', 'http://172.31.255.255/', 'http://192.168.1.1/'],
    ...[
      'http://169.254.169.254/latest',
      'http://100.64.0.1/',
      'http://224.0.0.1/',
      'http://255.255.255.255/',
    ],
    ...['http://192.0.2.1/', 'http://198.18.0.1/', 'http://198.19.255.255/', 'http://203.0.113.9/'],
    ...['http://localhost/', 'http://LOCALHOST./', 'https://app.localhost:8443/', 'http://localhost../'],
    ...['http://localhost.localdomain/', 'http://ip6-localhost/', 'http://ip6-loopback./'],
    ...['http://[::1]/', 'http://[::]/', 'http://[fe80::1]/', 'http://[fd00::1]/', 'http://[fc00:1::]/'],
    ...['http://[::ffff:127.0.0.1]/', 'http://[::ffff:a00:1]/', 'http://[64:ff9b::10.0.0.1]/'],
    ...['http://[2002:7f00:1::]/', 'http://[2001:db8::1]/', 'http://[2001::1]/', 'http://[ff02::1]/'],
    ...['http://[::7f00:1]/', 'http://[1:2:3:4:5:6:7:8]/', 'http://[3fff:fff::1]/'],
    ...[
      'http://[2001:1:2:3:4:5:6:7]/',
      'http://[2001:2::1]/',
      'http://[2001:10::1]/',
      'http://[2001:1ff::1]/',
    ],
    ...['ftp://hooks.example/', 'file:///etc/passwd', 'data:,x', 'https://user:pass@hooks.example/', 'hooks'],
  ])('and not to %s', async url => {
    const { sent, requests } = guarded(url);
    const failure = await failureOf(sent);
    expect(failure).toMatchObject({ reason: 'refused', attempts: 0 });
    expect(failure.message).not.toContain('pass');
    expect(requests).toEqual([]);
  });

  it.each([
    ...['https://hooks.example/', 'http://8.8.8.8/', 'http://172.15.255.255/', 'http://172.32.0.1/'],
    ...['http://[2606:4700::1111]/', 'http://[::ffff:8.8.8.8]/', 'http://[64:ff9b::8.8.8.8]/'],
    ...['https://localhost.example/', 'https://notlocalhost/', 'http://11.0.0.0/', 'http://9.255.255.255/'],
    ...['http://[2001:200:2:3:4:5:6:7]/', 'http://[3fff:1000::1]/', 'https://ip6-localhost.example/'],
  ])('but to %s', async url => {
    expect(await guarded(url).sent).toEqual({ status: 204, attempts: 1 });
  });

  it('unless all are allowed, or this one', async () => {
    expect(await guarded('http://127.0.0.1:81/', true).sent).toMatchObject({ status: 204 });
    expect(await guarded('http://127.0.0.1:81/', ['127.0.0.1:81']).sent).toMatchObject({ status: 204 });
    expect(await guarded('http://[::1]:81/', ['[::1]']).sent).toMatchObject({ status: 204 });
    const failure = await failureOf(guarded('http://127.0.0.1:82/', ['127.0.0.1:81', 'localhost']).sent);
    expect(failure.message).toBe(
      'Nothing was sent to the webhook at "127.0.0.1:82": 127.0.0.1 is not a public address, ' +
        'and allowPrivate does not name it.',
    );
  });

  it('and over http or https, whatever is allowed', async () => {
    expect(await failureOf(guarded('ftp://127.0.0.1/', true).sent)).toMatchObject({ reason: 'refused' });
  });
});

it.each([
  ['shape', { shape: 'full' }],
  ['token', { token: 'never' }],
  ['authorization', { authorization: 'sometimes' }],
  ['sign.secret', { sign: { secret: '' } }],
  ['retries', { retries: 1.5 }],
  ['retries', { retries: -1 }],
  ['timeout', { timeout: Number.NaN }],
  ['minDelay', { minDelay: -1 }],
  ['maxDelay', { maxDelay: Number.POSITIVE_INFINITY }],
])('an option that makes no sense is a TypeError that names it: %s', async (name, options) => {
  const sent = sendNotification(config, task, options as SendNotificationOptions);
  await expect(sent).rejects.toThrow(new RegExp(`^${name.replace('.', '\\.')} must`));
  await expect(sent).rejects.toBeInstanceOf(TypeError);
});
