import { expect, test } from 'vitest';
import { nameOf, purposeOf } from '../src/purpose.js';

// What A2A 1.0, 0.3 and PraisonAI call it, over JSON-RPC and over HTTP+JSON.
test.each([
  ['GET /.well-known/agent-card.json', 'card'],
  ['GET /agent/.well-known/agent.json', 'card'],
  ['GetExtendedAgentCard', 'card'],
  ['agent/getAuthenticatedExtendedCard', 'card'],
  ['SendMessage', 'send'],
  ['message/send', 'send'],
  ['POST /rest/message:send', 'send'],
  ['SendStreamingMessage', 'stream'],
  ['message/stream', 'stream'],
  ['POST /v1/message:stream', 'stream'],
  ['SubscribeToTask', 'stream'],
  ['tasks/resubscribe', 'stream'],
  ['GET /tasks/t-1:subscribe', 'stream'],
  ['GetTask', 'ask'],
  ['ListTasks', 'ask'],
  ['tasks/get', 'ask'],
  ['GET /v1/tasks/t-1', 'ask'],
  ['GET /tasks', 'ask'],
  ['CancelTask', 'cancel'],
  ['tasks/cancel', 'cancel'],
  ['POST /tasks/t-1:cancel', 'cancel'],
  ['CreateTaskPushNotificationConfig', 'register'],
  ['ListTaskPushNotificationConfigs', 'register'],
  ['tasks/pushNotificationConfig/set', 'register'],
  ['POST /tasks/t-1/pushNotificationConfigs', 'register'],
  ['DeleteTaskPushNotificationConfig', 'unregister'],
  ['tasks/pushNotificationConfig/delete', 'unregister'],
  ['DELETE /tasks/t-1/pushNotificationConfigs/c-1', 'unregister'],
  ['POST /upstream/message:send', 'send'],
  ['POST /agent-cards/message:stream', 'stream'],
  ['GET /upstream/tasks/t-1', 'ask'],
  ['GET /tasks/cancel-my-order', 'ask'],
  ['POST /upstream/tasks/t-1:cancel', 'cancel'],
  ['POST /somewhere', 'other'],
])('%s is drawn as %s', (name, purpose) => {
  expect(purposeOf(name)).toBe(purpose);
});

test('a request is called by its JSON-RPC method, or by method and path', () => {
  expect(nameOf('POST', 'https://agent.example/a2a', '{"method":"GetTask"}')).toBe('GetTask');
  expect(nameOf('GET', 'https://agent.example/tasks/t-1?historyLength=0', '')).toBe('GET /tasks/t-1');
  expect(nameOf('POST', 'https://agent.example/message:send', '{"message":{}}')).toBe('POST /message:send');
});
