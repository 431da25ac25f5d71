// Which peers there are, what each needs installed, and whether that is so. For setup.mjs and peers.ts.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own part of the peers: scripts and pins. */
export const peersDir = fileURLToPath(new URL('./peers/', import.meta.url));
/** What is installed for them, except node_modules, which Node wants beside the scripts. */
const installedDir = fileURLToPath(new URL('./.peers/', import.meta.url));

const venv = name => ({
  name,
  kind: 'python',
  dir: join(installedDir, name),
  pins: `requirements-${name}.txt`,
});
const npm = { name: 'js', kind: 'npm', dir: join(peersDir, 'node_modules'), pins: 'package-lock.json' };
const praison = venv('praison');

/** `package` is the line of the pins that tells the peer's version. */
export const peerList = [
  { name: 'js-1.3', dialect: '1.0', install: npm, package: 'a2a-sdk-1' },
  { name: 'js-0.3', dialect: '0.3', install: npm, package: 'a2a-sdk-03' },
  { name: 'py-1.1', dialect: '1.0', install: venv('py-1.1'), package: 'a2a-sdk' },
  { name: 'py-0.3', dialect: '0.3', install: venv('py-0.3'), package: 'a2a-sdk' },
  { name: 'praison', dialect: 'praison', install: praison, package: 'praisonaiagents' },
  { name: 'praison-webhook', dialect: 'praison', install: praison, package: 'praisonaiagents' },
];

export const installs = [...new Set(peerList.map(peer => peer.install))];

export function versionOf(peer) {
  const pins = readFileSync(join(peersDir, peer.install.pins), 'utf8');
  if (peer.install.kind === 'npm') return JSON.parse(pins).packages[`node_modules/${peer.package}`].version;
  return pins
    .split('\n')
    .find(line => line.startsWith(`${peer.package}==`))
    .split('==')[1]
    .trim();
}

/** The interpreter of a virtual environment. */
export function pythonOf(install) {
  return join(install.dir, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
}

/** What the stamp must say: other pins, or another copy of the tree, are not installed yet. */
export function pinsHash(install) {
  const pins = readFileSync(join(peersDir, install.pins));
  return createHash('sha256').update(pins).update(install.dir).digest('hex');
}

// In the installed directory itself, so that whoever deletes that deletes the stamp.
export const stampOf = install => join(install.dir, '.a2a-await-stamp');
/** Where setup.mjs leaves the reason when an install fails. */
export const failureOf = install => join(installedDir, `${install.name}.failed`);

/** Why it is not installed, or undefined if it is. */
export function missing(install) {
  if (read(stampOf(install)) === pinsHash(install)) return undefined;
  return read(failureOf(install)) ?? 'not set up: node test/interop/setup.mjs';
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
