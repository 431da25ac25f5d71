import { type Exception, exceptions } from './exceptions.js';
import type { Row } from './suite/report.js';
import { type Suite, suites } from './suites.js';

/** What one runtime came to. */
export interface Result {
  runtime: string;
  version: string;
  rows: Row[];
  /** Those that it reported. */
  suites: Suite[];
  /** Of a runtime that did not start, or not end. */
  troubles: string[];
}

export interface Verdict {
  ran: number;
  passed: number;
  excepted: number;
  complaints: string[];
}

/** Judges one runtime: every test that passes in another has to pass in it, too, or be an exception. */
export function judge(
  { runtime, rows, suites: reported, troubles }: Result,
  all: readonly Result[],
  excepted: readonly Exception[] = exceptions,
): Verdict {
  const states = new Map(rows.map(({ name, state }) => [name, state]));
  const mine = excepted.filter(({ runtimes }) => runtimes.includes(runtime));
  const isExcepted = (name: string) => mine.some(({ tests }) => tests.test(name));
  const files = ['README.md', ...reported.flatMap(suite => suites[suite])];
  const passing = new Set(
    all.flatMap(other => other.rows.filter(({ state }) => state === 'passed')).map(({ name }) => name),
  );
  const failing = rows.filter(({ state }) => state === 'failed').map(({ name }) => name);
  const wanted = new Set(
    [...passing, ...failing].filter(name => files.some(file => name.startsWith(`${file} > `))),
  );
  const gaps = [...wanted].filter(name => states.get(name) !== 'passed' && !isExcepted(name));
  return {
    ran: rows.filter(({ state, name }) => state !== 'skipped' && !isExcepted(name)).length,
    passed: rows.filter(({ state }) => state === 'passed').length,
    excepted: [...wanted].filter(isExcepted).length,
    complaints: [
      ...troubles,
      ...gaps.map(name => `${states.get(name) ?? 'did not run'}: ${name}`),
      ...(reported.includes('scenarios') ? mine.flatMap(exception => idle(exception, states)) : []),
    ],
  };
}

/** An exception that is needed no more. */
function idle({ tests, reason }: Exception, states: ReadonlyMap<string, string>): string[] {
  const met = [...states].filter(([name]) => tests.test(name));
  if (met.length === 0) return [`no such test: ${reason}`];
  return met.flatMap(([name, state]) => (state === 'passed' ? [`passes, though excepted: ${name}`] : []));
}
