import { hmac, notificationToken, signPayload } from 'a2a-await/webhook';
import { describe, expect, test } from 'vitest';
import { base, bearerOf, hear, post, postBytes, registered, settled } from './support.js';

// One notification of each server that sends any, as it sends them: headers, spelling, shape.

const timestamp = '2025-06-01T12:00:00.000Z';
const parts = [{ kind: 'text', text: 'Here it is.' }];

const bareTask = {
  kind: 'task',
  id: 't-1',
  contextId: 'c-1',
  status: { state: 'completed', timestamp },
  artifacts: [{ artifactId: 'a-1', parts }],
  history: [{ kind: 'message', messageId: 'm-1', role: 'user', parts, taskId: 't-1' }],
};
const bareStatusUpdate = {
  kind: 'status-update',
  taskId: 't-1',
  contextId: 'c-1',
  final: true,
  status: { state: 'completed', timestamp },
};
const bareMessage = { kind: 'message', messageId: 'm-2', role: 'agent', parts, taskId: 't-1' };
const wrappedTask = {
  task: {
    id: 't-1',
    contextId: 'c-1',
    status: { state: 'TASK_STATE_COMPLETED', timestamp },
    artifacts: [{ artifactId: 'a-1', parts: [{ text: 'Here it is.' }] }],
  },
};
const wrappedStatusUpdate = {
  statusUpdate: { taskId: 't-1', contextId: 'c-1', status: { state: 'TASK_STATE_COMPLETED', timestamp } },
};
const wrappedArtifactUpdate = {
  artifactUpdate: {
    taskId: 't-1',
    contextId: 'c-1',
    artifact: { artifactId: 'a-1', parts: [{ text: 'Here it is.' }] },
    lastChunk: true,
  },
};

const json = 'application/json';
const ofSdk = 'x-a2a-notification-token';
const ofGo = 'a2a-notification-token';
const ofPraison = 'x-webhook-token';

interface Sender {
  type: string | undefined;
  /** The header of the token, if it sends that. */
  token: string | undefined;
  /** What it puts into Authorization, if anything. */
  bearer: 'credentials' | 'token' | undefined;
  body: object;
  kind: string;
}

const sender = (
  type: string | undefined,
  token: string | undefined,
  bearer: Sender['bearer'],
  body: object,
  kind: string,
): Sender => ({ type, token, bearer, body, kind });

const senders: Record<string, Sender> = {
  'JavaScript 1.x, a task': sender('application/a2a+json', undefined, 'credentials', wrappedTask, 'task'),
  'JavaScript 1.x without authentication, a status': sender(
    'application/a2a+json',
    ofSdk,
    undefined,
    wrappedStatusUpdate,
    'status-update',
  ),
  'JavaScript 1.x, an artifact': sender(
    'application/a2a+json',
    undefined,
    'credentials',
    wrappedArtifactUpdate,
    'artifact-update',
  ),
  'JavaScript 1.x for 0.3, a task': sender(json, ofSdk, undefined, bareTask, 'task'),
  'JavaScript 1.x for 0.3, a status': sender(json, ofSdk, undefined, bareStatusUpdate, 'status-update'),
  'JavaScript 1.x for 0.3, a message': sender(json, ofSdk, undefined, bareMessage, 'message'),
  'JavaScript 0.3': sender(json, ofSdk, undefined, bareTask, 'task'),
  'Python 1.x': sender(json, ofSdk, undefined, wrappedStatusUpdate, 'status-update'),
  'Python 1.x in snake_case': sender(
    json,
    ofSdk,
    undefined,
    {
      status_update: {
        task_id: 't-1',
        context_id: 'c-1',
        status: { state: 'TASK_STATE_COMPLETED', timestamp },
      },
    },
    'status-update',
  ),
  'Python 0.3': sender(json, ofSdk, undefined, bareTask, 'task'),
  'Go 2': sender(json, ofGo, 'credentials', wrappedStatusUpdate, 'status-update'),
  'Go 2, a message without a task': sender(
    json,
    ofGo,
    'credentials',
    { message: { messageId: 'm-2', role: 'ROLE_AGENT', parts: [{ text: 'Here it is.' }] } },
    'message',
  ),
  'Go 0.3': sender(json, ofSdk, 'credentials', bareTask, 'task'),
  'Java 1.x': sender(json, ofSdk, 'credentials', wrappedTask, 'task'),
  'Java 1.x for 0.3': sender(json, ofSdk, 'credentials', bareTask, 'task'),
  'Java 0.3': sender(undefined, ofSdk, undefined, bareTask, 'task'),
  Rust: sender(json, ofGo, 'credentials', wrappedStatusUpdate, 'status-update'),
  "PraisonAI's guide": sender(
    json,
    ofPraison,
    'credentials',
    { taskId: 't-1', status: { state: 'completed' }, timestamp },
    'status-update',
  ),
  'inference-gateway': sender(
    json,
    undefined,
    'token',
    { type: 'task_update', taskId: 't-1', state: 'completed', timestamp, task: bareTask },
    'task',
  ),
  'inference-gateway without the task': sender(
    json,
    undefined,
    'token',
    { type: 'task_update', taskId: 't-1', state: 'completed', timestamp },
    'status-update',
  ),
  'some in snake_case': sender(
    json,
    ofSdk,
    undefined,
    { task_id: 't-1', state: 'COMPLETED', timestamp },
    'status-update',
  ),
  'a bare task without a kind': sender(
    json,
    ofSdk,
    undefined,
    { id: 't-1', status: { state: 'completed' } },
    'task',
  ),
  Mastra: sender(json, ofSdk, 'credentials', bareTask, 'task'),
};

describe.each(Object.entries(senders))('%s', (_, { type, token, bearer, body, kind }) => {
  test('is let in, understood, and refused with a wrong secret', async () => {
    const { receiver, registration, notifications } = await registered();
    await registration.bind('t-1');
    const headersOf = (change: (secret: string) => string) => ({
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(token === undefined ? {} : { [token]: change(registration.token) }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${change(registration[bearer])}` }),
    });
    const wrong = postBytes(
      registration.url,
      headersOf(secret => `${secret}x`),
      body,
    );
    expect((await receiver.handle(wrong)).status).toBe(401);
    const right = postBytes(
      registration.url,
      headersOf(secret => secret),
      body,
    );
    expect((await receiver.handle(right)).status).toBe(204);
    await settled();
    expect(notifications).toMatchObject([{ taskId: 't-1', event: { kind } }]);
    if (kind === 'task' || kind === 'status-update') {
      expect(await receiver.wait('t-1')).toMatchObject({ id: 't-1', status: { state: 'completed' } });
    }
  });
});

test("PraisonAI's guide, signed", async () => {
  const secret = 'webhook-secret';
  const { receiver } = hear({ shared: hmac({ secret }) });
  const body = JSON.stringify({ taskId: 't-1', status: { state: 'completed' }, timestamp });
  const headers = { 'X-Webhook-Signature': await signPayload(body, secret) };
  expect((await receiver.handle(post(base, { body, headers }))).status).toBe(204);
  expect(await receiver.wait('t-1')).toMatchObject({ id: 't-1' });
});

test("PraisonAI's guide, at one url with one token", async () => {
  const { receiver } = hear({ shared: notificationToken('webhook-token') });
  const body = { taskId: 't-1', status: { state: 'completed' }, timestamp };
  const headers = { 'X-Webhook-Token': 'webhook-token' };
  expect((await receiver.handle(post(base, { body, headers }))).status).toBe(204);
});

test('ash_a2a: signed with its time, out of order, five attempts', async () => {
  const secret = 'ash';
  const scheme = { header: 'X-A2A-Signature', prefix: 'v1=', timestampHeader: 'X-A2A-Timestamp' };
  const { receiver, notifications } = hear({ shared: hmac({ secret, ...scheme }) });
  const send = async (body: object, deliveryId: string) => {
    const text = JSON.stringify(body);
    const seconds = String(Math.floor(Date.now() / 1_000));
    const headers = {
      'x-a2a-timestamp': seconds,
      'x-a2a-signature': (await signPayload(`${seconds}.${text}`, secret)).replace('sha256=', 'v1='),
      'x-a2a-delivery-id': deliveryId,
    };
    return (await receiver.handle(post(base, { body: text, headers }))).status;
  };
  const working = {
    statusUpdate: { taskId: 't-1', status: { state: 'working', timestamp: '2025-01-01T00:00:00Z' } },
  };
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await send(wrappedStatusUpdate, 'd-2')).toBe(204);
  expect(await send(working, 'd-1')).toBe(204);
  await settled();
  expect(notifications).toHaveLength(1);
});

test('early A2A asks for a handshake', async () => {
  const { receiver, registration } = await registered({ handshake: true });
  const response = await receiver.handle(new Request(`${registration.url}?validationToken=abc`));
  expect(await response.text()).toBe('abc');
  const headers = bearerOf(registration);
  expect((await receiver.handle(post(registration.url, { body: bareTask, headers }))).status).toBe(204);
});
