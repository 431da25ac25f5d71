import { A2AClient, AdaptiveClient, accumulate, type Task, TaskInterruptedError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wired } from '../../support/adapting.js';
import { type RpcReply, type RpcRequest, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';

const second = 1_000;
const minute = 60 * second;
const quick = { minimum: 500, interval: () => 500 };

function agent(answers: Record<string, (request: RpcRequest) => RpcReply>) {
  const { fetch, requests } = rpcFetch(request => {
    const given = answers[request.method];
    return given ? given(request) : rpcError(request.id, -32004, 'It does not.');
  });
  const options = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
  const of = (method: string) => requests.filter(request => request.method === method);
  return { client: new A2AClient('http://agent.test', options), options, of };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('headers of one user, given to AdaptiveClient.run', () => {
  it('are sent with the questions, too, as client.run does', async () => {
    for (const kind of ['client', 'adaptive']) {
      let asked = 0;
      const { client, options, of } = agent({
        SendMessage: ({ id }) => result(id, { task: wired('WORKING') }),
        GetTask: ({ id }) => {
          asked += 1;
          return result(id, wired(asked > 2 ? 'COMPLETED' : 'WORKING'));
        },
      });
      const adaptive = new AdaptiveClient('http://agent.test', { ...options, strategies: ['poll'] } as never);
      const running = { schedule: quick, headers: { authorization: 'Bearer user' } };
      const done = kind === 'client' ? client.run('x', running) : adaptive.run('x', running);
      watched(done);
      await vi.advanceTimersByTimeAsync(minute);
      const sent = of('GetTask').map(({ headers }) => headers.get('authorization'));
      expect([kind, ...new Set(sent)]).toEqual([kind, 'Bearer user']);
    }
  });
});

describe('historyLength, given to AdaptiveClient.run', () => {
  it('is asked for, too, as client.run does', async () => {
    let asked = 0;
    const { options, of } = agent({
      SendMessage: ({ id }) => result(id, { task: wired('WORKING') }),
      GetTask: ({ id }) => {
        asked += 1;
        return result(id, wired(asked > 2 ? 'COMPLETED' : 'WORKING'));
      },
    });
    const adaptive = new AdaptiveClient('http://agent.test', { ...options, strategies: ['poll'] } as never);
    watched(adaptive.run('x', { schedule: quick, historyLength: 3 }));
    await vi.advanceTimersByTimeAsync(minute);
    expect(of('GetTask')[0]?.params).toMatchObject({ historyLength: 3 });
  });
});

describe('a question that client.sendMessage answered', () => {
  it.each([true, false])('does not end the wait that follows (with what was sent: %s)', async isGiven => {
    let state = 'INPUT_REQUIRED';
    const { client } = agent({
      SendMessage: ({ id }) => {
        state = 'WORKING';
        return result(id, { task: wired('WORKING') });
      },
      GetTask: ({ id }) => result(id, wired(state)),
    });
    const events = client.task('t')[Symbol.asyncIterator]();
    const first = watched(events.next());
    await vi.advanceTimersByTimeAsync(50);
    expect(first.value).toMatchObject({ value: { status: { state: 'input-required' } } });
    const sent = await client.sendMessage({ taskId: 't', parts: ['Berlin'] } as never, {
      returnImmediately: true,
    });
    const outcome = watched(client.waitForCompletion(isGiven ? (sent as Task) : 't'));
    await vi.advanceTimersByTimeAsync(second);
    expect(outcome.error).not.toBeInstanceOf(TaskInterruptedError);
    await events.return(undefined);
    await client.close();
  });

  it('is not what the sending gives, where the clock of another node is behind', async () => {
    let state = 'INPUT_REQUIRED';
    let at = '2026-01-01T00:00:02Z';
    const { client } = agent({
      SendMessage: ({ id }) => {
        state = 'WORKING';
        at = '2026-01-01T00:00:01Z';
        setTimeout(() => {
          state = 'COMPLETED';
        }, 5 * second);
        return result(id, { task: wired('WORKING', { timestamp: at }) });
      },
      GetTask: ({ id }) => result(id, wired(state, { timestamp: at })),
    });
    const events = client.task('t')[Symbol.asyncIterator]();
    watched(events.next());
    await vi.advanceTimersByTimeAsync(2 * second);
    const sent = watched(client.sendMessage({ taskId: 't', parts: ['Berlin'] } as never));
    await vi.advanceTimersByTimeAsync(minute);
    expect(sent.value).toMatchObject({ status: { state: 'completed' } });
    await events.return(undefined);
    await client.close();
  });
});

describe('a handle that cancels while its question waits for a turn', () => {
  it('ends its wait', async () => {
    const { client } = agent({
      GetTask: ({ id, params }) =>
        params['id'] === 't' ? result(id, wired('WORKING')) : new Promise<Response>(() => {}),
      CancelTask: ({ id }) => result(id, wired('CANCELED')),
    });
    for (let nth = 0; nth < 100; nth += 1)
      watched(client.waitForCompletion(`o${nth}`, { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(10);
    const handle = client.task('t');
    const outcome = watched(handle.wait({ timeout: Infinity, throwOnFailure: false }));
    await vi.advanceTimersByTimeAsync(second);
    await handle.cancel();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(outcome.state).toBe('resolved');
    await client.close();
  });
});

describe('a completed task of a list, which somebody waits for as a whole', () => {
  it('is not what another wait gives, without its artifacts', async () => {
    let state = 'WORKING';
    const message = { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'Done.' }] };
    const { client } = agent({
      GetTask: ({ id }) =>
        result(
          id,
          state === 'WORKING'
            ? wired(state)
            : wired(state, { message }, { artifacts: [{ artifactId: 'a', parts: [{ text: 'All.' }] }] }),
        ),
      ListTasks: ({ id }) => result(id, { tasks: [wired(state, { message })] }),
    });
    const first = watched(client.waitForCompletion('t'));
    await vi.advanceTimersByTimeAsync(100);
    state = 'COMPLETED';
    const listing = watched(client.listTasks());
    await vi.advanceTimersByTimeAsync(10);
    watched(client.waitForCompletion(listing.value?.tasks[0] as Task));
    await vi.advanceTimersByTimeAsync(minute);
    expect(first.value).toMatchObject({ artifacts: [{ artifactId: 'a' }] });
  });
});

describe('a reply that the agent answers with a message', () => {
  it('is followed by a look at the task, not by the question that was answered', async () => {
    let state = 'INPUT_REQUIRED';
    const { client } = agent({
      SendMessage: ({ id }) => {
        state = 'COMPLETED';
        return result(id, { message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'Thanks.' }] } });
      },
      GetTask: ({ id }) => result(id, wired(state)),
    });
    const handle = client.task('t');
    const asked = watched(handle.wait());
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.error).toBeInstanceOf(TaskInterruptedError);
    await handle.reply('Berlin');
    const done = watched(handle.wait());
    await vi.advanceTimersByTimeAsync(minute);
    expect(done.value).toMatchObject({ status: { state: 'completed' } });
  });
});

describe('two handles of one task, made before anybody waited', () => {
  it.each(['wait', 'iterate', 'waitForCompletion'])('cost what one costs (%s)', async how => {
    const cost = async (handles: number) => {
      let state = 'WORKING';
      const { client, of } = agent({ GetTask: ({ id }) => result(id, wired(state)) });
      const begin = [() => client.task('t'), () => client.task('t')].slice(0, handles).map(make => make());
      const outcomes = begin.map((handle, nth) => {
        if (how === 'wait' || nth === 0) return watched(handle.wait());
        if (how === 'iterate') return watched(accumulate(handle));
        watched(client.waitForCompletion('t'));
        return watched(handle.wait());
      });
      await vi.advanceTimersByTimeAsync(20 * second);
      state = 'COMPLETED';
      await vi.advanceTimersByTimeAsync(20 * second);
      expect(outcomes.map(({ value }) => value)).toMatchObject(
        begin.map(() => ({ status: { state: 'completed' } })),
      );
      for (const handle of begin) expect(handle.snapshot).toMatchObject({ status: { state: 'completed' } });
      return of('GetTask').length;
    };
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(await cost(2)).toBe(await cost(1));
    vi.restoreAllMocks();
  });

  it('know what either has learned, also while the other asks for the first time', async () => {
    let answer: Promise<Response> | string = '';
    const { client } = agent({ GetTask: ({ id }) => answer || result(id, wired('WORKING')) });
    const [one, other] = [client.task('t'), client.task('t')];
    await one.refresh();
    answer = new Promise<Response>(() => {});
    watched(other.wait());
    await vi.advanceTimersByTimeAsync(10);
    expect(one.snapshot).toMatchObject({ status: { state: 'working' } });
    await client.close();
  });
});
