import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisServer {
  /** With the password, if it is one of ours. */
  url: string;
  /** Stops it, and waits until it is gone. Nothing, if it is somebody else's. */
  stop(): Promise<void>;
}

const given = process.env['REDIS_URL'];

/**
 * Why no Redis can be had; `undefined` if one can. In CI there is no excuse: a test that needs Redis then runs, and
 * fails.
 */
export const noRedis: string | undefined =
  given || process.env['CI'] || spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'skipped, as there is no redis-server here and REDIS_URL is not set';

/** For a test's name. */
export function titled(name: string): string {
  return noRedis ? `${name} (${noRedis})` : name;
}

/** Whether the server is somebody else's, whom nothing may be done to but what keeps to keys of our own. */
export const isGiven = given !== undefined;

/** The one at `REDIS_URL`, or one of our own on a free port of loopback, with a password, that keeps nothing. */
export async function startRedis(): Promise<RedisServer> {
  if (given) return { url: given, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'a2a-await-redis-'));
  const password = randomUUID();
  // Somebody may take the port between our looking and the server's.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const options = {
      port,
      bind: '127.0.0.1',
      dir: folder,
      requirepass: password,
      save: '',
      appendonly: 'no',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    };
    try {
      await ready(child);
      return { url: `redis://:${password}@127.0.0.1:${port}`, stop };
    } catch (error) {
      if (attempt < 3) continue;
      await stop();
      throw error;
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('eady to accept connections')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', error =>
      reject(new Error('redis-server did not start: install it, or set REDIS_URL', { cause: error })),
    );
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}:\n${said}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
