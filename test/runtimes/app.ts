import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './suites.js';

/** What an application has beside the package to use all of it, as the README says. */
export const peers = ['canonicalize', 'jose', 'msw'];

/** Makes an application in an empty folder, which has installed the package as it would be published. */
export function makeApp(): string {
  const app = mkdtempSync(join(tmpdir(), 'a2a-await-app-'));
  const npm = (folder: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [packed] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', app)) as [
    { filename: string },
  ];
  const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  writeFileSync(`${app}/package.json`, '{ "type": "module" }');
  const wanted = peers.map(name => `${name}@${devDependencies[name]}`);
  npm(app, 'install', '--no-audit', '--no-fund', '--ignore-scripts', `./${packed.filename}`, ...wanted);
  return app;
}
