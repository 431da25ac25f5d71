import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { peerList, pythonOf } from '../installs.mjs';
import { environment } from '../peers.js';

export type ClientName = 'js-1.3' | 'js-0.3' | 'py-1.1' | 'py-0.3';

/** A server that a client is to call. */
export interface Target {
  /** By which its stories are told apart. */
  binding: string;
  url: string;
  /** The url of a webhook without the end of its path. */
  hook: string;
}

/** What a client saw of one story, as it printed it, or what that ended with. */
export interface Told {
  binding: string;
  story: string;
  saw?: unknown;
  error?: { name: string; message: string };
}

/** A client's account of all its stories, with what it wrote to stderr. */
export interface Account {
  told: Told[];
  log: string;
}

/** ms for all the stories of a client. */
const patience = 20_000;

/** Has an official client call the servers, in a process of its own, which is killed if it takes too long. */
export async function runClient(name: ClientName, targets: readonly Target[]): Promise<Account> {
  const install = peerList.find(peer => peer.name === name)?.install;
  if (!install) throw new TypeError(`no client is named ${name}`);
  const [command, extension] = install.kind === 'npm' ? [process.execPath, 'mjs'] : [pythonOf(install), 'py'];
  const script = fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
  const child = spawn(command, [script, JSON.stringify(targets)], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  child.stderr.on('data', chunk => {
    log += chunk;
  });
  // Node's own timeout of a child would leave the streams open, and with them the wait for 'close'.
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (code !== 0) throw new Error(`${name} ended with ${code ?? 'a signal'}\n${log}`);
  const lines = output.split('\n').filter(line => line !== '');
  return { told: lines.map(line => JSON.parse(line) as Told), log };
}
