import {
  type Agent,
  type AgentStep,
  type AgentTurn,
  artifact,
  completed,
  createReferenceServer,
  failed,
  inputRequired,
  rejected,
  reply,
  working,
} from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, dialects, textOf } from './support.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe.each(dialects)('a reference server of dialect $title', d => {
  const { dialect, bindings, states, taskOf } = d;
  const blocking = (text: string, fields = {}) => ({ message: d.message(text, fields) });
  const notBlocking = (text: string, fields = {}) => ({
    message: d.message(text, fields),
    configuration: d.notBlocking,
  });

  it('echoes and completes where no agent is given', async () => {
    await using server = createReferenceServer({ dialect, bindings });
    const task = taskOf((await call(server, d.send, blocking('hi'))).result);
    expect(task.status.state).toBe(states.completed);
    expect(task.artifacts[0].parts[0].text).toBe('You said: hi');
    expect(server.tasks.list()).toMatchObject([
      { kind: 'task', id: task.id, status: { state: 'completed' } },
    ]);
  });

  it('answers a blocking send only when the agent is done', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        yield working();
        await turn.sleep(60_000);
        yield artifact('late');
      },
    });
    let answered = false;
    const sent = call(server, d.send, blocking('hi')).finally(() => {
      answered = true;
    });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(answered).toBe(false);
    expect(server.tasks.list()[0]?.status.state).toBe('working');
    await vi.advanceTimersByTimeAsync(1);
    expect(taskOf((await sent).result).status.state).toBe(states.completed);
  });

  it('answers a non-blocking send with the submitted task before the agent has done anything', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        await turn.sleep(1000);
        yield completed();
      },
    });
    const task = taskOf((await call(server, d.send, notBlocking('hi'))).result);
    expect(task.status.state).toBe(states.submitted);
    await vi.advanceTimersByTimeAsync(1000);
    const { result } = await call(server, d.get, { id: task.id });
    expect(result.status.state).toBe(states.completed);
  });

  it('blocks although asked not to with blocking: always', async () => {
    await using server = createReferenceServer({ dialect, bindings, blocking: 'always' });
    const { result } = await call(server, d.send, notBlocking('hi'));
    expect(taskOf(result).status.state).toBe(states.completed);
  });

  it('does not block although asked to with blocking: never', async () => {
    await using server = createReferenceServer({ dialect, bindings, blocking: 'never' });
    const { result } = await call(server, d.send, blocking('hi'));
    expect(taskOf(result).status.state).toBe(states.submitted);
  });

  it('completes a task whose agent ends without saying so', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        yield working();
      },
    });
    const { result } = await call(server, d.send, blocking('hi'));
    expect(taskOf(result).status.state).toBe(states.completed);
  });

  it('takes nothing more from an agent after its terminal step, and runs its finally block', async () => {
    let cleaned = false;
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        try {
          yield failed('no paper');
          yield completed();
        } finally {
          cleaned = true;
        }
      },
    });
    await call(server, d.send, blocking('hi'));
    expect(server.tasks.list()[0]?.status).toMatchObject({
      state: 'failed',
      message: { role: 'agent', parts: [{ kind: 'text', text: 'no paper' }] },
    });
    expect(cleaned).toBe(true);
  });

  it('fails the stored task of an agent that throws after a non-blocking send', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        yield working();
        await turn.sleep(10);
        throw new Error('boom');
      },
    });
    await call(server, d.send, notBlocking('hi'));
    await vi.advanceTimersByTimeAsync(10);
    expect(server.tasks.list()[0]?.status.state).toBe('failed');
  });

  it('replaces an artifact of the same id, and appends where the step says so', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        yield artifact('old', { artifactId: 'a' });
        yield artifact('new', { artifactId: 'a' });
        yield artifact('!', { append: true });
        yield artifact('other');
      },
    });
    await call(server, d.send, blocking('hi'));
    const [first, second] = server.tasks.list()[0]?.artifacts ?? [];
    expect(first?.parts).toMatchObject([{ text: 'new' }, { text: '!' }]);
    expect(second?.parts).toMatchObject([{ text: 'other' }]);
    expect(second?.artifactId).not.toBe('a');
  });

  it('goes on when the caller of a blocking send hangs up', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        await turn.sleep(1000);
        yield artifact('done anyway');
      },
    });
    const controller = new AbortController();
    const sent = call(server, d.send, blocking('hi'), { signal: controller.signal });
    const refused = expect(sent).rejects.toBe('gone');
    await vi.advanceTimersByTimeAsync(10);
    controller.abort('gone');
    await refused;
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.tasks.list()[0]?.status.state).toBe('completed');
  });

  it('leaves no timer behind when it closes, and fails those who wait', async () => {
    let signal: AbortSignal | undefined;
    const server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        signal = turn.signal;
        yield working();
        await turn.sleep(Number.POSITIVE_INFINITY);
      },
    });
    const sent = call(server, d.send, blocking('hi'));
    const refused = expect(sent).rejects.toThrow(TypeError);
    await vi.advanceTimersByTimeAsync(3 * 2 ** 31);
    expect(server.tasks.list()[0]?.status.state).toBe('working');
    expect(vi.getTimerCount()).toBe(1);
    await server.close();
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    expect(signal?.aborted).toBe(true);
    await expect(call(server, d.get, { id: 'x' })).rejects.toThrow(/closed/);
  });

  it('closes at once although an agent ignores its signal', async () => {
    const server = createReferenceServer({
      dialect,
      bindings,
      async *agent() {
        yield working();
        await new Promise(() => {});
      },
    });
    await call(server, d.send, notBlocking('hi'));
    await expect(server.close()).resolves.toBeUndefined();
  });

  it('keeps no more than maxTasks, and drops the oldest that is over', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      maxTasks: 2,
      async *agent(turn) {
        if (turn.text === 'long') await turn.sleep(1e6);
        yield completed();
      },
    });
    const long = taskOf((await call(server, d.send, notBlocking('long'))).result);
    const short = taskOf((await call(server, d.send, blocking('short'))).result);
    const third = taskOf((await call(server, d.send, blocking('third'))).result);
    expect(server.tasks.list().map(task => task.id)).toEqual([long.id, third.id]);
    expect((await call(server, d.get, { id: short.id })).error).toBeDefined();
  });
});

describe.each(dialects.filter(({ dialect }) => dialect !== 'praison'))('A2A $title', d => {
  const { dialect, bindings, states, taskOf } = d;

  it('asks, and goes on with the answer in the same task', async () => {
    const turns: AgentTurn[] = [];
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent(turn) {
        turns.push(turn);
        yield working('thinking');
        yield turn.task ? artifact(`Flying to ${turn.text}`) : inputRequired('Where to?');
      },
    });
    const asked = taskOf((await call(server, d.send, { message: d.message('book') })).result);
    expect(asked.status.state).toBe(states.inputRequired);
    expect(textOf(asked.status.message)).toBe('Where to?');
    const answer = d.message('Oslo', { taskId: asked.id });
    const done = taskOf((await call(server, d.send, { message: answer })).result);
    expect(done.id).toBe(asked.id);
    expect(done.contextId).toBe(asked.contextId);
    expect(done.status.state).toBe(states.completed);
    expect(done.artifacts[0].parts[0].text).toBe('Flying to Oslo');
    expect(turns[1]?.task?.status).toMatchObject({ state: 'input-required' });
    expect(turns[1]?.contextId).toBe(asked.contextId);
    const texts = server.tasks.get(done.id)?.history.map(({ parts }) => parts[0]);
    expect(texts).toMatchObject(
      ['book', 'thinking', 'Where to?', 'Oslo', 'thinking'].map(text => ({ text })),
    );
  });

  it('says working, not the question again, to an answer that does not block', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        if (!turn.task) yield inputRequired('?');
        await turn.sleep(5);
      },
    });
    const asked = taskOf((await call(server, d.send, { message: d.message('a') })).result);
    const message = d.message('b', { taskId: asked.id });
    const params = { message, configuration: d.notBlocking };
    expect(taskOf((await call(server, d.send, params)).result).status.state).toBe(states.working);
  });

  it('gives a message to a busy agent into the history, and the same end to both senders', async () => {
    let turns = 0;
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        turns++;
        await turn.sleep(100);
        yield artifact('one answer');
      },
    });
    const first = { message: d.message('first'), configuration: d.notBlocking };
    const { id } = taskOf((await call(server, d.send, first)).result);
    const second = call(server, d.send, { message: d.message('second', { taskId: id }) });
    await vi.advanceTimersByTimeAsync(100);
    expect(taskOf((await second).result)).toMatchObject({ id, status: { state: states.completed } });
    expect(turns).toBe(1);
    expect(server.tasks.get(id)?.history).toHaveLength(2);
  });

  it.each<[string, Agent]>([
    ['a list of steps', () => [reply('direct')]],
    [
      'an async generator',
      async function* () {
        await undefined;
        yield reply('direct');
      },
    ],
  ])('answers with a message and keeps no task where %s replies, blocking or not', async (_, agent) => {
    await using server = createReferenceServer({ dialect, bindings, agent });
    for (const configuration of [{}, d.notBlocking]) {
      const { result } = await call(server, d.send, { message: d.message('hi'), configuration });
      const message = result.message ?? result;
      expect(textOf(message)).toBe('direct');
      expect(message).not.toHaveProperty('taskId');
    }
    expect(server.tasks.size).toBe(0);
  });

  it('drops the oldest task where none is over, and fails its sender', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      maxTasks: 1,
      async *agent(turn) {
        if (turn.text === 'long') await turn.sleep(1e6);
        yield completed();
      },
    });
    const long = call(server, d.send, { message: d.message('long') });
    await vi.advanceTimersByTimeAsync(1);
    const { id } = taskOf((await call(server, d.send, { message: d.message('short') })).result);
    expect((await long).error.code).toBe(-32603);
    expect(server.tasks.list().map(task => task.id)).toEqual([id]);
  });

  it('completes the task where the agent replies after the task was handed out', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        await turn.sleep(10);
        yield reply('too late');
      },
    });
    const params = { message: d.message('hi'), configuration: d.notBlocking };
    const { id } = taskOf((await call(server, d.send, params)).result);
    await vi.advanceTimersByTimeAsync(10);
    expect(server.tasks.get(id)?.status).toMatchObject({
      state: 'completed',
      message: { parts: [{ text: 'too late' }] },
    });
  });

  it('fails an agent that replies after another step', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        yield working();
        yield reply('late');
      },
    });
    const { error } = await call(server, d.send, { message: d.message('hi') });
    expect(error).toMatchObject({ code: -32603, message: expect.stringContaining('first step') });
  });

  it('cancels: the agent is stopped, the blocking sender gets the canceled task', async () => {
    let stopped = false;
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        try {
          await turn.sleep(1e6);
        } finally {
          stopped = turn.signal.aborted;
        }
        yield completed();
      },
    });
    const sent = call(server, d.send, { message: d.message('hi') });
    await vi.advanceTimersByTimeAsync(1);
    const id = server.tasks.list()[0]?.id;
    const { result } = await call(server, d.cancel, { id });
    expect(result.status.state).toBe(states.canceled);
    expect(taskOf((await sent).result).status.state).toBe(states.canceled);
    expect(stopped).toBe(true);
    expect((await call(server, d.cancel, { id })).error.code).toBe(-32002);
    expect((await call(server, d.cancel, { id: 'nope' })).error.code).toBe(-32001);
  });

  it('drops a step that was on its way when the task was canceled', async () => {
    let release = () => {};
    const step = new Promise<IteratorResult<AgentStep>>(resolve => {
      release = () => resolve({ done: false, value: completed() });
    });
    await using server = createReferenceServer({
      dialect,
      bindings,
      agent: () => ({ [Symbol.asyncIterator]: () => ({ next: () => step }) }),
      // Looked up in the very tick in which the cancel takes place.
      auth: {
        bearer: () => {
          if (server.requests.at(-1)?.rpcMethod === d.cancel) release();
          return 'secret';
        },
      },
    });
    const headers = { authorization: 'Bearer secret', 'a2a-version': '1.0' };
    const params = { message: d.message('hi'), configuration: d.notBlocking };
    const { id } = taskOf((await call(server, d.send, params, { headers })).result);
    await call(server, d.cancel, { id }, { headers });
    await vi.advanceTimersByTimeAsync(10);
    expect(server.tasks.get(id)?.status.state).toBe('canceled');
  });

  it('takes no message for a task that is over, and none for another context', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent(turn) {
        yield turn.text === 'ask' ? inputRequired('?') : rejected('no');
      },
    });
    const { id } = taskOf((await call(server, d.send, { message: d.message('hi') })).result);
    const { error } = await call(server, d.send, { message: d.message('more', { taskId: id }) });
    expect(error.code).toBe(dialect === '1.0' ? -32004 : -32600);
    if (dialect === '1.0') expect(error.data[0].reason).toBe('UNSUPPORTED_OPERATION');
    const asked = taskOf((await call(server, d.send, { message: d.message('ask') })).result);
    const elsewhere = d.message('x', { taskId: asked.id, contextId: 'other' });
    expect((await call(server, d.send, { message: elsewhere })).error.code).toBe(-32602);
    const unknown = d.message('x', { taskId: 'nope' });
    expect((await call(server, d.send, { message: unknown })).error.code).toBe(-32001);
  });
});

it('sleeps by real timers where they are not faked', async () => {
  vi.useRealTimers();
  await using server = createReferenceServer({
    async *agent(turn) {
      await turn.sleep(20);
      yield completed();
    },
  });
  const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] };
  await call(server, 'SendMessage', { message, configuration: { returnImmediately: true } });
  await vi.waitUntil(() => server.tasks.list()[0]?.status.state === 'completed');
  vi.useFakeTimers();
});
