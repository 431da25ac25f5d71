// Runs every example, or those that are named, in processes of their own. Each asserts its own result; this one adds a limit
// of time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const limit = 30_000;
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
// Resolves 'a2a-await' to src, so that no build is needed.
const env = { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.test.json` };

/** What ends those that run. */
const running = new Set();
const canGroup = process.platform !== 'win32';
// A terminal tells only its own group.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const stop of running) stop();
    process.exit(1);
  });
}

const has = (name, file) => existsSync(`${here}${name}/${file}`);

/** A suite is run by vitest, as its own application would; anything else is a script. */
function argumentsFor(name) {
  return has(name, 'vitest.config.ts')
    ? [`${root}node_modules/vitest/vitest.mjs`, 'run', '--root', here + name]
    : ['--import', 'tsx', `${here}${name}/main.ts`];
}

async function run(name) {
  const begun = performance.now();
  // In a group of its own, so that what an example started ends with it.
  const child = spawn(process.execPath, argumentsFor(name), { cwd: root, env, detached: canGroup });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const stop = () => (canGroup ? process.kill(-child.pid, 'SIGKILL') : child.kill('SIGKILL'));
  const timer = setTimeout(stop, limit);
  running.add(stop);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  running.delete(stop);
  const ms = performance.now() - begun;
  const problem = signal
    ? ms >= limit
      ? `took over ${limit / 1_000} s`
      : `was ended by ${signal}`
    : code !== 0 && `ended with code ${code}`;
  const skipped = !problem && /^skipped: .*/m.exec(output)?.[0];
  const sign = problem ? '✗' : skipped ? '–' : '✓';
  console.log(
    `${sign} ${name.padEnd(22)} ${(ms / 1_000).toFixed(1).padStart(5)} s  ${skipped || ''}`.trimEnd(),
  );
  if (problem) console.error(`  ${name} ${problem}:\n${output.replace(/^/gm, '  | ')}`);
  return !problem;
}

const given = process.argv.slice(2);
const all = readdirSync(here).filter(name => has(name, 'main.ts') || has(name, 'vitest.config.ts'));
const names = given.length > 0 ? given : all;
const waiting = [...names];
const results = [];
/** Most of an example's time is somebody else's; but a browser, a worker and a compiler at once are too much. */
async function runNext() {
  for (let name = waiting.shift(); name; name = waiting.shift()) results.push(await run(name));
}
await Promise.all(Array.from({ length: 2 * availableParallelism() }, runNext));
if (names.length === 0 || !results.every(Boolean)) process.exitCode = 1;
