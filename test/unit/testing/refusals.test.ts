import { createReferenceServer } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { call, post, v1Message } from './support.js';

// Without a profile: what servers say with one is compared with their recordings.
describe.each(['1.0', '0.3'] as const)('what is no request, to a server of %s', dialect => {
  it.each([
    ['that is no JSON', '{bad', -32700],
    ['that is a list', '[]', -32600],
    ['that is a text', '"GetTask"', -32600],
    ['without a method', '{"jsonrpc":"2.0","id":7,"params":{}}', -32600],
    ['whose method is a number', '{"jsonrpc":"2.0","id":7,"method":1}', -32600],
    ['of an unknown method', '{"jsonrpc":"2.0","id":7,"method":"tasks/send"}', -32601],
  ])('a body %s is refused, under its id if it has one', async (_, body, code) => {
    await using server = createReferenceServer({ dialect });
    const response = await post(server, body);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    const answer = await response.json();
    expect(answer.error.code).toBe(code);
    const unread = dialect === '1.0' ? null : undefined;
    expect(answer.id).toBe(body.includes('"id":7') ? 7 : unread);
  });
});

describe('the words of 1.0', () => {
  it('name the field that cannot be parsed', async () => {
    await using server = createReferenceServer();
    const { error } = await call(server, 'SendMessage', { message: v1Message('hi', { role: 7 }) });
    expect(error).toMatchObject({ code: -32602, message: 'Invalid params' });
    expect(error.data).toContain('message.role');
  });

  it.each([
    ['SendMessage', 'modified'],
    ['SubscribeToTask', 'subscribed to'],
  ])('say of %s that a task in a terminal state cannot be %s', async (method, end) => {
    await using server = createReferenceServer();
    const { id } = (await call(server, 'SendMessage', { message: v1Message('hi') })).result.task;
    const params = method === 'SendMessage' ? { message: v1Message('again', { taskId: id }) } : { id };
    const { error } = await call(server, method, params);
    expect(error).toMatchObject({ code: -32004, data: [{ reason: 'UNSUPPORTED_OPERATION' }] });
    expect(error.message).toBe(`Task ${id} is in a terminal state and cannot be ${end}.`);
  });
});
