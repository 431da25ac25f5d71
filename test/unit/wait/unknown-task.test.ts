import { TaskNotFoundError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agents, gets, pair } from '../../support/agents.js';
import { watched } from '../../support/settling.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(agents)('on $title', kind => {
  it('a wait for a task that nobody knows ends two seconds later, and asks all the while', async () => {
    await using it = pair(kind);
    // Several: a pause that is drawn may happen to be short.
    const ended = Array.from({ length: 6 }, (_, nth) =>
      watched(it.client.waitForCompletion(`nobody-${nth}`)),
    );
    await vi.advanceTimersByTimeAsync(2_600);
    for (const { error } of ended) expect(error).toBeInstanceOf(TaskNotFoundError);
    expect(it.calls(...gets)).toBeGreaterThanOrEqual(6 * 4);
  });
});
