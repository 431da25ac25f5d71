import { A2AClient, type Dialect } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { result, rpcFetch } from '../support/rpc-fetch.js';

const task = { id: 't', contextId: 'c', status: { state: 'completed' }, kind: 'task' };

/** The params of every kind of call that a client with a tenant makes. */
async function paramsIn(dialect: Dialect, tenant: string) {
  const { fetch, requests } = rpcFetch(({ id, method }) => {
    if (/card/i.test(method)) return result(id, { name: 'a', url: 'https://a.test' });
    return result(id, /list/i.test(method) ? { tasks: [] } : task);
  });
  const client = new A2AClient('https://a.test', { endpoint: 'https://a.test', dialect, tenant, fetch });
  await client.sendMessage('x');
  await client.getTask('t');
  await client.listTasks();
  await client.cancel('t');
  await client.getExtendedAgentCard();
  return requests.map(({ method, params }) => [method, params['tenant']]);
}

describe('the tenant', () => {
  it('is named in every call of 1.0', async () => {
    expect(await paramsIn('1.0', 'acme')).toEqual([
      ['SendMessage', 'acme'],
      ['GetTask', 'acme'],
      ['ListTasks', 'acme'],
      ['CancelTask', 'acme'],
      ['GetExtendedAgentCard', 'acme'],
    ]);
  });

  it.each(['0.3', 'praison'] as const)('is not in %s, which has no field for it', async dialect => {
    const params = await paramsIn(dialect, 'acme');
    expect(params).toHaveLength(5);
    expect(params.map(([, tenant]) => tenant)).toEqual(Array.from({ length: 5 }));
  });

  it('is not put into a call by name, whose params are as given', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task));
    const endpoint = 'https://a.test';
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', tenant: 'acme', fetch });
    await client.callMethod('GetTask', { id: 't' });
    expect(requests[0]?.params).toEqual({ id: 't' });
  });
});
