import { isMessage, type Message, type Task, textOf } from 'a2a-await';
import { artifact, completed, inputRequired, reply, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, gets, pair, quick } from '../support/agents.js';

const asking = {
  *agent(turn: { task: Task | undefined; text: string }) {
    if (!turn.task) {
      yield working();
      yield inputRequired('Which colour?');
    } else {
      yield artifact(`A ${turn.text} whale.`);
      yield completed();
    }
  },
};

const proper = agents.filter(({ dialect }) => dialect !== 'praison');

describe.each(proper)('on $title', kind => {
  it('a question is answered with the ids of its task, and the same task ends', async () => {
    await using it = pair(kind, asking);
    const asked = (await it.client.sendMessage('Paint a whale')) as Task;
    expect(asked.status.state).toBe('input-required');
    expect(textOf(asked)).toBe('Which colour?');
    const done = (await it.client.sendMessage('blue', {
      taskId: asked.id,
      contextId: asked.contextId as string,
    })) as Task;
    expect(done.id).toBe(asked.id);
    expect(textOf(done)).toBe('A blue whale.');
    expect(it.warnings).toEqual([]);
  });

  it('onInterrupted answers, and the wait goes on to the end', async () => {
    await using it = pair(kind, asking);
    const questions: string[] = [];
    const done = await it.client.run('Paint a whale', {
      schedule: quick,
      onInterrupted: task => {
        questions.push(textOf(task));
        return 'green';
      },
    });
    expect(questions).toEqual(['Which colour?']);
    expect(textOf(done)).toBe('A green whale.');
    expect(it.server.tasks.size).toBe(1);
  });

  it('a direct answer is a message, and a wait for it gives it as it is', async () => {
    await using it = pair(kind, {
      *agent(turn) {
        yield reply(`Hi, ${turn.text}.`);
      },
    });
    const sent = await it.client.sendMessage('Ann');
    expect(isMessage(sent)).toBe(true);
    expect(textOf(sent)).toBe('Hi, Ann.');
    expect((sent as Message).role).toBe('agent');
    expect(await it.client.waitForCompletion(sent)).toBe(sent);
    expect(textOf(await it.client.run('Bob'))).toBe('Hi, Bob.');
    expect(it.calls(...gets)).toBe(0);
  });
});

describe('on praison', () => {
  it('an answer opens another task, which is said aloud and never pretended away', async () => {
    await using it = pair('praison', asking);
    const asked = (await it.client.sendMessage('Paint a whale')) as Task;
    const other = (await it.client.sendMessage('blue', { taskId: asked.id })) as Task;
    expect(other.id).not.toBe(asked.id);
    const warnings = it.warnings.filter(({ code }) => code === 'other-task');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain(asked.id);
    expect(warnings[0]?.message).toContain(other.id);
  });
});

describe.each(agents)('on $title', kind => {
  it('a context goes on over tasks', async () => {
    await using it = pair(kind);
    const first = (await it.client.sendMessage('one', { contextId: 'ctx-1' })) as Task;
    const second = (await it.client.sendMessage('two', { contextId: 'ctx-1' })) as Task;
    expect([first.contextId, second.contextId]).toEqual(['ctx-1', 'ctx-1']);
    expect(first.id).not.toBe(second.id);
  });

  it('a history is as long as asked for, whatever the server makes of it', async () => {
    await using it = pair(kind, {
      *agent() {
        yield working('one');
        yield working('two');
        yield completed('three');
      },
    });
    const { id } = (await it.client.sendMessage('go')) as Task;
    const whole = (await it.client.getTask(id)).history.length;
    expect(whole).toBeGreaterThanOrEqual(1);
    expect((await it.client.getTask(id, { historyLength: 0 })).history).toEqual([]);
    expect((await it.client.getTask(id, { historyLength: 1 })).history).toHaveLength(1);
    expect((await it.client.getTask(id, { historyLength: 100 })).history).toHaveLength(whole);
    const short = (await it.client.sendMessage('go', { historyLength: 0 })) as Task;
    expect(short.history).toEqual([]);
  });

  it('the message a user gives is the one that arrives: its id, metadata and references', async () => {
    await using it = pair(kind);
    await it.client.sendMessage({
      parts: ['hi'],
      messageId: 'mine-1',
      metadata: { by: 'me' },
      referenceTaskIds: ['t-0'],
    });
    const { message, params } = it.server.requests.at(-1)!.body as {
      message?: object;
      params?: { message: object };
    };
    expect(message ?? params?.message).toMatchObject({
      messageId: 'mine-1',
      metadata: { by: 'me' },
      // The protobuf message of 0.3 has no place for them.
      ...(kind.title !== '0.3 over HTTP+JSON' && { referenceTaskIds: ['t-0'] }),
    });
  });
});
