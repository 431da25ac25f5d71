// Installs the interop peers: node test/interop/setup.mjs
// Python is the first of $PYTHON, python3 and python that is 3.10 or newer. Safe to run again at any time.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  failureOf,
  installs,
  missing,
  peerList,
  peersDir,
  pinsHash,
  pythonOf,
  stampOf,
  versionOf,
} from './installs.mjs';

const results = await Promise.all(installs.map(setUp));
// A developer may lack Python and still test against the rest; CI must not pass by skipping.
if (process.env['CI'] && results.includes(false)) process.exitCode = 1;

async function setUp(install) {
  const what = peerList
    .filter(peer => peer.install === install)
    .map(peer => `${peer.name} (${peer.package} ${versionOf(peer)})`)
    .join(', ');
  if (missing(install) === undefined) {
    console.log(`${what}: already installed`);
    return true;
  }
  const start = Date.now();
  mkdirSync(dirname(failureOf(install)), { recursive: true });
  rmSync(failureOf(install), { force: true });
  rmSync(stampOf(install), { force: true });
  try {
    await (install.kind === 'npm' ? installNpm() : installPython(install));
  } catch (error) {
    writeFileSync(failureOf(install), error.message);
    console.log(`${what}: NOT installed: ${error.message}`);
    return false;
  }
  writeFileSync(stampOf(install), pinsHash(install));
  console.log(`${what}: installed in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

async function installNpm() {
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], peersDir);
}

async function installPython(install) {
  const python = await findPython();
  // From scratch: an environment that was upgraded in place would keep what the pins no longer name.
  rmSync(install.dir, { recursive: true, force: true });
  await run(python, ['-m', 'venv', install.dir]);
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', '--quiet'];
  await run(pythonOf(install), [...pip, 'install', '--requirement', join(peersDir, install.pins)]);
}

async function findPython() {
  const check = 'import sys; sys.exit(sys.version_info < (3, 10))';
  for (const python of [process.env['PYTHON'], 'python3', 'python']) {
    if (!python) continue;
    try {
      await run(python, ['-c', check]);
      return python;
    } catch {
      // The next one, then.
    }
  }
  throw new Error('no Python 3.10 or newer was found (set PYTHON to one)');
}

/** Rejects with the last lines the command wrote, which is where pip and npm say what went wrong. */
function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    let output = '';
    // Windows finds npm, a .cmd file, only through a shell.
    const shell = process.platform === 'win32' && command === 'npm';
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.on('error', reject);
    child.on('close', code => {
      const end = output.trim().split('\n').slice(-3).join(' / ');
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${end}`));
    });
  });
}
