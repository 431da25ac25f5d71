import { isInterrupted, isTerminal, type TaskState } from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState } from '../../../src/model/state.js';

const spellings: [TaskState, ...unknown[]][] = [
  ['submitted', 'submitted', 'SUBMITTED', 'TASK_STATE_SUBMITTED', 'task_state_submitted', ' submitted ', 1],
  ['working', 'working', 'Working', 'TASK_STATE_WORKING', 2],
  ['completed', 'completed', 'COMPLETED', 'TASK_STATE_COMPLETED', 3],
  ['failed', 'failed', 'FAILED', 'TASK_STATE_FAILED', 4],
  ['canceled', 'canceled', 'cancelled', 'CANCELLED', 'TASK_STATE_CANCELED', 'TASK_STATE_CANCELLED', 5],
  ['input-required', 'input-required', 'input_required', 'INPUT_REQUIRED', 'TASK_STATE_INPUT_REQUIRED', 6],
  ['rejected', 'rejected', 'TASK_STATE_REJECTED', 7],
  ['auth-required', 'auth-required', 'auth_required', 'AUTH-REQUIRED', 'TASK_STATE_AUTH_REQUIRED', 8],
  ['unknown', 'unknown', 'TASK_STATE_UNSPECIFIED', 'unspecified', 0],
];

describe('a state', () => {
  it.each(spellings.flatMap(([state, ...words]) => words.map(word => [word, state])))(
    '%o is %s',
    (word, state) => {
      expect(readState(word)).toBe(state);
    },
  );

  it.each([
    9,
    -1,
    1.5,
    Number.NaN,
    1e9,
    '',
    'done',
    'complete',
    'uncompleted',
    null,
    undefined,
    {},
    [],
    true,
    ['failed', 'x'],
  ])('%o is unknown', word => {
    expect(readState(word)).toBe('unknown');
  });

  it('is unknown where a server sends an object that has no text', () => {
    expect(readState({ toString: 1 })).toBe('unknown');
  });

  it('is unknown for whatever else arrives, and reading it never throws', () => {
    const known = new Set(
      spellings.flatMap(([, ...words]) => words.map(word => String(word).trim().toLowerCase())),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue()), value => {
        fc.pre(typeof value === 'object' || !known.has(String(value).trim().toLowerCase()));
        expect(readState(value)).toBe('unknown');
      }),
    );
  });
});

describe('the end of a task', () => {
  it.each([
    ['submitted', false, false],
    ['working', false, false],
    ['input-required', false, true],
    ['auth-required', false, true],
    ['completed', true, false],
    ['failed', true, false],
    ['canceled', true, false],
    ['rejected', true, false],
    ['unknown', false, false],
  ] as [TaskState, boolean, boolean][])('%s: terminal %s, interrupted %s', (state, terminal, interrupted) => {
    expect(isTerminal(state)).toBe(terminal);
    expect(isTerminal({ status: { state } })).toBe(terminal);
    expect(isInterrupted(state)).toBe(interrupted);
    expect(isInterrupted({ status: { state } })).toBe(interrupted);
  });
});
