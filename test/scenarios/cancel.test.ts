import { type Task, TaskCanceledError, TaskNotCancelableError, TaskNotFoundError } from 'a2a-await';
import { completed, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, cancels, pair, quick } from '../support/agents.js';
import { rejection, until } from '../support/settling.js';

const busy = {
  async *agent(turn: { sleep(ms: number): Promise<void> }) {
    yield working();
    await turn.sleep(Infinity);
    yield completed();
  },
};

describe.each(agents)('on $title', kind => {
  it('a task is canceled, and whoever waits for it hears of that', async () => {
    await using it = pair(kind, busy);
    const sent = (await it.client.sendMessage('go', { returnImmediately: true })) as Task;
    const waiting = rejection(it.client.waitForCompletion(sent, { schedule: quick }));
    expect((await it.client.cancel(sent.id)).status.state).toBe('canceled');
    expect(await waiting).toBeInstanceOf(TaskCanceledError);
  });

  it('a task that is over is not canceled, but on PraisonAI, which never refuses', async () => {
    await using it = pair(kind);
    const { id } = (await it.client.sendMessage('go')) as Task;
    if (kind.dialect === 'praison') expect((await it.client.cancel(id)).id).toBe(id);
    else expect(await rejection(it.client.cancel(id))).toBeInstanceOf(TaskNotCancelableError);
    expect(it.calls(...cancels)).toBe(1);
  });

  it('a task that nobody knows is not found, by every method', async () => {
    await using it = pair(kind);
    for (const asked of [
      () => it.client.getTask('nobody'),
      () => it.client.cancel('nobody'),
      () => it.client.waitForCompletion('nobody', { startedAt: 0 }),
    ])
      expect(await rejection(asked())).toBeInstanceOf(TaskNotFoundError);
  });

  it('cancelOnAbort stops the agent, and the abort does not wait for it', async () => {
    await using it = pair(kind, busy);
    const sent = (await it.client.sendMessage('go', { returnImmediately: true })) as Task;
    const controller = new AbortController();
    const waiting = rejection(
      it.client.waitForCompletion(sent, { signal: controller.signal, cancelOnAbort: true }),
    );
    controller.abort();
    expect((await waiting).name).toBe('AbortError');
    await until(() => it.server.tasks.get(sent.id)?.status.state === 'canceled');
  });

  it.each(['wait', 'waitAll'])(
    'cancelOnAbort of %s stops the agent, also where the client is closed at once',
    async way => {
      // On a network nothing has arrived when `close` is called.
      const slow = { fault: () => ({ latency: 50 }) };
      const signal = AbortSignal.timeout(150);
      await using it = pair(kind, { ...busy, ...slow });
      const sent = (await it.client.sendMessage('go', { returnImmediately: true })) as Task;
      const options = { signal, cancelOnAbort: true };
      const waiting =
        way === 'wait'
          ? it.client.waitForCompletion(sent, options)
          : it.client.waitAll([sent], options).next();
      expect((await rejection(waiting)).name).toBe('AbortError');
      await it.client.close();
      expect(it.server.tasks.get(sent.id)?.status.state).toBe('canceled');
    },
  );

  it('cancelOnTimeout stops the agent', async () => {
    await using it = pair(kind, busy);
    const error = await rejection(
      it.client.run('go', { timeout: 30, schedule: quick, cancelOnTimeout: true }),
    );
    expect(error.name).toBe('WaitTimeoutError');
    expect(it.server.tasks.list()[0]?.status.state).toBe('canceled');
    expect(error['lastTask']).toMatchObject({ status: { state: 'canceled' } });
  });
});
