import { isTask, WaitTimeoutError } from 'a2a-await';
import { completed, inputRequired, working } from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { agents, gets, pair, sends } from '../support/agents.js';
import { watched } from '../support/settling.js';

afterEach(() => {
  vi.useRealTimers();
});

const slow = (ms: number) =>
  async function* agent(turn: { sleep(ms: number): Promise<void> }) {
    yield working();
    await turn.sleep(ms);
    yield completed('Done.');
  };

describe.each(agents)('on $title', kind => {
  it('a server that never blocks is polled until the task is over', async () => {
    vi.useFakeTimers();
    const it = pair(kind, { blocking: 'never', agent: slow(10_000) });
    const sent = it.client.sendMessage('go');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await sent).toMatchObject({ status: { state: 'completed' } });
    expect(it.calls(...sends)).toBe(1);
    expect(it.calls(...gets)).toBeGreaterThan(5);
    expect(it.calls(...gets)).toBeLessThan(20);
  });

  it('a server that never blocks runs out of time as the option says, with the last snapshot', async () => {
    vi.useFakeTimers();
    const it = pair(kind, { blocking: 'never', agent: slow(Infinity) });
    const outcome = watched(it.client.sendMessage('go', { timeout: 5_000 }));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2_200);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(outcome.error).toMatchObject({ lastTask: { status: { state: 'working' } } });
    await it.server.close();
  });

  it('a server that never blocks is not polled past a question', async () => {
    vi.useFakeTimers();
    const it = pair(kind, {
      blocking: 'never',
      async *agent(turn) {
        yield working();
        await turn.sleep(1_000);
        yield inputRequired('Which colour?');
      },
    });
    const sent = it.client.sendMessage('go');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await sent).toMatchObject({ status: { state: 'input-required' } });
  });

  it('a server that always blocks answers late, and is waited for', async () => {
    vi.useFakeTimers();
    const it = pair(kind, { blocking: 'always', agent: slow(60_000) });
    const outcome = watched(it.client.sendMessage('go', { returnImmediately: true }));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outcome.value && isTask(outcome.value) && outcome.value.status.state).toBe('completed');
    expect(it.calls(...sends)).toBe(1);
  });

  it('a blocking send is waited for longer than a read: 5 minutes', async () => {
    vi.useFakeTimers();
    const it = pair(kind, { agent: slow(290_000) });
    const outcome = watched(it.client.sendMessage('go'));
    await vi.advanceTimersByTimeAsync(289_000);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outcome.state).toBe('resolved');
  });

  it('run does not block, whatever a send would do: it polls', async () => {
    vi.useFakeTimers();
    const it = pair(kind, { agent: slow(20_000) });
    const outcome = watched(it.client.run('go'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outcome.state).toBe('resolved');
    expect(it.calls(...gets)).toBeGreaterThan(5);
  });
});
