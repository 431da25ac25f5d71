import { A2AClient, rawOf } from 'a2a-await';
import { expect, it } from 'vitest';
import { result, rpcFetch } from '../../support/rpc-fetch.js';

const wire = {
  id: 'task-1',
  status: { state: 'TASK_STATE_COMPLETED', 'x-vendor-queue': 7 },
  'x-vendor-cost': 0.25,
};

async function task() {
  const { fetch } = rpcFetch(({ id }) => result(id, wire));
  const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
  return client.getTask('task-1');
}

it('the raw value of a task is what the server sent, with every field the model has no name for', async () => {
  const got = await task();
  expect(got).not.toHaveProperty('x-vendor-cost');
  expect(rawOf(got)).toEqual(wire);
});

it('the raw value belongs to that very object, and does not go through copies', async () => {
  const got = await task();
  expect(rawOf({ ...got })).toBeUndefined();
  expect(rawOf(structuredClone(got))).toBeUndefined();
  expect(rawOf(JSON.parse(JSON.stringify(got)))).toBeUndefined();
});
