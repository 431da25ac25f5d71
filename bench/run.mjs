import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks.mjs';
import { excessesOf, print, summarize, takeTurns } from './compare.mjs';

// Beside the official client and what is done by hand: start, getTask and streams. What the figures mean: README.md.

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '2000' },
    batches: { type: 'string', default: '40' },
    ours: { type: 'string' },
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = chosen.find(name => !Object.hasOwn(benchmarks, name));
if (unknown) throw new Error(`There is no ${unknown} to measure, but ${Object.keys(benchmarks).join(', ')}.`);

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist/node/index.js', import.meta.url));

/** Progress goes beside the result, which may be JSON. */
const tell = line => process.stderr.write(`${line}\n`);

function prepare() {
  const wanted = JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies;
  const isInstalled = Object.entries(wanted).every(([name, version]) => {
    const path = `${here}node_modules/${name}/package.json`;
    return existsSync(path) && JSON.parse(readFileSync(path)).version === version;
  });
  if (!isInstalled) {
    tell('Installing the official client …');
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: ['ignore', 2, 2] });
  }
  if (given.ours === undefined && !existsSync(dist)) {
    tell('Building dist …');
    execFileSync('npx', ['tsup'], { cwd: root, stdio: ['ignore', 2, 2] });
  }
  if (given.ours === undefined && newest(`${root}src`) > statSync(dist).mtimeMs) {
    tell('Careful: dist/ is older than src/, and dist/ is what is measured.');
  }
}

function newest(folder) {
  const files = readdirSync(folder, { recursive: true });
  return Math.max(...files.map(file => statSync(`${folder}/${file}`).mtimeMs));
}

async function startServer() {
  const child = spawn(process.execPath, [`${here}server.mjs`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { ...JSON.parse(line), stop: () => child.stdin.end() };
}

async function run(server, rounds) {
  const settings = {
    base: `http://127.0.0.1:${server.port}/`,
    taskId: server.taskId,
    lengths: server.lengths,
    path: pathToFileURL(given.ours ?? dist).href,
    calls: Number(given.calls),
    batches: Number(given.batches),
  };
  const summaries = {};
  for (const name of chosen) {
    const { settings: own, figures, turns = 1 } = benchmarks[name];
    const most = rounds * turns;
    const onRound = round => tell(`${name}: round ${round} of ${most}`);
    const runs = await takeTurns(`${here}${name}.mjs`, { ...settings, ...own }, most, onRound);
    summaries[name] = summarize(runs, figures);
    if (!given.json) print(summaries[name], figures);
  }
  return summaries;
}

prepare();
const server = await startServer();
const rounds = Number(given.rounds);
const summaries = await run(server, rounds).finally(server.stop);
if (given.json) console.log(JSON.stringify({ node: process.version, rounds, ...summaries }, null, 2));
else console.log('Medians; ratios are medians of the rounds, with quartiles.');

if (given.check) {
  const excesses = chosen.flatMap(name => excessesOf(summaries[name], benchmarks[name].figures));
  for (const excess of excesses) tell(`✗ ${excess}`);
  if (excesses.length > 0) process.exitCode = 1;
}
