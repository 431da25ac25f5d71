import {
  AbortedError,
  type Settled,
  type Task,
  TaskFailedError,
  TaskInterruptedError,
  textOf,
} from 'a2a-await';
import { artifact, completed, failed, inputRequired, working } from 'a2a-await/testing';
import { describe, expect, it, vi } from 'vitest';
import { agents, cancels, gets, type Pair, pair, quick } from '../support/agents.js';
import { rejection, until } from '../support/settling.js';

const lists = ['ListTasks', 'tasks/list'];

/** Works as many ms as the message says, and then does what it says. */
const agent = async function* (turn: { text: string; sleep: (ms: number) => Promise<void> }) {
  const [ms, what] = turn.text.split(' ');
  yield working('At it.');
  await turn.sleep(Number(ms));
  if (what === 'fail') yield failed('It broke.');
  else if (what === 'ask') yield inputRequired('Which one?');
  else {
    yield artifact(`Made in ${ms} ms.`);
    yield completed();
  }
};

async function begun({ client }: Pair, ...texts: string[]): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const text of texts) tasks.push((await client.sendMessage(text, { returnImmediately: true })) as Task);
  return tasks;
}

async function gathered(all: AsyncIterable<Settled>): Promise<Settled[]> {
  const settled: Settled[] = [];
  for await (const each of all) settled.push(each);
  return settled;
}

describe.each(agents)('on $title', kind => {
  it('waiting for all gives each task as it ends, whole, and once', async () => {
    // Each works until the test lets it end, so that a slow machine changes no order.
    const gates = new Map<string, () => void>();
    await using it = pair(kind, {
      async *agent(turn) {
        yield working('At it.');
        await new Promise<void>(resolve => gates.set(turn.text, resolve));
        yield artifact(`Made ${turn.text}.`);
      },
    });
    const tasks = await begun(it, 'a', 'b', 'c');
    const ids = tasks.map(({ id }) => id);
    const all = it.client.waitAll([...tasks, ...ids], { schedule: quick });
    for (const name of ['b', 'c', 'a']) {
      const next = all.next();
      await until(() => gates.has(name));
      gates.get(name)?.();
      const { value } = await next;
      expect(value).toMatchObject({ id: ids['abc'.indexOf(name)], ok: true });
      expect(value?.ok && textOf(value.task)).toBe(`Made ${name}.`);
    }
    expect(await all.next()).toEqual({ done: true, value: undefined });
  });

  it('of twelve, by their ids, each ends as it would for one alone', async () => {
    await using it = pair(kind, { agent });
    const texts = Array.from(
      { length: 12 },
      (_, nth) => `${5 * nth} ${nth === 3 ? 'fail' : nth === 4 ? 'ask' : ''}`,
    );
    const ids = (await begun(it, ...texts)).map(({ id }) => id);
    const settled = await gathered(it.client.waitAll(ids, { schedule: quick }));
    expect(settled.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const of = (nth: number) => settled.find(({ id }) => id === ids[nth]);
    expect(of(3)).toMatchObject({ ok: false, error: expect.any(TaskFailedError) });
    expect(of(4)).toMatchObject({ ok: false, error: expect.any(TaskInterruptedError) });
    for (const [nth, id] of ids.entries()) {
      if (nth !== 3 && nth !== 4) expect(of(nth)).toMatchObject({ id, ok: true, task: { artifacts: [{}] } });
    }
  });

  it('sixty that have ended are given whole, by one list or by asking for each', async () => {
    await using it = pair(kind, { agent });
    const ids: string[] = [];
    for (let nth = 0; nth < 60; nth += 1) ids.push(((await it.client.sendMessage('0')) as Task).id);
    const before = it.server.requests.length;
    const settled = await gathered(it.client.waitAll(ids));
    // A2A 0.3 has no list: that is asked for once.
    expect(it.server.requests.length - before).toBe(kind.dialect === '0.3' ? 61 : 1);
    expect(settled.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const each of settled) {
      const { artifacts, history } = await it.client.getTask(each.id);
      expect(artifacts).not.toHaveLength(0);
      expect(each).toMatchObject({ ok: true, task: { artifacts, history } });
    }
  });

  // PraisonAI opens another task for each message.
  it.skipIf(kind.dialect === 'praison')(
    'questions are answered, and failures given as tasks, as the options say',
    async () => {
      await using it = pair(kind, {
        *agent(turn) {
          if (turn.text === 'This one.') yield completed();
          else yield turn.text === 'fail' ? failed() : inputRequired('Which one?');
        },
      });
      const tasks = await begun(it, 'ask', 'fail');
      const options = { schedule: quick, throwOnFailure: false, onInterrupted: () => 'This one.' };
      const settled = await gathered(it.client.waitAll(tasks, options));
      const states = settled.map(each => [each.id, each.ok && each.task.status.state]);
      expect(states.sort()).toEqual(
        [
          [tasks[0]?.id, 'completed'],
          [tasks[1]?.id, 'failed'],
        ].sort(),
      );
    },
  );

  it('leaving the loop ends the asking, and cancels nothing', async () => {
    let asked = 0;
    const onRequest = () => {
      asked += 1;
    };
    await using it = pair(kind, { agent }, { hooks: { onRequest } });
    const tasks = await begun(it, ...Array.from({ length: 10 }, (_, nth) => (nth === 0 ? '5' : '5000')));
    for await (const { id } of it.client.waitAll(tasks, { schedule: quick, cancelOnAbort: true })) {
      expect(id).toBe(tasks[0]?.id);
      break;
    }
    const before = asked;
    expect(before).toBeGreaterThan(10);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(asked).toBe(before);
    expect(it.calls(...cancels)).toBe(0);
  });

  it('the signal ends the loop, and cancels what is left if that is wanted', async () => {
    await using it = pair(kind, { agent });
    const tasks = await begun(it, '5000', '5000', '5000');
    const controller = new AbortController();
    const { signal } = controller;
    const all = gathered(it.client.waitAll(tasks, { schedule: quick, signal, cancelOnAbort: true }));
    await until(() => it.calls(...gets) > 0);
    controller.abort();
    expect(await rejection(all)).toBeInstanceOf(AbortedError);
    await until(() => it.calls(...cancels) === 3);
    for (const { id } of tasks) expect((await it.client.getTask(id)).status.state).toBe('canceled');
  });

  it('a task that nobody knows is given with its error, and does not disturb the others', async () => {
    await using it = pair(kind, { agent });
    const tasks = await begun(it, '5');
    const startedAt = Date.now() - 10_000;
    const settled = await gathered(it.client.waitAll([...tasks, 'nobody'], { schedule: quick, startedAt }));
    const nobody = settled.find(({ id }) => id === 'nobody');
    expect(nobody).toMatchObject({ ok: false, error: { code: 'task-not-found' } });
    expect(settled).toHaveLength(2);
  });

  it('closing the client ends the loop', async () => {
    await using it = pair(kind, { agent });
    const tasks = await begun(it, '5000', '5000');
    const all = gathered(it.client.waitAll(tasks, { schedule: quick }));
    await until(() => it.calls(...gets) > 0);
    await it.client.close();
    const error = await rejection(all);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.cause).toMatchObject({ code: 'closed' });
    expect(await rejection(it.client.waitAll(tasks).next())).toMatchObject({ code: 'closed' });
  });

  it.skipIf(kind.dialect === 'praison')(
    'a handle of the client waits, tells and answers, and its token goes on elsewhere',
    async () => {
      await using it = pair(kind, {
        *agent(turn) {
          if (turn.text === 'This one.') {
            yield artifact('Done.');
            yield completed();
          } else yield inputRequired('Which one?');
        },
      });
      const [task] = await begun(it, 'ask');
      const handle = it.client.task(task?.id ?? '');
      expect(handle.snapshot).toBeUndefined();
      expect((await handle.refresh()).status.state).toBe('input-required');
      expect(await rejection(handle.wait({ schedule: quick }))).toBeInstanceOf(TaskInterruptedError);
      await handle.reply('This one.');
      expect(textOf(await handle.wait({ schedule: quick }))).toBe('Done.');
      expect(handle.serialize()).toMatchObject({
        version: 1,
        taskId: task?.id,
        endpoint: expect.any(String),
      });
    },
  );
});

describe.each(agents)('on $title', kind => {
  it('however many wait for one task, it is asked about as for one', async () => {
    await using it = pair(kind, { agent });
    const [task] = await begun(it, '150');
    const id = task?.id ?? '';
    const every40: { minimum: number; interval: () => number } = { minimum: 40, interval: () => 40 };
    const waits = Array.from({ length: 20 }, (_, nth) =>
      nth % 2 === 0
        ? it.client.waitForCompletion(id, { schedule: every40 })
        : it.client.task(id).wait({ schedule: every40 }),
    );
    for (const done of await Promise.all(waits)) expect(textOf(done)).toBe('Made in 150 ms.');
    expect(it.calls(...gets)).toBeLessThanOrEqual(8);
  });
});

describe.each(agents.filter(({ dialect }) => dialect === '1.0'))('on $title', kind => {
  it('lists tell of many together: each is asked for once, when it is over, or never', async () => {
    await using it = pair(kind, { agent });
    const texts = Array.from({ length: 30 }, (_, nth) => `${100 + 2 * nth}`);
    const ids = (await begun(it, ...texts)).map(({ id }) => id);
    const before = it.calls(...lists);
    const bare = await gathered(it.client.waitAll(ids, { includeArtifacts: false }));
    expect(bare.every(each => each.ok && each.task.status.state === 'completed')).toBe(true);
    expect(it.calls(...gets)).toBe(0);
    const whole = await gathered(it.client.waitAll(ids));
    expect(whole.every(each => each.ok && each.task.artifacts.length === 1)).toBe(true);
    expect(it.calls(...gets)).toBe(30);
    expect(it.calls(...lists) - before).toBeLessThanOrEqual(6);
  });

  it('lists tell waits for single tasks, too', async () => {
    await using it = pair(kind, { agent });
    const tasks = await begun(it, ...Array.from({ length: 20 }, () => '300'));
    await Promise.all(tasks.map(({ id }) => it.client.waitForCompletion(id, { schedule: 'gentle' })));
    expect(it.calls(...lists)).toBeGreaterThan(0);
    expect(it.calls(...gets)).toBeLessThanOrEqual(60);
  });

  it('progress that lists tell of is told, with what was made before', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working('first');
        yield artifact('piece');
        await turn.sleep(1_300);
        yield working('second');
        await turn.sleep(1_300);
        yield completed();
      },
    });
    const tasks = await begun(it, ...Array.from({ length: 8 }, () => 'go'));
    const told: (string | undefined)[] = [];
    const onUpdate = (task: Task) => {
      if (task.id === tasks[0]?.id) told.push(task.status.message && textOf(task.status.message));
    };
    await gathered(it.client.waitAll(tasks, { onUpdate }));
    expect(told).toContain('second');
  });
});

describe('waitAll', () => {
  it('refuses what cannot be right, naming it, before anything is asked', async () => {
    await using it = pair('1.0', { agent });
    const first = (tasks: never, options?: object) => rejection(it.client.waitAll(tasks, options).next());
    expect((await first(undefined as never)).message).toMatch(/^"tasks" must be/);
    expect((await first('task-1' as never)).message).toMatch(/^"tasks" must be/);
    expect((await first([''] as never)).message).toMatch(/^"tasks\[\]" must be/);
    expect((await first([{ kind: 'message' }] as never)).message).toMatch(/^"tasks\[\]" must be/);
    expect((await first([] as never, { timeout: Number.NaN })).message).toMatch(/^"timeout" must be/);
    expect((await first([] as never, { signal: 'x' })).message).toMatch(/^"signal" must be/);
    expect(it.server.requests).toHaveLength(0);
  });

  it('of no tasks ends at once', async () => {
    await using it = pair('1.0', { agent });
    expect(await gathered(it.client.waitAll([]))).toEqual([]);
    expect(it.server.requests).toHaveLength(0);
  });

  it('keeps what settles for a consumer that is slow, and asks on meanwhile', async () => {
    await using it = pair('1.0', { agent });
    const tasks = await begun(it, '5', '10', '15');
    const seen: string[] = [];
    for await (const { id } of it.client.waitAll(tasks, { schedule: quick })) {
      await new Promise(resolve => setTimeout(resolve, 40));
      seen.push(id);
    }
    expect(seen).toEqual(tasks.map(({ id }) => id));
  });

  it('tells of a listener that throws as a warning', async () => {
    await using it = pair('1.0', { agent });
    const tasks = await begun(it, '5');
    const onUpdate = vi.fn(() => {
      throw new Error('mine');
    });
    expect(await gathered(it.client.waitAll(tasks, { schedule: quick, onUpdate }))).toMatchObject([
      { ok: true },
    ]);
    expect(it.warnings).toContainEqual(expect.objectContaining({ code: 'listener-failed' }));
  });
});
