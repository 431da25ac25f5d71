import { InvalidParamsError, MethodNotFoundError, type Task } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { dialects, pair } from '../support/agents.js';
import { rejection } from '../support/settling.js';

describe.each(dialects)('on %s', dialect => {
  const get = dialect === '1.0' ? 'GetTask' : 'tasks/get';

  it('callMethod sends the method and the params as given, and gives the raw result', async () => {
    await using it = pair(dialect);
    const { id } = (await it.client.sendMessage('hi')) as Task;
    const raw = await it.client.callMethod<{ id: string; status: { state: string } }>(get, { id });
    expect(raw.id).toBe(id);
    expect(raw.status.state).toBe(dialect === '1.0' ? 'TASK_STATE_COMPLETED' : 'completed');
    expect(it.server.requests.at(-1)?.body).toMatchObject({ jsonrpc: '2.0', method: get, params: { id } });
  });

  it('callMethod of what is not there is MethodNotFoundError, and nothing is tried instead', async () => {
    await using it = pair(dialect);
    const error = await rejection(it.client.callMethod('x-vendor/status'));
    expect(error).toBeInstanceOf(MethodNotFoundError);
    expect(error).toMatchObject({ method: 'x-vendor/status', rpcCode: -32601 });
    expect(it.calls('x-vendor/status')).toBe(1);
  });

  it.skipIf(dialect === 'praison')('callMethod with wrong params is InvalidParamsError', async () => {
    await using it = pair(dialect);
    expect(await rejection(it.client.callMethod(get, { colour: 'blue' }))).toBeInstanceOf(InvalidParamsError);
  });
});
