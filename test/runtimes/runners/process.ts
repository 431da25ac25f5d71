import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { patience, type Runtime } from './runner.js';

const packages = fileURLToPath(new URL('../node_modules/', import.meta.url));
/** Which is in the application's folder: loads a bundle, runs it, and writes the report. */
export const main = `import { writeFileSync } from 'node:fs';
import process from 'node:process';
const [, , bundle, agents, report, ends] = process.argv;
const { run } = await import(bundle);
writeFileSync(report, JSON.stringify(await run(JSON.parse(agents))));
if (!ends) process.exit();
`;

/** A runtime that is a process, by the binary of an npm package. */
export function processRuntime(
  name: string,
  binary: string,
  args: { tests?: readonly string[]; lines?: readonly string[] } = {},
): Runtime {
  const path = join(packages, binary);
  return {
    name,
    target: 'itself',
    suites: ['scenarios', 'network'],
    async version() {
      if (!existsSync(path)) throw new Error(`npm ci --prefix test/runtimes installed no ${binary}.`);
      const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
      return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? said.trim();
    },
    async run({ suite, app, bundle, agents }) {
      const report = join(app, `${name.replaceAll(' ', '-')}-${suite}.json`);
      // Scenarios import msw, whose BroadcastChannel keeps a process of Deno alive.
      const ends = suite === 'scenarios' ? [] : ['ends'];
      const given = ['main.js', `./${bundle}`, JSON.stringify(agents), report, ...ends];
      const child = spawn(path, [...(args.tests ?? []), ...given], {
        cwd: app,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      // A file is there before it is whole; that is soon.
      await ended(child, () => existsSync(report));
      return JSON.parse(readFileSync(report, 'utf8'));
    },
    async runLines({ app }) {
      const child = spawn(path, [...(args.lines ?? []), 'main.mjs'], {
        cwd: app,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      await ended(child, () => printed.includes('report.'));
      return printed.trim().split('\n');
    },
  };
}

/** Rejects where a process is not done in time, does not end by itself when it is done, or ends badly. */
async function ended(child: ChildProcess, isDone: () => boolean): Promise<void> {
  let overdue = '';
  const kill = (what: string) => () => {
    overdue = what;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill('was not done in time'), patience.suite);
  const watch = setInterval(() => {
    if (!isDone()) return;
    clearInterval(watch);
    clearTimeout(timer);
    timer = setTimeout(kill('did not end by itself: something was left open'), patience.end);
  }, 50);
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (overdue) throw new Error(`It ${overdue}.`);
    if (code !== 0) throw new Error(`It ended with ${code}.`);
  } finally {
    clearInterval(watch);
    clearTimeout(timer);
  }
}
