import { type FullMessageInput, TaskInterruptedError, WaitTimeoutError, waitForCompletion } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rejection, watched } from '../../support/settling.js';
import { type PlainTask, plainTask, scripted } from '../../support/source.js';

const second = 1_000;
const minute = 60 * second;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const question = (text: string, timestamp: string, state = 'input-required'): PlainTask => ({
  id: 'task-1',
  status: { state, timestamp, message: { messageId: `m-${timestamp}`, parts: [{ kind: 'text', text }] } },
});

/** A source that takes messages; each moves its script on to the next part. */
function conversation(...turns: PlainTask[][]) {
  const sent: FullMessageInput[] = [];
  let turn = 0;
  let at = 0;
  const current = () => {
    const answers = turns[Math.min(turn, turns.length - 1)] as PlainTask[];
    const answer = answers[Math.min(at, answers.length - 1)] as PlainTask;
    at += 1;
    return answer;
  };
  return {
    sent,
    getTask: async () => current(),
    sendMessage: async (message: FullMessageInput): Promise<unknown> => {
      sent.push(message);
      turn += 1;
      at = 0;
      return current();
    },
  };
}

describe('a task that asks', () => {
  it.each(['input-required', 'auth-required', 'TASK_STATE_INPUT_REQUIRED', 6, 8])(
    'as %s ends the wait with TaskInterruptedError where nobody answers',
    async state => {
      const task = plainTask(state);
      const waiting = rejection(waitForCompletion(scripted('working', task), 'task-1'));
      await vi.advanceTimersByTimeAsync(minute);
      const error = await waiting;
      expect(error).toBeInstanceOf(TaskInterruptedError);
      expect(error['task']).toBe(task);
      expect(error.message).toMatch(/onInterrupted/);
    },
  );

  it('is answered by onInterrupted, and the wait goes on to the end', async () => {
    const source = conversation(
      [plainTask('working'), question('Which colour?', 't1')],
      [plainTask('working'), plainTask('working'), plainTask('completed')],
    );
    const asked = vi.fn(() => 'Blue');
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: asked });
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked).toHaveBeenCalledWith(question('Which colour?', 't1'));
    expect(source.sent).toEqual([{ parts: ['Blue'], taskId: 'task-1' }]);
  });

  it('is answered in its own context', async () => {
    const asking = { ...question('Which?', 't1'), contextId: 'ctx-9' };
    const source = conversation([asking], [plainTask('completed')]);
    const waiting = waitForCompletion(source, 'task-1', {
      onInterrupted: () => ({ parts: ['Blue'], metadata: { by: 'me' } }),
    });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(source.sent).toEqual([
      { parts: ['Blue'], metadata: { by: 'me' }, taskId: 'task-1', contextId: 'ctx-9' },
    ]);
  });

  it('may ask again, and is answered again', async () => {
    const source = conversation(
      [question('Which colour?', 't1')],
      [plainTask('working'), question('Which size?', 't2')],
      [plainTask('completed')],
    );
    const answers = ['Blue', 'Large'];
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: () => answers.shift() });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(source.sent.map(({ parts }) => parts)).toEqual([['Blue'], ['Large']]);
  });

  it('asks the same again in a later turn, on a server without timestamps, and is answered again', async () => {
    const again = plainTask('input-required');
    const source = conversation(
      [again],
      [plainTask('working'), plainTask('working'), again],
      [plainTask('completed')],
    );
    const asked = vi.fn(() => 'Yes');
    const outcome = watched(waitForCompletion(source, 'task-1', { onInterrupted: asked }));
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(outcome.value?.status.state).toBe('completed');
    await vi.advanceTimersByTimeAsync(10 * minute);
  });

  it('is waited for where onInterrupted gives undefined, and that is not called again for the same status', async () => {
    const source = conversation([
      ...Array.from({ length: 5 }, () => question('Sign in, please.', 't1', 'auth-required')),
      plainTask('working'),
      plainTask('completed'),
    ]);
    const asked = vi.fn(() => undefined);
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: asked });
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
    expect(asked).toHaveBeenCalledTimes(1);
    expect(source.sent).toEqual([]);
  });

  it('is asked about anew where its status is a new one', async () => {
    const source = conversation([
      question('Sign in, please.', 't1', 'auth-required'),
      question('Sign in, please.', 't1', 'auth-required'),
      question('Still not signed in.', 't2', 'auth-required'),
      plainTask('completed'),
    ]);
    const asked = vi.fn(() => undefined);
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: asked });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('is not answered twice while the server still shows the old question', async () => {
    const stale = question('Which colour?', 't1');
    const source = conversation([stale], [stale, stale, plainTask('working'), plainTask('completed')]);
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: () => 'Blue' });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(source.sent).toHaveLength(1);
  });

  it('that another task is opened for the answer to says nothing about this one', async () => {
    const source = conversation([question('Which?', 't1')], [plainTask('working'), plainTask('completed')]);
    source.sendMessage = async message => {
      source.sent.push(message);
      source.getTask = async () => plainTask('completed', { timestamp: 'later' });
      return plainTask('failed', { id: 'task-2' });
    };
    const waiting = waitForCompletion(source, 'task-1', { onInterrupted: () => 'Blue' });
    await vi.advanceTimersByTimeAsync(minute);
    expect(await waiting).toEqual(plainTask('completed', { timestamp: 'later' }));
  });

  it('ends the wait with what onInterrupted throws, and leaves nothing', async () => {
    const thrown = new Error('nobody is here');
    const source = conversation([question('Which?', 't1')]);
    const waiting = rejection(
      waitForCompletion(source, 'task-1', {
        onInterrupted: () => {
          throw thrown;
        },
      }),
    );
    await vi.advanceTimersByTimeAsync(second);
    expect(await waiting).toBe(thrown);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('and asks for ever is not answered in a hot loop: by the schedule, until the time is up', async () => {
    let sent = 0;
    const source = {
      getTask: async () => question('And now?', `t${sent}`),
      sendMessage: async () => {
        sent += 1;
        if (sent > 1_000) throw new Error('A storm of messages.');
        return question('And now?', `t${sent}`);
      },
    };
    const outcome = watched(
      waitForCompletion(source, 'task-1', { timeout: 10 * second, onInterrupted: () => 'Go on' }),
    );
    await vi.advanceTimersByTimeAsync(15 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(sent).toBeLessThanOrEqual(25);
  });

  it('does not count the time a person takes to answer against the age of the task', async () => {
    const source = conversation(
      [question('Which?', 't1')],
      Array.from({ length: 200 }, () => plainTask('working')),
    );
    const polls: number[] = [];
    const getTask = source.getTask;
    source.getTask = async () => {
      polls.push(performance.now());
      return getTask();
    };
    const controller = new AbortController();
    const waiting = rejection(
      waitForCompletion(source, 'task-1', {
        timeout: Infinity,
        signal: controller.signal,
        onInterrupted: () =>
          new Promise<string>(resolve => {
            setTimeout(() => resolve('Blue'), 30 * minute);
          }),
      }),
    );
    await vi.advanceTimersByTimeAsync(30 * minute);
    const answered = performance.now();
    await vi.advanceTimersByTimeAsync(5 * second);
    controller.abort();
    await waiting;
    // Half a minute after a half-hour pause it would be 45 s apart otherwise.
    expect(polls.filter(poll => poll > answered).length).toBeGreaterThan(3);
  });
});
