import type { Task } from 'a2a-await';
import {
  type Agent,
  type AgentStep,
  artifact,
  createReferenceServer,
  type PushOptions,
  type ReferenceServerOptions,
  type RequestFault,
  type ServerAuth,
  type ServerBehaviour,
  type ServerExtension,
  sendNotification,
} from 'a2a-await/testing';
import { type ListenOptions, listen } from 'a2a-await/testing/node';
import { expect, it, vi } from 'vitest';
import { call, v1Message } from './support.js';

// That these compile says as much as that they run: `exactOptionalPropertyTypes` is on.

it('an option that is undefined is one that is not given', async () => {
  const options: ReferenceServerOptions = {
    url: undefined,
    dialect: undefined,
    profile: undefined,
    bindings: undefined,
    agent: undefined,
    auth: undefined,
    blocking: undefined,
    cutStream: undefined,
    streamMishap: undefined,
    push: undefined,
    fault: undefined,
    streaming: undefined,
    extensions: undefined,
    tenant: undefined,
    signCard: undefined,
    clock: undefined,
    ids: undefined,
    card: undefined,
    cardMaxAge: undefined,
    strict: undefined,
    restStatuses: undefined,
    extendedCard: undefined,
    store: undefined,
    maxTasks: undefined,
  };
  await using server = createReferenceServer(options);
  await using plain = createReferenceServer();
  const cardOf = async ({ fetch, cardUrl }: typeof server) => (await fetch(cardUrl)).json();
  expect(await cardOf(server)).toEqual(await cardOf(plain));
  const behaviour: ServerBehaviour = {
    agent: undefined,
    auth: undefined,
    fault: undefined,
    clock: undefined,
  };
  server.use(behaviour);
  const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
  expect(result.task.status.state).toBe('TASK_STATE_COMPLETED');
  const listening: ListenOptions = { port: undefined, host: undefined };
  await using place = await listen(server, listening);
  expect(place.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('what is undefined within an option is not given either', async () => {
  const auth: ServerAuth = { apiKey: 'secret', header: undefined };
  const extension: ServerExtension = {
    uri: 'urn:x',
    description: undefined,
    required: undefined,
    params: undefined,
  };
  const fault: RequestFault = { status: 503, retryAfter: undefined, body: undefined, headers: undefined };
  await using server = createReferenceServer({
    auth,
    extensions: [extension],
    fault: ({ rpcMethod }) => (rpcMethod ? fault : undefined),
    store: {
      compare: undefined,
      order: undefined,
      pageToken: undefined,
      totalSize: undefined,
      untimed: undefined,
      mishap: undefined,
    },
  });
  const { capabilities, securitySchemes } = await (await server.fetch(server.cardUrl)).json();
  expect(capabilities.extensions).toEqual([{ uri: 'urn:x' }]);
  expect(securitySchemes.apiKey.apiKeySecurityScheme.name).toBe('X-API-Key');
  const response = await server.fetch(server.endpoint, { method: 'POST', body: '{"method":"GetTask"}' });
  expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
    503,
    null,
    '',
  ]);
});

const noPush: PushOptions = {
  methods: undefined,
  refusal: undefined,
  inBand: undefined,
  quirks: {
    unknownConfig: undefined,
    checksTask: undefined,
    newId: undefined,
    getIgnoresId: undefined,
    deleted: undefined,
    deletedAgain: undefined,
    listed: undefined,
    nested: undefined,
    taskIdIn: undefined,
    restBody: undefined,
  },
  retries: undefined,
  early: undefined,
  holdAgent: undefined,
  mishap: undefined,
  shape: undefined,
  tokenHeader: undefined,
  token: undefined,
  authorization: undefined,
  contentType: undefined,
  sign: undefined,
  deliveryIdHeader: undefined,
  minDelay: undefined,
  maxDelay: undefined,
  timeout: undefined,
  allowPrivate: undefined,
  fetch: undefined,
};

it.each(['js-1.3', 'python-1.1'] as const)('what is undefined of push is as %s has it', async profile => {
  /** The headers of its first notification. */
  const sent = async (push: PushOptions) => {
    const fetch: typeof globalThis.fetch = async () => new Response();
    await using server = createReferenceServer({ profile, push: { ...push, allowPrivate: true, fetch } });
    const authentication = { scheme: 'Bearer', credentials: 'more' };
    const taskPushNotificationConfig = { url: 'http://app.test/hook', token: 'secret', authentication };
    await call(server, 'SendMessage', {
      message: v1Message('hi'),
      configuration: { taskPushNotificationConfig },
    });
    await vi.waitFor(() => expect(server.notifications).not.toEqual([]));
    return server.notifications[0]?.headers;
  };
  expect(await sent(noPush)).toEqual(await sent({}));
});

it('what is undefined of a single notification is not given either', async () => {
  const task: Task = { kind: 'task', id: 't', status: { state: 'completed' }, artifacts: [], history: [] };
  const bodies: unknown[] = [];
  const fetch: typeof globalThis.fetch = async input => {
    bodies.push(await (input as Request).json());
    return new Response();
  };
  const config = { url: 'https://app.example/hook' };
  const { methods: _, refusal, inBand, quirks, early, holdAgent, mishap, ...format } = noPush;
  await sendNotification(config, task, { ...format, fetch, signal: undefined, sign: undefined });
  await sendNotification(config, task, {
    fetch,
    sign: { secret: 'secret', header: undefined, prefix: undefined, timestampHeader: undefined },
  });
  expect(bodies).toEqual([bodies[1], bodies[0]]);
});

it('what is undefined of an artifact leaves it as it was', async () => {
  const made = { artifactId: 'book', name: 'Book', parts: [{ kind: 'text' as const, text: 'Chapter 1' }] };
  const options = {
    artifactId: undefined,
    name: undefined,
    description: undefined,
    metadata: undefined,
    append: undefined,
    lastChunk: undefined,
  };
  expect(artifact(made, options)).toEqual(artifact(made));
  expect(artifact(made, { ...options, name: 'Novel' })).toMatchObject({ artifact: { name: 'Novel' } });
});

it('a step that an agent writes out may have undefined in it', async () => {
  const steps: AgentStep[] = [
    { kind: 'status', state: 'working', parts: undefined },
    {
      kind: 'artifact',
      artifact: { artifactId: undefined, parts: [{ kind: 'text', text: 'made' }] },
      append: false,
      lastChunk: true,
    },
  ];
  const agent: Agent = () => steps;
  await using server = createReferenceServer({ agent, ids: 'counting' });
  await call(server, 'SendMessage', { message: v1Message('hi') });
  expect(server.tasks.list()).toMatchObject([
    { status: { state: 'completed' }, artifacts: [{ artifactId: 'artifact-1' }] },
  ]);
});
