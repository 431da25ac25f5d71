import { A2AError, AbortedError, isTask, type StreamEvent, TaskUnreachableError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TaskHandle } from '../../../src/wait/task-handle.js';
import { became, begins, brief, goesOn, said, taskIn } from '../../support/events.js';
import { following } from '../../support/gather.js';
import { type Given, hunting, type ScriptedHunt } from '../../support/hunt.js';
import { microtasks, watched } from '../../support/settling.js';
import { failure, never } from '../../support/source.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

const second = 1_000;
const minute = 60 * second;

/** A handle, what is known of its task, and what the source was asked. */
function handling(
  script: Given[],
  { task, ...source }: Parameters<typeof hunting>[1] & { task?: ReturnType<typeof taskIn> } = {},
) {
  const hunted: ScriptedHunt = hunting(script, source);
  const pursuit = hunted.pursue(task);
  return { ...hunted, pursuit, handle: new TaskHandle(pursuit, hunted.hunt) };
}

const statesOf = (events: StreamEvent[]) => events.map(event => 'status' in event && event.status.state);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

describe('an iterator of a handle', () => {
  it('begins with how the task stands, and tells what becomes of it', async () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('submitted') });
    const told = following(handle);
    await vi.advanceTimersByTimeAsync(100);
    pursuit.take(taskIn('working'), became('working'));
    pursuit.tell(begins('a', 'Chapter 1'));
    await microtasks();
    pursuit.tell(goesOn('a', ', 2'));
    pursuit.take(taskIn('completed'), became('completed'));
    await told.done;
    expect(brief(told.events)).toEqual([
      'task: submitted',
      'status-update: working',
      'artifact: Chapter 1',
      'more: , 2',
      'status-update: completed',
    ]);
  });

  it('begins with what is learned first where nothing is known', async () => {
    const { handle } = handling(['working', 'completed']);
    const told = following(handle);
    await vi.advanceTimersByTimeAsync(minute);
    expect(brief(told.events)).toEqual(['task: working', 'task: completed']);
  });

  it.each(['completed', 'failed', 'canceled', 'rejected'] as const)(
    'ends after the end, without an error: %s',
    async state => {
      const { handle } = handling(['working', state]);
      const told = following(handle);
      await vi.advanceTimersByTimeAsync(minute);
      expect(told).toMatchObject({ state: 'ended' });
      expect(statesOf(told.events)).toEqual(['working', state]);
    },
  );

  it('tells of a task that is over how it ended, and no more', async () => {
    const { handle, requests } = handling(['completed'], { task: taskIn('failed') });
    const told = following(handle);
    await microtasks();
    expect(told).toMatchObject({ state: 'ended' });
    expect(brief(told.events)).toEqual(['task: failed']);
    expect(requests).toHaveLength(0);
  });

  it('goes on while the agent waits for somebody', async () => {
    const { handle } = handling(['input-required', 'input-required', 'auth-required', 'completed']);
    const told = following(handle);
    await vi.advanceTimersByTimeAsync(minute);
    expect(statesOf(told.events)).toEqual(['input-required', 'auth-required', 'completed']);
  });

  it('is one of many: each begins by itself, tells all, and costs no further request', async () => {
    const { handle, pursuit, requests } = handling([never()], { task: taskIn('submitted') });
    const early = following(handle);
    await microtasks();
    pursuit.take(taskIn('working'), became('working'));
    await microtasks();
    const late = following(handle);
    await vi.advanceTimersByTimeAsync(second);
    pursuit.take(taskIn('completed'), became('completed'));
    await Promise.all([early.done, late.done]);
    expect(brief(early.events)).toEqual([
      'task: submitted',
      'status-update: working',
      'status-update: completed',
    ]);
    expect(brief(late.events)).toEqual(['task: working', 'status-update: completed']);
    expect(requests).toHaveLength(1);
  });

  it('that is left ends alone: others go on, and so does who waits', async () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('submitted') });
    const other = following(handle);
    const waiting = watched(handle.wait());
    const left: StreamEvent[] = [];
    for await (const event of handle) {
      left.push(event);
      break;
    }
    await vi.advanceTimersByTimeAsync(second);
    pursuit.take(taskIn('completed'), became('completed'));
    await microtasks();
    expect(brief(left)).toEqual(['task: submitted']);
    expect(brief(other.events)).toEqual(['task: submitted', 'status-update: completed']);
    expect(waiting.state).toBe('resolved');
  });

  it('that is left while it waits for news leaves no timer and no request', async () => {
    const { handle, signals, channels } = handling([never()]);
    const iterator = handle[Symbol.asyncIterator]();
    const next = watched(iterator.next());
    await vi.advanceTimersByTimeAsync(10);
    await iterator.return();
    await microtasks();
    expect(next.value).toEqual({ done: true, value: undefined });
    expect([...signals, ...channels].map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that is slow is told of the latest snapshot, and of what came after it', async () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('submitted') });
    const iterator = handle[Symbol.asyncIterator]();
    const first = await iterator.next();
    for (const text of ['one', 'two', 'three']) {
      const task = taskIn('working', { status: { state: 'working', message: said(text) } });
      pursuit.take(task);
      pursuit.tell(begins(text, text));
    }
    const [second, third] = [await iterator.next(), await iterator.next()];
    expect(first.value).toMatchObject({ kind: 'task', status: { state: 'submitted' } });
    expect(second.value).toMatchObject({ kind: 'task', status: { message: { messageId: 'three' } } });
    expect(third.value).toMatchObject({ kind: 'artifact-update', artifact: { artifactId: 'three' } });
    await iterator.return();
  });

  it('that is never read holds a hundred events at most, and begins again with how the task stands', async () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('submitted') });
    const iterator = handle[Symbol.asyncIterator]();
    await iterator.next();
    for (let nth = 1; nth <= 950; nth += 1) {
      pursuit.take(taskIn('working', { metadata: { nth } }), became('working', { timestamp: `${nth}` }));
    }
    pursuit.take(taskIn('completed'), became('completed'));
    const rest: StreamEvent[] = [];
    for await (const event of { [Symbol.asyncIterator]: () => iterator }) rest.push(event);
    expect(rest.length).toBeLessThanOrEqual(101);
    expect(rest[0]).toMatchObject({ kind: 'task', metadata: { nth: expect.any(Number) } });
    const nths = rest.slice(1, -1).map(event => 'status' in event && Number(event.status.timestamp));
    const [begun] = rest as [ReturnType<typeof taskIn>];
    expect(nths).toEqual(nths.map((_, at) => (begun.metadata?.['nth'] as number) + 1 + at));
    expect(rest.at(-1)).toMatchObject({ status: { state: 'completed' } });
  });

  it('fails as a wait does where the task cannot be followed any more', async () => {
    const { handle } = handling(['working', failure({ status: 503 })]);
    const told = following(handle);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(told.state).toBe('failed');
    expect(told.error).toBeInstanceOf(TaskUnreachableError);
    expect(brief(told.events)).toEqual(['task: working']);
  });
});

describe('a handle that is closed', () => {
  it('ends its iterators, and nothing else: who waits goes on, and so does the task', async () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('working') });
    const told = [following(handle), following(handle)];
    const waiting = watched(handle.wait());
    await vi.advanceTimersByTimeAsync(10);
    await handle.close();
    await microtasks();
    expect(told.map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(waiting.state).toBe('pending');
    pursuit.take(taskIn('completed'));
    await microtasks();
    expect(waiting.state).toBe('resolved');
  });

  it('has no more to tell to an iterator that begins later', async () => {
    const { handle, requests } = handling(['working'], { task: taskIn('working') });
    await handle.close();
    const told = following(handle);
    await microtasks();
    expect(told.state).toBe('ended');
    await vi.advanceTimersByTimeAsync(minute);
    expect(requests).toHaveLength(0);
  });

  it('is closed by the end of a block', async () => {
    const { handle } = handling([never()], { task: taskIn('working') });
    const told = following(handle);
    {
      await using used = handle;
      expect(used.id).toBe('t');
    }
    await microtasks();
    expect(told.state).toBe('ended');
  });
});

describe('refresh', () => {
  it('asks, and all know the answer', async () => {
    const { handle, requests } = handling(['completed'], { task: taskIn('working') });
    const waiting = watched(handle.wait());
    const refreshed = watched(handle.refresh());
    await vi.advanceTimersByTimeAsync(10);
    expect(refreshed.value?.status.state).toBe('completed');
    expect(handle.snapshot).toBe(refreshed.value);
    expect(waiting.value).toBe(refreshed.value);
    expect(requests).toHaveLength(1);
  });

  it('does not wait for the turn of the schedule', async () => {
    const { handle, requests } = handling(['working']);
    const asked = handle.refresh().then(() => handle.refresh());
    await vi.advanceTimersByTimeAsync(10);
    await asked;
    expect(requests).toHaveLength(2);
  });

  it('fails as the request does, and the wait beside it goes on', async () => {
    const broken = failure({ status: 503 });
    const { handle } = handling([broken, 'completed']);
    const waiting = watched(handle.wait());
    const refreshed = watched(handle.refresh());
    await vi.advanceTimersByTimeAsync(10);
    expect(refreshed.error).toBe(broken);
    await vi.advanceTimersByTimeAsync(minute);
    expect(waiting.state).toBe('resolved');
  });

  it('fails after half a minute where the answer does not come', async () => {
    const { handle, signals } = handling([never()]);
    const refreshed = watched(handle.refresh());
    await vi.advanceTimersByTimeAsync(31 * second);
    expect(refreshed.error).toMatchObject({ name: 'RequestTimeoutError' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('cancel', () => {
  it('is known to all at once', async () => {
    const { handle } = handling([never()], { task: taskIn('working') });
    const told = following(handle);
    const waiting = watched(handle.wait({ throwOnFailure: false }));
    await vi.advanceTimersByTimeAsync(10);
    const canceled = await handle.cancel();
    await microtasks();
    expect(canceled.status.state).toBe('canceled');
    expect(waiting.value).toBe(canceled);
    expect(statesOf(told.events)).toEqual(['working', 'canceled']);
  });

  it('that is refused changes nothing', async () => {
    const refused = failure({ rpcCode: -32002 });
    const { handle } = handling([never()], {
      task: taskIn('working'),
      cancel: () => Promise.reject(refused),
    });
    await expect(handle.cancel()).rejects.toBe(refused);
    expect(handle.snapshot?.status.state).toBe('working');
  });
});

describe('reply', () => {
  it('goes to the task and its context, and its answer is known to all', async () => {
    const { handle, sent } = handling([never()], { task: taskIn('input-required') });
    const told = following(handle);
    await microtasks();
    await handle.reply('Berlin');
    await microtasks();
    expect(sent).toMatchObject([{ taskId: 't', contextId: 'c', parts: ['Berlin'] }]);
    expect(handle.snapshot?.status.state).toBe('working');
    expect(statesOf(told.events)).toEqual(['input-required', 'working']);
    await handle.close();
  });

  it('that is answered by a message, or by another task, leaves this one as it was', async () => {
    const answers = [said('Thanks'), taskIn('completed', { id: 'other' })];
    const { handle } = handling([never()], {
      task: taskIn('input-required'),
      sendMessage: async () => answers.shift(),
    });
    expect(await handle.reply('Berlin')).toMatchObject({ kind: 'message' });
    expect(isTask(await handle.reply('Paris'))).toBe(true);
    expect(handle.snapshot?.status.state).toBe('input-required');
  });
});

describe('serialize', () => {
  it('gives plain JSON that names the agent, the task and its beginning', () => {
    const { handle, pursuit } = handling([never()], { task: taskIn('working') });
    const token = { version: 1, taskId: 't', startedAt: Date.now(), endpoint: 'http://agent.test/' };
    expect(handle.serialize()).toEqual(token);
    pursuit.webhook = { registrationId: 'r', configId: 'c' };
    expect(JSON.parse(JSON.stringify(handle.serialize()))).toEqual({
      ...token,
      webhook: { registrationId: 'r', configId: 'c' },
    });
  });
});

it('waits of a handle end as others do', async () => {
  const { handle } = handling([never()]);
  const controller = new AbortController();
  const waiting = watched(handle.wait({ signal: controller.signal }));
  await vi.advanceTimersByTimeAsync(10);
  controller.abort(new A2AError('enough', { code: 'aborted' }));
  await microtasks();
  expect(waiting.error).toBeInstanceOf(AbortedError);
});
