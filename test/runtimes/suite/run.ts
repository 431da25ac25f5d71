import { startTests, type Task, type VitestRunner } from '@vitest/runner';
import { setSafeTimers } from '@vitest/utils/timers';
import { hearUnhandled } from '../../support/unhandled.js';
import { type AgentUrls, setAgents } from './agents.js';
import type { Report, Row } from './report.js';

/** Runs files of tests one after the other, in whatever runtime this is. */
export async function run(
  files: Readonly<Record<string, () => Promise<unknown>>>,
  agents?: AgentUrls,
): Promise<Report> {
  setAgents(agents);
  const unhandled: string[] = [];
  const end = hearUnhandled(reason => unhandled.push(words(reason)));
  // Before a test can fake them.
  setSafeTimers();
  const runner: VitestRunner = {
    config: {
      root: '/',
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 15_000,
      hookTimeout: 15_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: true,
    },
    importFile: path => files[path.slice(1)]?.(),
  };
  const ran = await startTests(
    Object.keys(files).map(path => `/${path}`),
    runner,
  );
  // Or none of them being told of would prove nothing.
  const heard = unhandled.length;
  Promise.reject(new Error('on purpose'));
  await new Promise(resolve => setTimeout(resolve, 50));
  if (unhandled.length === heard) unhandled.push('This runtime does not tell of them.');
  else unhandled.splice(heard);
  end();
  return { rows: ran.flatMap(file => rowsOf(file, [])), unhandled };
}

function rowsOf(task: Task, above: readonly string[]): Row[] {
  const path = [...above, task.name];
  const { state, errors } = task.result ?? {};
  const error = errors?.map(words).join('\n');
  if (task.type === 'test') {
    const isSkipped = task.mode === 'skip' || task.mode === 'todo' || state === 'skip';
    const outcome = state === 'pass' ? 'passed' : isSkipped ? 'skipped' : 'failed';
    return [{ name: path.join(' > '), state: outcome, ...(error && { error }) }];
  }
  const rows = task.tasks.flatMap(child => rowsOf(child, path));
  // Of a hook, or of a file that could not be loaded: there is no test that failed by it.
  if (error) rows.push({ name: `${path.join(' > ')} > (itself)`, state: 'failed', error });
  return rows;
}

function words(reason: unknown): string {
  const { message, stack, diff } = (reason ?? {}) as { message?: string; stack?: string; diff?: string };
  return [message ?? String(reason), diff, stack?.split('\n').slice(0, 8).join('\n')]
    .filter(Boolean)
    .join('\n');
}
