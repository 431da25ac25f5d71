import {
  type Agent,
  artifact,
  completed,
  createReferenceServer,
  inputRequired,
  reply,
  submitted,
  working,
} from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { open, praison, readAll, readEvents, resuming } from './stream-support.js';
import { call, readAnswer } from './support.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Says a word a second. */
const slow: Agent = async function* (turn) {
  yield working();
  yield artifact('he', { artifactId: 'a1', lastChunk: false });
  await turn.sleep(1000);
  yield artifact('llo', { append: true });
};

describe.each(resuming)('a stream of dialect $title', d => {
  const { dialect, bindings, stream, subscribe, send, tell, taskOf, final } = d;

  it('begins with the submitted task, tells each step and ends with the terminal state', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: slow });
    const response = await open(server, stream, send('hi'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const told = readAll(response, tell);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await told).toEqual([
      'task submitted',
      'status working',
      'artifact he',
      'artifact llo appended last',
      `status completed${final}`,
    ]);
    expect(server.openStreams).toBe(0);
  });

  it('delivers each event when it happens', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: slow });
    const events = readEvents(await open(server, stream, send('hi')));
    for (const expected of ['task submitted', 'status working', 'artifact he']) {
      const { value } = await events.next();
      expect(value && tell(value)).toBe(expected);
    }
    let arrived = false;
    const next = events.next().finally(() => {
      arrived = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(arrived).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const { value } = await next;
    expect(value && tell(value)).toBe('artifact llo appended last');
    await events.return(undefined);
  });

  it('leaves the appended chunks as parts of one artifact', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: slow });
    const response = await open(server, stream, send('hi'));
    await vi.advanceTimersByTimeAsync(1000);
    await response.text();
    const id = server.tasks.list()[0]?.id;
    const { artifacts } = (await call(server, d.get, { id })).result;
    expect(artifacts).toHaveLength(1);
    expect(artifacts[0].parts).toMatchObject([{ text: 'he' }, { text: 'llo' }]);
  });

  it('is the direct answer alone where the agent has one', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        yield reply('direct');
      },
    });
    expect(await readAll(await open(server, stream, send('hi')), tell)).toEqual(['message direct']);
    expect(server.tasks.size).toBe(0);
    expect(server.openStreams).toBe(0);
  });

  it('ends at a question, and another continues the task', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent(turn) {
        yield turn.task ? completed('thanks') : inputRequired('which?');
      },
    });
    const first = await readAll(await open(server, stream, send('hi')), tell);
    expect(first).toEqual(['task submitted', `status input-required which?${final}`]);
    const taskId = server.tasks.list()[0]?.id;
    const second = await readAll(await open(server, stream, send('this', { taskId })), tell);
    expect(second).toEqual(['task working', `status completed thanks${final}`]);
  });

  it('answers with plain JSON where it cannot begin', async () => {
    await using server = createReferenceServer({ dialect, bindings });
    const response = await open(server, stream, send('hi', { taskId: 'nope' }));
    expect(response.headers.get('content-type')).toBe(d.type);
    expect((await readAnswer(server, response)).error.code).toBe(-32001);
    expect((await call(server, stream, {})).error.code).toBe(-32602);
  });

  it('takes over a running task with nothing lost or doubled', async () => {
    const steps = 200;
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent() {
        for (let step = 0; step < steps; step++) {
          yield artifact(String(step), { artifactId: 'a', append: step > 0 });
        }
      },
    });
    const whole = await open(server, stream, send('hi'));
    const id = server.tasks.list()[0]?.id;
    const opening: Promise<Response>[] = [];
    // Each comes at another moment in the life of the task.
    while (server.tasks.list()[0]?.status.state === 'submitted') {
      opening.push(open(server, subscribe, { id }));
      await undefined;
    }
    const starts = new Set<number>();
    for (const response of await Promise.all(opening)) {
      // The last ones were late.
      if (response.headers.get('content-type') === d.type) continue;
      const seen: string[] = [];
      for await (const sent of readEvents(response)) {
        const result = d.resultOf(sent).artifactUpdate ?? d.resultOf(sent);
        const made = taskOf(sent)?.artifacts?.[0] ?? result.artifact;
        if (seen.length === 0) starts.add(made?.parts.length ?? 0);
        for (const part of made?.parts ?? []) seen.push(part.text);
      }
      expect(seen).toEqual(Array.from({ length: steps }, (_, step) => String(step)));
    }
    expect(starts.size).toBeGreaterThan(steps / 2);
    await whole.text();
    expect(server.openStreams).toBe(0);
  });

  it('reaches every reader of the task, and a cancel ends them all', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: slow });
    const first = await open(server, stream, send('hi'));
    const id = server.tasks.list()[0]?.id;
    await vi.advanceTimersByTimeAsync(0);
    const second = await open(server, subscribe, { id });
    expect(server.openStreams).toBe(2);
    await call(server, d.cancel, { id });
    expect(await readAll(second, tell)).toEqual(['task working', `status canceled${final}`]);
    expect((await readAll(first, tell)).at(-1)).toBe(`status canceled${final}`);
    expect(server.openStreams).toBe(0);
  });

  it('follows a task that was sent without a stream', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: slow });
    const sent = call(server, dialect === '1.0' ? 'SendMessage' : 'message/send', send('hi'));
    await vi.advanceTimersByTimeAsync(0);
    const followed = readAll(await open(server, subscribe, { id: server.tasks.list()[0]?.id }), tell);
    await vi.advanceTimersByTimeAsync(1000);
    await sent;
    expect(await followed).toEqual([
      'task working',
      'artifact llo appended last',
      `status completed${final}`,
    ]);
  });

  it('makes the task known, so that a late direct answer completes it', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      async *agent(turn) {
        await turn.sleep(1000);
        yield reply('late');
      },
    });
    const sent = call(server, dialect === '1.0' ? 'SendMessage' : 'message/send', send('hi'));
    await vi.advanceTimersByTimeAsync(0);
    const followed = readAll(await open(server, subscribe, { id: server.tasks.list()[0]?.id }), tell);
    await vi.advanceTimersByTimeAsync(1000);
    await sent;
    expect(await followed).toEqual(['task submitted', `status completed late${final}`]);
  });

  const asking: Agent = turn =>
    turn.task ? [working(), completed(`About ${turn.text}.`)] : [inputRequired('which?')];

  it.runIf(dialect === '0.3')('is the task alone where that waits for an answer', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: asking });
    await (await open(server, stream, send('hi'))).text();
    const response = await open(server, subscribe, { id: server.tasks.list()[0]?.id });
    expect(await readAll(response, tell)).toEqual(['task input-required which?']);
  });

  it.runIf(dialect === '1.0')('goes on while the task waits for an answer, to its end', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent: asking });
    await (await open(server, stream, send('hi'))).text();
    const taskId = server.tasks.list()[0]?.id;
    const followed = readAll(await open(server, subscribe, { id: taskId }), tell);
    await (await open(server, stream, send('tea', { taskId }))).text();
    expect(await followed).toEqual([
      'task input-required which?',
      'status working',
      'status working',
      'status completed About tea.',
    ]);
    expect(server.openStreams).toBe(0);
  });

  it.runIf(dialect === '1.0')(
    'fails where the task it waits for is dropped, or the server closed',
    async () => {
      const agent = asking;
      await using server = createReferenceServer({ dialect, bindings, agent, maxTasks: 1 });
      const subscribed = async () => {
        await (await open(server, stream, send('hi'))).text();
        return open(server, subscribe, { id: server.tasks.list()[0]?.id });
      };
      const first = readAll(await subscribed(), tell);
      const second = readAll(await subscribed(), tell);
      expect((await first).at(-1)).toMatch(/^broken: Task \S+ was dropped/);
      await server.close();
      expect((await second).at(-1)).toBe('broken: The reference server was closed.');
    },
  );

  it('breaks where the server is closed', async () => {
    const server = createReferenceServer({ dialect, bindings, agent: slow });
    const events = readEvents(await open(server, stream, send('hi')));
    await events.next();
    const rest = (async () => {
      for await (const _ of events);
    })();
    const broken = expect(rest).rejects.toThrow('The reference server was closed.');
    await server.close();
    await broken;
    expect(server.openStreams).toBe(0);
  });

  it('tells of an agent that throws before its first step', async () => {
    await using server = createReferenceServer({
      dialect,
      bindings,
      agent() {
        throw new Error('boom');
      },
    });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told).toEqual(['task submitted', d.thrown]);
    expect(server.tasks.list()[0]?.status.state).toBe('failed');
  });
});

it.each(['1.0', '0.3', 'praison'] as const)('the card of dialect %s promises streams', async dialect => {
  await using server = createReferenceServer({ dialect });
  const card = await (await server.fetch(server.cardUrl)).json();
  expect(card.capabilities.streaming).toBe(true);
});

describe('A2A 1.0', () => {
  it('refuses to subscribe to a task that is over', async () => {
    await using server = createReferenceServer();
    await (await open(server, 'SendStreamingMessage', resuming[0]?.send('hi') ?? {})).text();
    const { error } = await call(server, 'SubscribeToTask', { id: server.tasks.list()[0]?.id });
    expect(error).toMatchObject({ code: -32004, data: [{ reason: 'UNSUPPORTED_OPERATION' }] });
  });
});

describe('a stream of PraisonAI', () => {
  const { stream, send, tell, dialect } = praison;

  it('begins with the work, shows no task and says when it is done', async () => {
    await using server = createReferenceServer({
      dialect,
      *agent() {
        yield submitted();
        yield working();
        yield artifact('he', { artifactId: 'a1', lastChunk: false });
        yield artifact('llo', { append: true });
      },
    });
    expect(await readAll(await open(server, stream, send('hi')), tell)).toEqual([
      'status working',
      'artifact he',
      'artifact llo appended last',
      'status completed final',
      'done',
    ]);
  });

  it('says no more of a failure than that', async () => {
    await using server = createReferenceServer({
      dialect,
      agent() {
        throw new Error('boom');
      },
    });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told).toEqual(['status working', 'status failed final', 'done']);
  });

  it('leaves its stored task submitted for ever', async () => {
    await using server = createReferenceServer({ dialect });
    const { value } = await readEvents(await open(server, stream, send('hi'))).next();
    const id = value?.data.taskId;
    await vi.advanceTimersByTimeAsync(0);
    expect((await call(server, 'tasks/get', { id })).result.status.state).toBe('submitted');
    expect(server.tasks.get(id)).toMatchObject({ status: { state: 'submitted' }, artifacts: [] });
  });

  it('goes on although its task was canceled', async () => {
    await using server = createReferenceServer({ dialect, agent: slow });
    const told = readAll(await open(server, stream, send('hi')), tell);
    await vi.advanceTimersByTimeAsync(0);
    const id = server.tasks.list()[0]?.id;
    expect((await call(server, 'tasks/cancel', { id })).result.status.state).toBe('cancelled');
    await vi.advanceTimersByTimeAsync(1000);
    expect((await told).slice(-2)).toEqual(['status completed final', 'done']);
    expect(server.tasks.list()[0]?.status.state).toBe('canceled');
  });

  it('stops with the task that had to make room', async () => {
    await using server = createReferenceServer({ dialect, agent: slow, maxTasks: 1 });
    const told = readAll(await open(server, stream, send('hi')), tell);
    await vi.advanceTimersByTimeAsync(0);
    const second = await open(server, stream, send('there'));
    expect((await told).at(-1)).toMatch(/^broken: Task .* was dropped/);
    await second.body?.cancel();
    await vi.advanceTimersByTimeAsync(1000);
  });

  it('is refused in plain JSON where there is no message', async () => {
    await using server = createReferenceServer({ dialect });
    expect((await call(server, stream, {})).error.code).toBe(-32602);
  });
});
