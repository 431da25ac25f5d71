import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';

// getTask beside the official client and bare fetch. What the figures mean: README.md.

const { values: given } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '2000' },
    batches: { type: 'string', default: '40' },
    ours: { type: 'string' },
  },
});

/** Ours may cost so much more than the official client. */
const allowed = 1.1;
const together = 50;
const names = ['ours', 'official', 'raw'];
const figures = {
  sequential: { title: 'one at a time, µs a call', of: run => run.sequential.wall },
  concurrent: { title: `${together} at once, µs a call`, of: run => run.concurrent.wall },
  sequentialCpu: { title: 'one at a time, CPU µs a call', of: run => run.sequential.cpu },
  concurrentCpu: { title: `${together} at once, CPU µs a call`, of: run => run.concurrent.cpu },
  startUp: { title: 'start to first answer, ms', of: run => run.startUp },
};

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist/index.js', import.meta.url));

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

/** Each measurement in a fresh process, the contestants by turns: whatever slows the machine slows all of them. */
async function measure(server, rounds) {
  const settings = JSON.stringify({
    base: `http://127.0.0.1:${server.port}/`,
    taskId: server.taskId,
    path: pathToFileURL(given.ours ?? dist).href,
    calls: Number(given.calls),
    batches: Number(given.batches),
    together,
  });
  const runs = Object.fromEntries(names.map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      const { stdout } = await promisify(execFile)(process.execPath, [`${here}get-task.mjs`, name, settings]);
      runs[name].push(JSON.parse(stdout));
    }
    tell(`round ${round} of ${rounds}`);
  }
  return runs;
}

function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
}

/** Neighbours in time are compared: the median of the rounds' own ratios, with the quartiles. */
function ratioOf(runs, other, of) {
  const ratios = runs.ours.map((run, round) => of(run) / of(runs[other][round]));
  return { median: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

function summarize(runs) {
  return Object.fromEntries(
    Object.entries(figures).map(([key, { of }]) => [
      key,
      {
        ...Object.fromEntries(names.map(name => [name, quantile(runs[name].map(of), 0.5)])),
        oursToOfficial: ratioOf(runs, 'official', of),
        oursToRaw: ratioOf(runs, 'raw', of),
      },
    ]),
  );
}

function print(summary) {
  const lines = [['', ...names, 'ours/official', 'ours/raw']];
  const shown = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  for (const [key, { title }] of Object.entries(figures)) {
    const { oursToOfficial, oursToRaw, ...medians } = summary[key];
    lines.push([
      title,
      ...names.map(name => medians[name].toFixed(1)),
      shown(oursToOfficial),
      shown(oursToRaw),
    ]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  console.log('Medians; ratios are medians of the rounds, with quartiles.');
}

prepare();
const server = await startServer();
const rounds = Number(given.rounds);
const runs = await measure(server, rounds).finally(server.stop);
const summary = summarize(runs);
if (given.json) console.log(JSON.stringify({ node: process.version, rounds, allowed, ...summary }, null, 2));
else print(summary);

if (given.check) {
  for (const key of ['sequential', 'concurrent']) {
    const { median } = summary[key].oursToOfficial;
    if (median <= allowed) continue;
    tell(
      `✗ ${figures[key].title}: ours takes ${median.toFixed(2)} × the official client, allowed are ${allowed}.`,
    );
    process.exitCode = 1;
  }
}
