import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

declare module 'vitest' {
  export interface ProvidedContext {
    /** A package that has installed the tarball, and nothing else. */
    alone: string;
    /** One that has also what the package leaves to its users: the optional peers, and Node's types. */
    withPeers: string;
  }
}

const left = ['@types/node', 'canonicalize', 'ioredis', 'jose', 'msw', 'redis'];

/** Packs what `npm run build` has made, and installs that, outside of this repository and of what it has installed. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'a2a-tarball-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const [tarball = ''] = await readdir(folder);
  const alone = join(folder, 'alone');
  await mkdir(alone);
  await writeFile(
    join(alone, 'package.json'),
    JSON.stringify({ name: 'alone', private: true, type: 'module' }),
  );
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: alone });
  const withPeers = join(folder, 'with-peers');
  // Links as they are: those of commands lead to files beside them.
  await cp(alone, withPeers, { recursive: true, verbatimSymlinks: true });
  // The root's, in the versions of its lock file.
  for (const name of left) {
    const place = join(withPeers, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(root, 'node_modules', name), place, 'junction');
  }
  provide('alone', alone);
  provide('withPeers', withPeers);
  return () => rm(folder, { recursive: true });
}
