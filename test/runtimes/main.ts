// npm run test:runtimes: the tests of suites in every runtime that the package is for, from the package as it would be
// published. Prints a table; fails where a test did not pass in a runtime, or did not run there, and is no exception.
import { writeFileSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startAgents } from './agents-process.js';
import { makeApp } from './app.js';
import { bundleSuite, type Target } from './bundle.js';
import { exceptions } from './exceptions.js';
import { runLines, writeLines } from './readme.js';
import { page } from './runners/page.js';
import { main, processRuntime } from './runners/process.js';
import type { Runtime } from './runners/runner.js';
import { workerd } from './runners/workerd.js';
import { type Suite, suites } from './suites.js';
import { judge, type Result } from './verdict.js';

const platform = `${process.platform}-${process.arch}`;
const libc = process.platform === 'linux' ? '-glibc' : '';
const node = (major: number) => processRuntime(`Node ${major}`, `node-${major}-${platform}/bin/node`);

const runtimes: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  page,
  workerd,
  processRuntime('Bun', `@oven/bun-${platform}/bin/bun`),
  processRuntime('Deno', `@deno/${platform}${libc}/deno`, {
    tests: ['run', '--allow-all', '--no-prompt'],
    lines: ['run', '--allow-net', '--no-prompt'],
  }),
];

/** Most of the time tests wait, but those that say how long something takes want a core. */
const atOnce = 4;

const begun = performance.now();
const wanted = process.argv.slice(2);
const chosen = runtimes.filter(({ name }) => wanted.length === 0 || wanted.some(each => name.includes(each)));
const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(0)} s`;

const app = makeApp();
await copyFile(fileURLToPath(new URL('agents.mjs', import.meta.url)), `${app}/agents.mjs`);
const lines = await startAgents(app);
try {
  writeFileSync(`${app}/main.js`, main);
  for (const target of new Set(chosen.map(({ target }) => target))) {
    for (const suite of Object.keys(suites) as Suite[]) {
      await bundleSuite(suite, target, app, `${app}/${fileOf(suite, target)}`);
    }
  }
  console.log(`Packed, installed and bundled: ${seconds(begun)}.`);

  writeLines(app, lines.urls.readme);

  const results: Result[] = [];
  const queue = chosen.map((runtime, index) => async () => {
    results[index] = await resultOf(runtime);
  });
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await next();
    }),
  );
  report(results);
} finally {
  await lines.stop();
  await rm(app, { recursive: true, force: true });
}

function fileOf(suite: Suite, target: Target): string {
  return `${suite}-${target}.js`;
}

async function resultOf(runtime: Runtime): Promise<Result> {
  const result: Result = { runtime: runtime.name, version: '', rows: [], suites: [], troubles: [] };
  const begun = performance.now();
  try {
    result.version = await runtime.version();
    for (const suite of runtime.suites) await runSuite(runtime, suite, result);
  } catch (error) {
    result.troubles.push(`did not start: ${error instanceof Error ? error.message : error}`);
    return result;
  }
  try {
    result.rows.push(await runLines(runtime, { app, agents: lines.urls }));
  } catch (error) {
    result.troubles.push(`README.md: ${error instanceof Error ? error.message : error}`);
  }
  console.log(`${runtime.name}: ${seconds(begun)}.`);
  return result;
}

async function runSuite(runtime: Runtime, suite: Suite, result: Result): Promise<void> {
  const agents = await startAgents(app);
  try {
    const { rows, unhandled } = await runtime.run({
      suite,
      app,
      bundle: fileOf(suite, runtime.target),
      agents: agents.urls,
    });
    result.rows.push(...rows);
    result.suites.push(suite);
    result.troubles.push(...unhandled.map(reason => `a rejection that nobody heard: ${reason}`));
  } catch (error) {
    result.troubles.push(`${suite}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await agents.stop();
  }
}

function report(results: readonly Result[]): void {
  const lines = results.map(result => ({ ...result, ...judge(result, results) }));
  const table = [
    '| runtime | version | tests run | passed | excepted |',
    '|---|---|---|---|---|',
    ...lines.map(
      ({ runtime, version, ran, passed, excepted }) =>
        `| ${runtime} | ${version} | ${ran} | ${passed} | ${excepted || ''} |`,
    ),
  ];
  console.log(`\n${table.join('\n')}\n`);
  for (const { runtimes, reason, tests } of exceptions) {
    console.log(`Not in ${runtimes.join(' and ')}: ${tests.source}\n  ${reason}`);
  }
  for (const { runtime, complaints, rows } of lines) {
    for (const complaint of complaints) console.log(`\n${runtime}: ${complaint}`);
    for (const { name, state, error } of rows) {
      if (state === 'failed' && complaints.includes(`failed: ${name}`))
        console.log(`\n${runtime}: ${name}\n${error}`);
    }
    if (complaints.length > 0) process.exitCode = 1;
  }
  console.log(`\n${seconds(begun)} in all.`);
}
