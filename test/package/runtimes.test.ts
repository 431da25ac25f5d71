import { expect, test } from 'vitest';
import type { Row } from '../runtimes/suite/report.js';
import { suites } from '../runtimes/suites.js';
import { judge, type Result } from '../runtimes/verdict.js';

// What `npm run test:runtimes` complains of; its other tests need what test/runtimes/package.json installs.

const [file = ''] = suites.scenarios;
const result = (runtime: string, states: Record<string, Row['state']>, troubles: string[] = []): Result => ({
  runtime,
  version: '1.0.0',
  rows: Object.entries(states).map(([name, state]) => ({ name: `${file} > ${name}`, state })),
  suites: ['scenarios', 'network'],
  troubles,
});
const whole = result('Node', { sends: 'passed', waits: 'passed', 'is for others': 'skipped' });
const complaintsOf = (other: Result, ...exceptions: Parameters<typeof judge>[2] & object) =>
  judge(other, [whole, other], exceptions).complaints;
const waits = { tests: /waits/, runtimes: ['Bun'], reason: 'it cannot' };

test('a runtime that passes what others pass is complained of for nothing', () => {
  expect(complaintsOf(result('Bun', { sends: 'passed', waits: 'passed' }))).toEqual([]);
  expect(judge(whole, [whole], [])).toMatchObject({ ran: 2, passed: 2, excepted: 0 });
});

test.each([
  ['fails', { sends: 'passed', waits: 'failed' }, `failed: ${file} > waits`],
  ['is skipped', { sends: 'passed', waits: 'skipped' }, `skipped: ${file} > waits`],
  ['is not there', { sends: 'passed' }, `did not run: ${file} > waits`],
  ['fails nowhere else', { sends: 'passed', waits: 'passed', it: 'failed' }, `failed: ${file} > it`],
] as const)('a test that %s is a gap', (_, states, complaint) => {
  expect(complaintsOf(result('Bun', states))).toEqual([complaint]);
});

test('a runtime that did not start, or left something open, is a gap', () => {
  expect(complaintsOf(result('Bun', { sends: 'passed', waits: 'passed' }, ['did not start']))).toEqual([
    'did not start',
  ]);
});

test('an exception lets its test fail, in its runtime only', () => {
  const states = { sends: 'passed', waits: 'failed' } as const;
  expect(complaintsOf(result('Bun', states), waits)).toEqual([]);
  expect(judge(result('Bun', states), [whole], [waits])).toMatchObject({ ran: 1, passed: 1, excepted: 1 });
  expect(complaintsOf(result('Deno', states), waits)).toEqual([`failed: ${file} > waits`]);
});

test('an exception that is needed no more is a gap', () => {
  const passing = result('Bun', { sends: 'passed', waits: 'passed' });
  expect(complaintsOf(passing, waits)).toEqual([`passes, though excepted: ${file} > waits`]);
  expect(complaintsOf(passing, { ...waits, tests: /gone/ })).toEqual(['no such test: it cannot']);
});
