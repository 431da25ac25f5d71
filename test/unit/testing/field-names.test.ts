import { createReferenceServer } from 'a2a-await/testing';
import { expect, it } from 'vitest';
import { call, v1Message } from './support.js';

it('fields may be named as protobuf does, as every parser of its JSON takes them', async () => {
  await using server = createReferenceServer();
  const { messageId, ...message } = v1Message('hi');
  const sent = await call(server, 'SendMessage', { message: { ...message, message_id: messageId } });
  const { id, contextId } = sent.result.task;
  const listed = await call(server, 'ListTasks', { context_id: contextId, page_size: 1 });
  expect(listed.result).toMatchObject({ pageSize: 1, tasks: [{ id }] });
  const shortened = await call(server, 'GetTask', { id, history_length: 0 });
  expect(shortened.result).not.toHaveProperty('history');
});

it('a field that nobody knows is refused, whatever its spelling', async () => {
  await using server = createReferenceServer();
  for (const name of ['more_of_it', 'moreOfIt']) {
    expect((await call(server, 'GetTask', { id: 'x', [name]: 1 })).error.code).toBe(-32602);
  }
});
