import {
  HttpError,
  RpcError,
  TaskCanceledError,
  TaskFailedError,
  TaskLostError,
  TaskRejectedError,
  TaskStoppedError,
  TaskUnreachableError,
  WaitTimeoutError,
  waitForCompletion,
} from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rejection, watched } from '../../support/settling.js';
import { type Answer, answering, failure, plainTask, scripted } from '../../support/source.js';

const second = 1_000;
const minute = 60 * second;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const lost = failure({ name: 'TaskNotFoundError', rpcCode: -32001 });

describe('a failure whose words only look like a mistake in the program', () => {
  it('is borne: a url may hold any word', async () => {
    const gone = Object.assign(new Error('GetTask at http://undefined.test got no answer.'), {
      code: 'network',
    });
    const waiting = waitForCompletion(scripted(gone, 'completed'), 'task-1');
    await vi.advanceTimersByTimeAsync(minute);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
  });
});

describe('failures in a row', () => {
  it('end the wait only after 2 minutes of silence, however many there are', async () => {
    const begun = performance.now();
    const source = scripted(failure({ status: 503 }));
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(2 * minute - 1);
    expect(outcome.state).toBe('pending');
    expect(source.polls.length).toBeGreaterThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(31 * second);
    expect(outcome.error).toBeInstanceOf(TaskUnreachableError);
    expect(outcome.error).toMatchObject({
      code: 'task-unreachable',
      cause: { status: 503 },
      lastTask: undefined,
    });
    expect((source.polls.at(-1) as number) - begun).toBeGreaterThanOrEqual(2 * minute);
  });

  it('end the wait only after 5 of them, however long the silence is', async () => {
    const source = scripted(failure({ status: 503, retryAfter: minute }));
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(4 * minute - 1);
    expect(source.polls).toHaveLength(4);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(second);
    expect(source.polls).toHaveLength(5);
    expect(outcome.error).toBeInstanceOf(TaskUnreachableError);
  });

  it('count anew after a success', async () => {
    // 4 failures take 4 minutes; then one success, and so on: never 5 in a row.
    const source = answering(poll =>
      poll % 5 === 4 ? 'working' : failure({ status: 503, retryAfter: minute }),
    );
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(outcome.state).toBe('pending');
    expect(source.polls.length).toBeGreaterThan(20);
    source.getTask = async () => plainTask('completed');
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(outcome.state).toBe('resolved');
  });

  it('back off on their own: from at most 1 s to at most 30 s, then the schedule goes on', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999999);
    const source = answering(poll => (poll < 7 ? failure({ status: 502 }) : 'working'));
    const stopped = watched(waitForCompletion(source, 'task-1', { timeout: 3 * minute }));
    await vi.advanceTimersByTimeAsync(4 * minute);
    vi.restoreAllMocks();
    const gaps = source.polls
      .slice(1)
      .map((poll, index) => Math.round((poll - source.polls[index]!) / second));
    expect(gaps.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(stopped.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('are told in the error of a wait that timed out, beside the states that were seen', async () => {
    const answers: Answer[] = [
      'submitted',
      failure({ status: 503 }),
      new TypeError('fetch failed'),
      'working',
    ];
    const source = scripted(answers[0] as Answer, ...answers.slice(1));
    const waiting = rejection(
      waitForCompletion(source, 'task-1', {
        timeout: 10 * second,
        schedule: { minimum: second, interval: () => second },
      }),
    );
    await vi.advanceTimersByTimeAsync(20 * second);
    const error = await waiting;
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error['observed']).toMatchObject({ submitted: 1, 'HTTP 503': 1, TypeError: 1 });
    expect(error['lastTask']).toEqual(plainTask('working'));
    expect(error['waited']).toBeGreaterThanOrEqual(10 * second);
    expect(error['waited']).toBeLessThan(10.1 * second);
    expect(error['token']).toMatchObject({ version: 1, taskId: 'task-1' });
    expect(error.message).toMatch(/task-1.*10 s.*1 × submitted.*1 × HTTP 503/);
    expect(JSON.parse(JSON.stringify(error['token']))).toEqual(error['token']);
    // The last question was answered.
    expect(error.cause).toBeUndefined();
  });

  it('are the cause of it, if the last question failed too', async () => {
    const down = new TypeError('fetch failed');
    const waiting = rejection(
      waitForCompletion(scripted('working', down), 'task-1', { timeout: 10 * second }),
    );
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(await waiting).toMatchObject({ name: 'WaitTimeoutError', cause: down });
  });
});

describe('a hint of the server when to come back', () => {
  it('is a lower bound', async () => {
    const source = scripted(failure({ status: 503, retryAfter: 45 * second }), 'completed');
    const waiting = waitForCompletion(source, 'task-1');
    await vi.advanceTimersByTimeAsync(45 * second - 1);
    expect(source.polls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    await waiting;
    expect(source.polls).toHaveLength(2);
  });

  it('is never a reason to ask more often than the minimum', async () => {
    const source = scripted(failure({ status: 429, retryAfter: 0 }));
    const waiting = rejection(waitForCompletion(source, 'task-1', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(13 * second);
    await waiting;
    const gaps = source.polls.slice(1, -1).map((poll, index) => poll - source.polls[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
  });

  it('does not move the deadline', async () => {
    const source = scripted(failure({ status: 503, retryAfter: 5 * minute }));
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(10 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(source.polls).toHaveLength(2);
  });
});

describe('a task that is not found', () => {
  it('is borne for 2 s after the wait began: some servers store a task a little late', async () => {
    const source = scripted(lost, lost, 'completed');
    const waiting = waitForCompletion(source, 'task-1', { schedule: { minimum: 400, interval: () => 400 } });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await vi.advanceTimersByTimeAsync(1_900);
    vi.restoreAllMocks();
    expect((await waiting).status.state).toBe('completed');
    expect(source.polls).toHaveLength(3);
  });

  it('ends the wait after 2 s with the error of the source, if it was never seen', async () => {
    const source = scripted(lost);
    const outcome = watched(waitForCompletion(source, 'task-1'));
    await vi.advanceTimersByTimeAsync(1_900);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(3 * second);
    expect(outcome.error).toBe(lost);
  });

  it('ends the wait at once for a task that began long ago', async () => {
    const source = scripted(lost);
    const outcome = watched(waitForCompletion(source, 'task-1', { startedAt: Date.now() - minute }));
    await vi.advanceTimersByTimeAsync(5);
    expect(outcome.error).toBe(lost);
    expect(source.polls).toHaveLength(1);
  });

  it('ends the wait with TaskLostError and the last snapshot, if it was seen before', async () => {
    const source = scripted('working', 'working', 'working', 'working', 'working', lost);
    const outcome = watched(waitForCompletion(source, 'task-1'));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.error).toBeInstanceOf(TaskLostError);
    expect(outcome.error).not.toBeInstanceOf(RpcError);
    expect(outcome.error).toMatchObject({ code: 'task-lost', lastTask: plainTask('working'), cause: lost });
    expect(source.polls).toHaveLength(6);
  });

  it.each([
    ['by name', { name: 'TaskNotFoundError' }],
    ['by rpcCode', { rpcCode: -32001 }],
    ['by code, as other clients have it', { code: -32001 }],
  ])('is recognised %s', async (_, members) => {
    const error = failure(members);
    const outcome = watched(waitForCompletion(scripted(error), 'task-1'));
    await vi.advanceTimersByTimeAsync(1_900);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(3 * second);
    expect(outcome.error).toBe(error);
  });
});

describe('what can only stay as it is', () => {
  it.each([
    ['HTTP 400', { status: 400 }],
    ['HTTP 401', { status: 401 }],
    ['HTTP 403', { status: 403 }],
    ['HTTP 404 of a route that was never there', { status: 404 }],
    ['HTTP 405', { statusCode: 405 }],
    ['HTTP 501', { statusCode: 501 }],
    ['a method that is not there', { rpcCode: -32601 }],
    ['params that are wrong', { rpcCode: -32602 }],
    ['an operation that is not supported', { code: -32004 }],
    ['an answer beyond the limits', { code: 'response-limit' }],
  ])('ends the wait at once, with the error of the source: %s', async (_, members) => {
    const error = failure(members);
    const source = scripted('working', error);
    const begun = 'status' in members && members.status === 404 ? scripted(error) : source;
    const outcome = watched(waitForCompletion(begun, 'task-1'));
    await vi.advanceTimersByTimeAsync(second);
    expect(outcome.error).toBe(error);
  });

  it.each([
    ['a source that calls what is not there', (): never => (undefined as never as { a(): never }).a()],
    ['a source that names what is not there', (): never => (0 as never as () => never)()],
  ])('ends the wait at once: a mistake in the code around, as of %s', async (_, getTask) => {
    const outcome = watched(waitForCompletion({ getTask }, 'task-1'));
    await vi.advanceTimersByTimeAsync(10);
    expect(outcome.error).toBeInstanceOf(TypeError);
  });
});

describe('what may pass', () => {
  it.each([
    ['HTTP 408', { status: 408 }],
    ['HTTP 409', { status: 409 }],
    ['HTTP 425', { status: 425 }],
    ['HTTP 429', { status: 429 }],
    ['HTTP 500', { status: 500 }],
    ['HTTP 502', { statusCode: 502 }],
    ['HTTP 503', { response: { status: 503 } }],
    ['HTTP 504', { status: 504 }],
    ['an internal error', { rpcCode: -32603 }],
    ['a code of the server in the free range', { rpcCode: -32000 }],
    ['an answer that made no sense', { code: 'response-format' }],
    ['a request that timed out', { name: 'RequestTimeoutError', code: 'request-timeout' }],
    ['a broken connection', { code: 'ECONNRESET' }],
  ])('does not end the wait: %s', async (_, members) => {
    const error = failure(members);
    const waiting = waitForCompletion(scripted(error, error, error, 'completed'), 'task-1');
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
  });

  it('does not end the wait: a route that vanishes for a moment, once the task was seen', async () => {
    const gone = failure({ status: 404 });
    const waiting = waitForCompletion(scripted('working', gone, gone, 'completed'), 'task-1');
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
  });
});

describe('a task that stops without success', () => {
  const said = (text: string) => ({ message: { parts: [{ kind: 'text', text }] } });

  it.each([
    ['failed', TaskFailedError, 'task-failed'],
    ['TASK_STATE_FAILED', TaskFailedError, 'task-failed'],
    ['canceled', TaskCanceledError, 'task-canceled'],
    ['CANCELLED', TaskCanceledError, 'task-canceled'],
    ['rejected', TaskRejectedError, 'task-rejected'],
    [7, TaskRejectedError, 'task-rejected'],
  ])('as %s rejects with its own class and the task', async (state, type, code) => {
    const task = { id: 'task-1', status: { state, ...said('The printer is on fire.') } };
    const waiting = rejection(waitForCompletion(scripted('working', task), 'task-1'));
    await vi.advanceTimersByTimeAsync(minute);
    const error = await waiting;
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(TaskStoppedError);
    expect(error).not.toBeInstanceOf(HttpError);
    expect(error['code']).toBe(code);
    expect(error['task']).toBe(task);
    expect(error.message).toContain('The printer is on fire.');
    expect(error.message).toContain('task-1');
  });

  it.each(['failed', 'canceled', 'rejected', 'input-required', 'auth-required'])(
    'as %s resolves with the task where throwOnFailure is false',
    async state => {
      const task = plainTask(state);
      const waiting = waitForCompletion(scripted('working', task), 'task-1', { throwOnFailure: false });
      await vi.advanceTimersByTimeAsync(minute);
      expect(await waiting).toBe(task);
    },
  );

  it('does not put a novel into the message', async () => {
    const task = { id: 'task-1', status: { state: 'failed', ...said('x'.repeat(100_000)) } };
    const waiting = rejection(waitForCompletion(scripted(task), 'task-1'));
    await vi.advanceTimersByTimeAsync(1);
    expect((await waiting).message.length).toBeLessThan(1_000);
  });
});
