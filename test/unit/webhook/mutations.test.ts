import {
  anyOf,
  authorization,
  hmac,
  memoryWebhookStore,
  notificationToken,
  signPayload,
} from 'a2a-await/webhook';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { artifactUpdate, base, hear, settled, statusUpdate, task, utf8 } from './support.js';

const isLong = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env[
  'A2A_LONG'
];
const numRuns = isLong ? 100_000 : 2_000;

const secret = 'the secret of signatures';
const names = [
  ...['x-a2a-notification-token', 'a2a-notification-token', 'x-webhook-token', 'authorization'],
  ...['x-webhook-signature', 'content-type', 'content-encoding', 'webhook-id', 'x-a2a-delivery-id'],
];

/** Bodies that mean something, and what is made of them. */
const meaningful = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('working', 'completed', 'failed', 'input-required', 'x'),
      fc.constantFrom('t-1', 't-2', ''),
    )
    .map(([state, taskId]) => statusUpdate(state, { taskId })),
  fc.constantFrom(
    task('working'),
    task('completed'),
    artifactUpdate('a'),
    artifactUpdate('b', { append: true }),
  ),
  fc.constantFrom({ taskId: 't-1', state: 'working' }, { task_id: 't-1', status: 'done', timestamp: 7 }),
);
const text = fc.oneof(
  meaningful.map(body => JSON.stringify(body)),
  fc.json({ maxDepth: 5 }),
  fc.tuple(meaningful, fc.nat(200), fc.string({ unit: 'binary', maxLength: 3 })).map(([body, at, piece]) => {
    const whole = JSON.stringify(body);
    return whole.slice(0, at) + piece + whole.slice(at + piece.length);
  }),
  fc
    .dictionary(
      fc.constantFrom(
        'task',
        'message',
        'statusUpdate',
        'status_update',
        'kind',
        'id',
        'status',
        '__proto__',
        'parts',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map(body => JSON.stringify(body)),
);
const bytes = fc.oneof(
  { weight: 9, arbitrary: text.map(utf8) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map(values => new Uint8Array(values)) },
);

const value = fc.oneof(
  fc.constantFrom(
    '',
    'Bearer',
    'Bearer x',
    'bearer  x',
    'Basic x',
    `sha256=${'0'.repeat(64)}`,
    'sha256=',
    'gzip',
  ),
  fc.constantFrom(
    'application/json',
    'application/a2a+json',
    'text/plain',
    'application/json; charset=latin1',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 90 }).map(one => one.replace(/[^\x20-\x7e]/g, '')),
);

interface Given {
  path: string;
  method: string;
  /** What it rightly has. */
  right: string[];
  headers: Record<string, string>;
  body: Uint8Array;
}

const request: fc.Arbitrary<Given> = fc.record({
  path: fc.constantFrom(
    'shared',
    'registration',
    'registration',
    'other',
    'unknown',
    'slash',
    'query',
    'nowhere',
  ),
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
  right: fc.oneof(
    fc.subarray(['token', 'credentials', 'signature', "other's token"]),
    fc.constantFrom('token', 'signature', "other's token").map(one => [one]),
  ),
  headers: fc.oneof(fc.constant({}), fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 })),
  body: bytes,
});

const given = (right: string, path: string, text: string, headers = {}): [Given] => [
  { path, method: 'POST', right: [right], headers, body: utf8(text) },
];
/** Of each answer that chance might leave out, one. */
const examples: [Given][] = [
  given("other's token", 'other', JSON.stringify(task('working'))),
  given('token', 'registration', '[]'),
  given('token', 'registration', '{}', { 'content-type': 'text/plain' }),
  given('signature', 'shared', JSON.stringify(statusUpdate('working'))),
];

test(`${numRuns} random and mutated requests: no exception, no 5xx, nobody without a secret, and bounded`, {
  timeout: isLong ? 1_200_000 : 60_000,
}, async () => {
  let entries = 0;
  let largest = 0;
  const store = memoryWebhookStore({ maxEntries: 1_000 });
  const watched: typeof store = {
    ...store,
    replace: (key, expected, content, life) => {
      entries += expected === undefined ? 1 : 0;
      largest = Math.max(largest, content.length);
      return store.replace(key, expected, content, life);
    },
  };
  const heard = hear({
    store: watched,
    shared: hmac({ secret }),
    verify: anyOf(notificationToken(), authorization(), hmac({ secret })),
    limits: { rate: 1_000_000, burst: 1_000_000 },
  });
  // What is kept here must not be what grows.
  const { receiver, notifications, reconciled, refused, failures } = heard;
  const [one, other] = [await receiver.register({ tasks: 'many' }), await receiver.register()];
  // So that what comes there is of another task.
  await other.bind('t-9');
  const paths: Record<string, string> = {
    shared: base,
    registration: one.url,
    other: other.url,
    unknown: `${base}/${'a'.repeat(32)}`,
    slash: `${one.url}/`,
    query: `${one.url}?validationToken=a`,
    nowhere: 'https://app.example/%2e%2e//a',
  };
  const statuses = new Map<number, number>();

  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, right, headers, body }) => {
      const url = paths[path] ?? base;
      const secrets: Record<string, string> = {};
      if (right.includes("other's token")) secrets['x-a2a-notification-token'] = other.token;
      if (right.includes('token')) secrets['x-a2a-notification-token'] = one.token;
      if (right.includes('credentials')) secrets['authorization'] = `Bearer ${one.credentials}`;
      if (right.includes('signature')) secrets['x-webhook-signature'] = await signPayload(body, secret);
      const sent = { 'content-type': 'application/json', ...secrets, ...headers };
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const response = await receiver.handle(
        new Request(url, { method, headers: sent, ...(hasBody ? { body } : {}) } as RequestInit),
      );
      await settled();
      const { status } = response;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(status).toBeLessThan(500);
      expect(failures).toEqual([]);
      const isTold = notifications.length + reconciled.length > 0;
      if (status !== 204) expect(isTold).toBe(false);
      if (status === 204) {
        // Only who has a secret that is good there gets in, and all that he shows must be right.
        const isOne = path === 'registration' || path === 'query';
        const has = (name: string, secret: string) => (sent as Record<string, string>)[name] === secret;
        const isSigned = has('x-webhook-signature', await signPayload(body, secret));
        const isTrue =
          isSigned ||
          (isOne && has('x-a2a-notification-token', one.token)) ||
          (isOne && has('authorization', `Bearer ${one.credentials}`)) ||
          (path === 'other' && has('x-a2a-notification-token', other.token));
        expect(isTrue).toBe(true);
      }
      for (const list of [notifications, reconciled, refused]) list.length = 0;
    }),
    { numRuns, examples },
  );

  // The runs went everywhere they should.
  for (const status of [204, 400, 401, 403, 404, 405, 415]) expect([...statuses.keys()]).toContain(status);
  expect(largest).toBeLessThan(300_000);
  expect(entries).toBeLessThan(numRuns);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
