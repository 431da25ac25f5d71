import { readFileSync, writeFileSync } from 'node:fs';
import { blocksOf, promisedBy } from '../package/readme-blocks.js';
import type { Job, Runtime } from './runners/runner.js';
import type { Row } from './suite/report.js';
import { root } from './suites.js';

const blocks = blocksOf(readFileSync(`${root}README.md`, 'utf8'), 'README.md');
const first = blocks.find(({ language }) => language === 'ts');
const worker = blocks.find(({ file }) => file === 'worker.ts');

/** Writes what the README has a user write, but for the url of the agent, into the application's folder. */
export function writeLines(app: string, agent: string): void {
  if (!first || !worker) throw new Error('README.md has no lines to begin with, or none for workers.');
  const here = (code: string) => code.replaceAll('https://agent.example', agent);
  writeFileSync(`${app}/main.mjs`, here(first.code));
  writeFileSync(`${app}/worker.ts`, here(worker.code));
}

/** Whether they print what they promise; a worker answers with the last line. */
export async function runLines(runtime: Runtime, job: Omit<Job, 'suite' | 'bundle'>): Promise<Row> {
  const promised = first ? promisedBy(first) : [];
  const wanted = runtime.target === 'worker' ? promised.slice(-1) : promised;
  const printed = await runtime.runLines(job);
  const name = 'README.md > the lines to begin with print what they promise';
  return printed.join('\n') === wanted.join('\n')
    ? { name, state: 'passed' }
    : { name, state: 'failed', error: `They print: ${printed.join('\n')}` };
}
