import { createReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from './support.js';

const methods = [
  ...['SendMessage', 'SendStreamingMessage', 'GetTask', 'ListTasks', 'CancelTask', 'SubscribeToTask'],
  ...['CreateTaskPushNotificationConfig', 'ListTaskPushNotificationConfigs', 'GetExtendedAgentCard'],
  ...['message/send', 'message/stream', 'tasks/get', 'tasks/cancel', 'tasks/resubscribe', 'tasks/list'],
  ...['tasks/pushNotificationConfig/set', 'tasks/pushNotificationConfig/list', 'toString', '__proto__'],
];

const names = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'tenant',
    'message',
    'configuration',
    'metadata',
    'id',
    'taskId',
    'contextId',
  ],
  ...['historyLength', 'parts', 'role', 'messageId', 'text', 'raw', 'url', 'data', 'kind', 'file', 'bytes'],
  ...['pageSize', 'pageToken', 'status', 'authentication', 'scheme', 'schemes', 'extensions', 'blocking'],
  ...['taskPushNotificationConfig', 'pushNotificationConfig', 'history_length', 'statusTimestampAfter'],
);

const values = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      '',
      'task-1',
      '__proto__',
      'ROLE_USER',
      'user',
      'text',
      '\ud800',
      null,
      true,
      0,
      -1,
      1e99,
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(names, tie('any'), { maxKeys: 5 }),
  ),
})).any;

const messages: Json[] = [
  { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] } },
  { message: { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'hi' }] } },
];

/** Good params in which one field is something else. */
const spoiled = fc
  .tuple(fc.constantFrom(...messages), fc.boolean(), names, values)
  .map(([{ message }, isWithin, name, value]) => {
    const changed = Object.fromEntries([[name, value]]);
    return isWithin ? { message: { ...(message as Json), ...changed } } : { message, ...changed };
  });

test.each<[ReferenceServerOptions]>([
  [{}],
  [{ strict: false }],
  [{ dialect: '0.3' }],
  [{ profile: 'python-1.1' }],
  [{ profile: 'js-1.3', bindings: ['JSONRPC'] }],
  [{ profile: 'js-0.3', bindings: ['JSONRPC'] }],
])('whatever is asked of %j, the answer is one of JSON-RPC, and none of its own failures', async options => {
  await using server = createReferenceServer({ push: true, ids: 'counting', ...options });
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
  const asked = fc.record({ method: fc.constantFrom(...methods), params: fc.oneof(values, spoiled) });
  await fc.assert(
    fc.asyncProperty(asked, async ({ method, params }) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      const response = await server.fetch(server.endpoint, { method: 'POST', headers, body });
      expect(response.status).toBeLessThan(500);
      const text = await response.text();
      const data = text.split(/\r?\n/).flatMap(line => (line.startsWith('data: ') ? [line.slice(6)] : []));
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      for (const answer of isStream ? data : [text]) {
        const { error, result } = JSON.parse(answer);
        expect(error ?? result).toBeDefined();
        expect(error?.code).not.toBe(-32603);
      }
    }),
    { numRuns: 500 },
  );
  expect(server.openStreams).toBe(0);
  expect(server.tasks.list().every(({ id }) => /^task-\d+$/.test(id))).toBe(true);
});
