import { expect, test } from 'vitest';
import { onStop, stateOf } from '../src/in-words.js';
import { grow, type Happening, nothingYet, type Outcome } from '../src/record.js';

const seen = (...happenings: Happening[]) => happenings.reduce(grow, nothingYet);
const submitted: Happening = { kind: 'submitted', taskId: 't-1' };
const working: Happening = { kind: 'state', at: 100, state: 'working', text: '' };
const failed: Happening = { kind: 'state', at: 200, state: 'failed', text: '' };
const cancel: Happening = {
  kind: 'request',
  id: 1,
  at: 300,
  purpose: 'cancel',
  name: 'CancelTask',
  url: 'https://agent.example',
  body: '',
};
const over = (outcome: Outcome): Happening => ({ kind: 'over', at: 300, outcome });
const lost = over({ kind: 'error', name: 'TaskLostError', message: 'The server forgot task t-1.' });

test.each<[string, Happening[], string]>([
  ['is being sent', [], 'sending'],
  ['goes on', [working], 'working'],
  ['could not be sent', [lost], 'error'],
  ['was lost on the way', [working, lost], 'error'],
  ['failed', [working, failed, over({ kind: 'error', name: 'TaskFailedError', message: '' })], 'failed'],
  ['was stopped', [working, over({ kind: 'stopped' })], 'stopped'],
  ['was answered', [over({ kind: 'result', state: 'message', text: 'Hello' })], 'answered'],
])('a run whose message %s', (_, happenings, state) => {
  expect(stateOf(seen(...happenings))).toBe(state);
});

test.each<[string, Happening[], RegExp]>([
  ['before there was a task', [], /was not asked to cancel/],
  ['and asks to cancel', [submitted, cancel], /was asked to cancel/],
  [
    'and cannot ask to cancel',
    [submitted, cancel, { kind: 'answered', id: 1, at: 400, failure: 'TypeError: Failed to fetch' }],
    /could not be asked to cancel/,
  ],
  ['and is about to ask', [submitted], /^Stopped\.$/],
])('a run that is stopped %s says so', (_, happenings, words) => {
  expect(onStop(seen(...happenings))).toMatch(words);
});
