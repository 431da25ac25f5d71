import { describe, expect, it } from 'vitest';
import { isOutdated } from '../../../src/wait/merge.js';
import { taskIn } from '../../support/events.js';
import { hunting } from '../../support/hunt.js';

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
