import { describe, expect, it, vi } from 'vitest';
import { isOutdated } from '../../../src/wait/merge.js';
import { taskIn } from '../../support/events.js';
import { hunting } from '../../support/hunt.js';
import { watched } from '../../support/settling.js';

const early = '2026-01-01T00:00:00.000Z';
const late = '2026-01-01T00:00:01.000Z';
const [before, then, after] = [100, 200, 300];

describe('what is learned of a task', () => {
  it.each([
    ['a later status, though it was asked for before', late, before, early, false],
    ['an earlier status, though it was asked for since', early, after, late, true],
    ['the same status, asked for before what is known was learned', early, before, early, true],
    ['the same status, asked for since', early, after, early, false],
    ['the same status, told at that moment', early, then, early, false],
    ['a status without a date, asked for before', undefined, before, early, true],
    ['a status without a date, asked for since', undefined, after, early, false],
    ['a dated status where the known one has no date, asked for before', late, before, undefined, true],
    ['a dated status where the known one has no date, asked for since', early, after, undefined, false],
    ['a status whose date is no date, asked for since', 'yesterday', after, late, false],
    [
      'the same moment in another time zone, asked for before',
      '2026-01-01T01:00:00+01:00',
      before,
      early,
      true,
    ],
  ])('is judged by its date, and else by when it was asked for: %s', (_, at, begun, knownAt, isOld) => {
    const learned = taskIn('working', at === undefined ? {} : { at });
    const known = taskIn('input-required', knownAt === undefined ? {} : { at: knownAt });
    expect(isOutdated(learned, begun, known, then)).toBe(isOld);
  });

  it.each(['completed', 'failed', 'canceled', 'rejected'] as const)(
    'is never too old if it is an end: %s',
    state => {
      expect(isOutdated(taskIn(state, { at: early }), before, taskIn('working', { at: late }), then)).toBe(
        false,
      );
    },
  );
});

describe('a question that is dated before what is known', () => {
  const soon = then + 9_999;
  const muchLater = then + 10_000;
  it.each([
    ['input-required', 'is too old while a store may be behind', soon, true],
    ['input-required', 'is not too old when it is still asked after that', muchLater, false],
    ['auth-required', 'is too old while a store may be behind', soon, true],
    ['auth-required', 'is not too old when it is still asked after that', muchLater, false],
    ['working', 'is too old however late it is told, for it is none', muchLater, true],
  ] as const)('%s: %s', (state, _, begun, isOld) => {
    const known = taskIn('working', { at: late });
    expect(isOutdated(taskIn(state, { at: early }), begun, known, then)).toBe(isOld);
  });

  it('reaches who waits, though the clock that dated the work is ahead for good', async () => {
    vi.useFakeTimers();
    const question = taskIn('input-required', { at: early });
    const { pursue } = hunting([taskIn('working', { at: late }), question]);
    const waiting = watched(pursue().wait({}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(waiting.error).toMatchObject({ task: question });
    vi.useRealTimers();
  });
});

describe('the end of a task', () => {
  it('stays: whatever comes after it changes nothing, and is told to nobody', () => {
    const { pursue, news, secondEnds } = hunting(['working']);
    const pursuit = pursue();
    const end = taskIn('completed', { at: early });
    pursuit.take(end);
    for (const state of ['working', 'input-required', 'completed'] as const)
      pursuit.take(taskIn(state, { at: late }));
    expect(pursuit.task).toBe(end);
    expect(news).toEqual([end]);
    expect(secondEnds).toEqual([]);
  });

  it('stays though it ends otherwise later, which is said', () => {
    const { pursue, news, secondEnds } = hunting(['working']);
    const pursuit = pursue();
    const [end, second] = [taskIn('completed'), taskIn('failed', { at: late })];
    pursuit.take(end);
    pursuit.take(second);
    expect(pursuit.task).toBe(end);
    expect(news).toEqual([end]);
    expect(secondEnds).toEqual([second]);
  });
});
