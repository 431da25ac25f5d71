import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { missing, peerList, peersDir, pythonOf, versionOf } from './installs.mjs';

export type PeerName = 'js-1.3' | 'js-0.3' | 'py-1.1' | 'py-0.3' | 'praison' | 'praison-webhook';

export interface Peer {
  name: PeerName;
  /** Of the package the server comes from. */
  version: string;
  dialect: '1.0' | '0.3' | 'praison';
  installed: boolean;
  /** Why it is not installed. */
  missing?: string;
}

/** One HTTP request as the peer received it, before its SDK read it. */
export interface RecordedRequest {
  method: string;
  /** With the query. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Parsed if it was JSON, else the text; null if there was none. */
  body: unknown;
}

export interface StartPeerOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Praison only: the bearer token every POST must bring. */
  token?: string;
}

export interface RunningPeer {
  url: string;
  pid: number;
  /** All so far. A request may arrive here a moment after its response reached you: see `received`. */
  requests: RecordedRequest[];
  /** Resolves with the first request that matches, past or to come; rejects after 5 s. */
  received(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** What the process wrote to stderr. */
  log(): string;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

const known = peerList as Array<Pick<Peer, 'name' | 'dialect'> & (typeof peerList)[number]>;

/** All of them, whether installed or not. */
export const peers: Peer[] = known.map(peer => {
  const why = missing(peer.install);
  return {
    name: peer.name,
    version: versionOf(peer),
    dialect: peer.dialect,
    installed: why === undefined,
    ...(why !== undefined && { missing: why }),
  };
});

/** For a test's name: says why if the peer cannot be tested against. */
export function titleOf({ name, version, missing }: Peer): string {
  return `${name} (${version})${missing === undefined ? '' : ` is not installed: ${missing}`}`;
}

/** Starts the peer on loopback; rejects with its stderr if it is not ready within 30 s. */
export async function startPeer(name: PeerName, options: StartPeerOptions = {}): Promise<RunningPeer> {
  const peer = known.find(one => one.name === name);
  if (!peer) throw new TypeError(`no peer is named ${name}`);
  const [command, script] =
    peer.install.kind === 'npm'
      ? [process.execPath, join(peersDir, `${name}.mjs`)]
      : [pythonOf(peer.install), join(peersDir, `${name}.py`)];
  const args = [script, String(options.port ?? 0), ...(options.token === undefined ? [] : [options.token])];
  const child = spawn(command, args, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });

  const requests: RecordedRequest[] = [];
  const listeners = new Set<() => void>();
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  // Without a listener an early death would surface as EPIPE from the test run itself.
  child.stdin.on('error', () => {});

  // 'close', not 'exit': only then has all of its output arrived.
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));

  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${name} ${why}\n${stderr}`));
    timer = setTimeout(() => failed('was not ready within 30 s'), 30_000);
    child.once('error', error => failed(`did not start: ${error.message}`));
    child.once('close', code => failed(`ended with ${code}`));
    createInterface({ input: child.stdout }).on('line', text => {
      const line = parse(text);
      if (line?.request) {
        requests.push(line.request);
        for (const listener of listeners) listener();
      } else if (line?.ready && line.url) {
        resolve(line.url);
      }
    });
  });

  try {
    const url = await ready;
    return {
      url,
      pid: child.pid as number,
      requests,
      received: matches => firstMatch(requests, listeners, matches),
      log: () => stderr,
      stop: () => stop(child, closed),
    };
  } catch (error) {
    await stop(child, closed);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined for the half of a line that is left when a peer is stopped while it writes. */
function parse(line: string): { ready?: true; url?: string; request?: RecordedRequest } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** No API key, proxy or telemetry setting of this machine reaches a peer. */
export function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'USERPROFILE'];
  const env: NodeJS.ProcessEnv = { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

async function firstMatch(
  requests: RecordedRequest[],
  listeners: Set<() => void>,
  matches: (request: RecordedRequest) => boolean,
): Promise<RecordedRequest> {
  const found = requests.find(matches);
  if (found) return found;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listeners.delete(look);
      reject(new Error(`no such request within 5 s; there were ${JSON.stringify(requests)}`));
    }, 5000);
    const look = () => {
      const match = requests.find(matches);
      if (!match) return;
      clearTimeout(timer);
      listeners.delete(look);
      resolve(match);
    };
    listeners.add(look);
  });
}

/** By its own child handle only: the end of stdin, then SIGTERM, then SIGKILL, 2 s apart. */
async function stop(child: ChildProcess, closed: Promise<void>): Promise<void> {
  if (child.pid === undefined) return;
  child.stdin?.end();
  const timers = (['SIGTERM', 'SIGKILL'] as const).map((signal, index) =>
    setTimeout(() => child.kill(signal), 2000 * (index + 1)),
  );
  await closed;
  for (const timer of timers) clearTimeout(timer);
}
