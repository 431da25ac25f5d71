import {
  A2AClient,
  AbortedError,
  accumulate,
  isTask,
  type StreamEvent,
  StreamInterruptedError,
  TaskNotFoundError,
  textDeltas,
  textOf,
  UnsupportedOperationError,
} from 'a2a-await';
import { type Agent, artifact, completed, failed, inputRequired, reply, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { describe, expect, it } from 'vitest';
import { agents, pair, serverOf } from '../support/agents.js';
import { brief } from '../support/events.js';
import { following, gathered } from '../support/gather.js';
import { countedSignal } from '../support/listeners.js';
import { microtasks, rejection, until } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

const streams = ['SendStreamingMessage', 'message/stream'];
const subscriptions = ['SubscribeToTask', 'tasks/resubscribe'];
/** Those in which a stream can be entered again. */
const resuming = agents.filter(({ dialect }) => dialect !== 'praison');

const piece = (text: string, append: boolean) =>
  artifact({ artifactId: 'story', parts: [{ kind: 'text', text }] }, { append });

const tellsAStory: Agent = async function* () {
  yield working('Thinking');
  yield piece('Once ', false);
  yield piece('upon ', true);
  yield piece('a time', true);
  yield completed();
};

/** An agent that waits for the test, after it has told that it works. */
function waiting(): { agent: Agent; goOn: () => void; readonly isDone: boolean } {
  let goOn = () => {};
  const allowed = new Promise<void>(resolve => {
    goOn = resolve;
  });
  let isDone = false;
  return {
    async *agent() {
      yield working();
      yield piece('half', false);
      await allowed;
      yield piece(' and half', true);
      isDone = true;
      yield completed();
    },
    goOn,
    get isDone() {
      return isDone;
    },
  };
}

describe.each(agents)('on $title', kind => {
  // PraisonAI never tells the task as a whole.
  const begun = kind.dialect === 'praison' ? [] : ['task: submitted'];

  it('the events of a message come in order, and fold into the task', async () => {
    await using it = pair(kind, { agent: tellsAStory });
    const events = await gathered(it.client.streamMessage('Tell it'));
    expect(brief(events).filter(each => each !== 'status-update: working')).toEqual([
      ...begun,
      'artifact: Once ',
      'more: upon ',
      'more: a time',
      'status-update: completed',
    ]);
    expect(brief(events)).toContain('status-update: working');
    const finals = events.map(event => event.kind === 'status-update' && event.final);
    expect(finals.indexOf(true)).toBe(events.length - 1);
    const task = await accumulate(events);
    expect(isTask(task) && task.status.state).toBe('completed');
    expect(textOf(task)).toBe('Once upon a time');
    expect(it.calls(...streams)).toBe(1);
    expect(it.server.openStreams).toBe(0);
  });

  it('their text comes piece by piece', async () => {
    await using it = pair(kind, { agent: tellsAStory });
    expect(await gathered(textDeltas(it.client.streamMessage('Tell it')))).toEqual([
      'Once ',
      'upon ',
      'a time',
    ]);
  });

  it('each event is told when it happens, not at the end', async () => {
    const { agent, goOn } = waiting();
    await using it = pair(kind, { agent });
    const read = following(it.client.streamMessage('go'));
    await until(() => brief(read.events).includes('artifact: half'));
    expect(read.state).toBe('open');
    goOn();
    await read.done;
    expect(brief(read.events).slice(-2)).toEqual(['more:  and half', 'status-update: completed']);
  });

  it('leaving the loop closes the connection at once, and the agent goes on', async () => {
    const working = waiting();
    await using server = serverOf(kind, { agent: working.agent });
    await using listening = await listen(server);
    const client = new A2AClient(listening.url);
    for await (const event of client.streamMessage('go')) {
      if (event.kind !== 'artifact-update') continue;
      expect(server.openStreams).toBe(1);
      break;
    }
    await until(() => server.openStreams === 0);
    expect(working.isDone).toBe(false);
    working.goOn();
    await until(() => working.isDone);
    expect(server.requests.filter(({ rpcMethod }) => /cancel/i.test(rpcMethod ?? ''))).toEqual([]);
  });

  it('an error in the loop closes the connection, too', async () => {
    const { agent } = waiting();
    await using it = pair(kind, { agent });
    const loop = async () => {
      for await (const event of it.client.streamMessage('go'))
        if (event.kind === 'artifact-update') throw new RangeError('mine');
    };
    expect(await rejection(loop())).toBeInstanceOf(RangeError);
    await until(() => it.server.openStreams === 0);
  });

  it('an abort while the agent works ends it with the reason, and leaves no listener', async () => {
    const { agent } = waiting();
    await using it = pair(kind, { agent });
    const counted = countedSignal();
    const read = following(it.client.streamMessage('go', { signal: counted.signal }));
    await until(() => brief(read.events).includes('artifact: half'));
    counted.controller.abort(reason);
    await microtasks(100);
    expectAborted(read.error);
    expect(counted.most).toBe(1);
    expect(counted.now).toBe(0);
    await until(() => it.server.openStreams === 0);
  });

  it('a signal that has fired sends nothing', async () => {
    await using it = pair(kind);
    const signal = AbortSignal.abort(reason);
    expectAborted(await rejection(it.client.streamMessage('go', { signal }).next()));
    expectAborted(await rejection(it.client.subscribe('t', { signal }).next()));
    expect(it.server.requests).toEqual([]);
  });

  it('nothing is sent before the first event is asked for', async () => {
    await using it = pair(kind);
    const stream = it.client.streamMessage('go');
    await microtasks();
    expect(it.server.requests).toEqual([]);
    await stream.return();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(it.server.requests).toEqual([]);
  });

  it('a question ends it normally', async () => {
    await using it = pair(kind, {
      async *agent() {
        yield working();
        yield inputRequired('Which colour?');
      },
    });
    const task = await accumulate(it.client.streamMessage('Paint it'));
    expect(isTask(task) && task.status.state).toBe('input-required');
    expect(textOf(task)).toBe('Which colour?');
    expect(it.calls(...subscriptions)).toBe(0);
  });

  it('a failed task is told, not thrown', async () => {
    await using it = pair(kind, {
      async *agent() {
        yield failed('Out of paper');
      },
    });
    const events = await gathered(it.client.streamMessage('Print it'));
    expect(events.at(-1)).toMatchObject({ status: { state: 'failed' }, final: true });
  });

  it('credentials are renewed after a 401, and the message is executed once', async () => {
    const auth = ({ reason }: { reason: string }) => (reason === 'start' ? 'old' : 'new');
    await using it = pair(kind, { auth: { bearer: 'new' }, agent: tellsAStory }, { auth });
    expect(textOf(await accumulate(it.client.streamMessage('Tell it')))).toBe('Once upon a time');
    expect(it.server.tasks.size).toBe(1);
    expect(it.calls(...streams)).toBe(2);
  });
});

describe.each(resuming)('on $title', kind => {
  it('an answer continues the task in a stream of its own', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        if (!turn.task) yield inputRequired('Which colour?');
        else yield artifact(`Painted ${turn.text}`);
      },
    });
    const asked = await accumulate(it.client.streamMessage('Paint it'));
    if (!isTask(asked)) throw new Error('no task');
    const done = await accumulate(it.client.streamMessage('blue', { taskId: asked.id }));
    expect(done).toMatchObject({ id: asked.id, status: { state: 'completed' } });
    expect(textOf(done)).toBe('Painted blue');
  });

  it('a direct message is the only event', async () => {
    await using it = pair(kind, {
      async *agent() {
        yield reply('Hello yourself');
      },
    });
    expect(brief(await gathered(it.client.streamMessage('Hello')))).toEqual(['message: Hello yourself']);
  });

  it('a subscription tells the task as it stands, and what follows', async () => {
    const { agent, goOn } = waiting();
    await using it = pair(kind, { agent });
    const sent = await it.client.sendMessage('go', { returnImmediately: true });
    if (!isTask(sent)) throw new Error('no task');
    await until(() => it.server.tasks.get(sent.id)?.artifacts.length === 1);
    const read = following(it.client.subscribe(sent.id));
    await until(() => read.events.length > 0);
    goOn();
    await read.done;
    expect(brief(read.events)).toEqual(['task: working', 'more:  and half', 'status-update: completed']);
    expect(textOf(await accumulate(read.events))).toBe('half and half');
  });

  it('a subscription to a task that is over tells the task', async () => {
    await using it = pair(kind, { agent: tellsAStory });
    const done = await it.client.sendMessage('Tell it');
    const events = await gathered(it.client.subscribe(isTask(done) ? done.id : ''));
    expect(brief(events)).toEqual(['task: completed']);
    expect(textOf(await accumulate(events))).toBe('Once upon a time');
  });

  it('a subscription to a missing task is a TaskNotFoundError', async () => {
    await using it = pair(kind);
    expect(await rejection(it.client.subscribe('nope').next())).toBeInstanceOf(TaskNotFoundError);
  });

  it.each([1, 2, 3, 4, 5])('cut after %i events and taken up again, loses nothing', async afterEvents => {
    await using it = pair(kind, {
      agent: tellsAStory,
      cutStream: ({ nth }) => (nth === 1 ? { afterEvents } : undefined),
    });
    const events = await gathered(it.client.streamMessage('Tell it', atOnce));
    expect(textOf(await accumulate(events))).toBe('Once upon a time');
    expect((await gathered(textDeltas(of(events)))).join('')).toBe('Once upon a time');
    expect(brief(events).at(-1)).toBe('status-update: completed');
    expect(it.calls(...streams)).toBe(1);
    expect(it.calls(...subscriptions)).toBe(1);
  });

  it('cut again and again within events, loses nothing', async () => {
    const { agent, goOn } = waiting();
    await using it = pair(kind, {
      agent,
      cutStream: ({ nth }) => (nth < 8 ? { afterBytes: 100 + 150 * nth } : undefined),
    });
    const read = following(
      it.client.streamMessage('go', { reconnect: { attempts: 20, minDelay: 0, maxDelay: 0 } }),
    );
    await until(() => it.calls(...subscriptions) > 3 || read.state !== 'open');
    goOn();
    await read.done;
    // The first may have been cut before it told of any task.
    if (read.error) expect(read.events).toEqual([]);
    else expect(textOf(await accumulate(read.events))).toBe('half and half');
  });

  it('cut before the task was told, sends nothing again', async () => {
    await using it = pair(kind, { agent: tellsAStory, cutStream: { afterEvents: 0 } });
    const error = await rejection(gathered(it.client.streamMessage('Tell it', atOnce)));
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(it.calls(...streams)).toBe(1);
    expect(it.server.tasks.size).toBe(1);
  });
});

const atOnce = { reconnect: { minDelay: 0, maxDelay: 0 } };

async function* of(events: readonly StreamEvent[]): AsyncGenerator<StreamEvent, void, undefined> {
  yield* events;
}

describe('on praison', () => {
  it('a cut is an interruption with what was told', async () => {
    await using it = pair('praison', { agent: tellsAStory, cutStream: { afterEvents: 3 } });
    const error = await rejection(gathered(it.client.streamMessage('Tell it', atOnce)));
    expect(error).toBeInstanceOf(StreamInterruptedError);
    const { accumulated, taskId } = error as unknown as StreamInterruptedError;
    expect(accumulated).toMatchObject({ id: taskId, status: { state: 'working' } });
    expect(accumulated && textOf(accumulated)).toMatch(/^Once/);
    expect(it.calls('tasks/resubscribe')).toBe(0);
  });

  it('a subscription is refused before it is sent', async () => {
    await using it = pair('praison');
    const error = await rejection(it.client.subscribe('nope').next());
    expect(error).toBeInstanceOf(UnsupportedOperationError);
    expect(it.calls('tasks/resubscribe')).toBe(0);
  });
});

const reason = new Error('The user has left.');

function expectAborted(error: unknown): void {
  expect(error).toBeInstanceOf(AbortedError);
  expect(error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
}
