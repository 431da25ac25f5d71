import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Chromium is, and what it is started with. */
export function findChromium(): { executablePath: string; args: string[] } {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'chromium'));
  const executablePath =
    process.env['CHROMIUM_PATH'] || ['/usr/bin/chromium', ...onPath].find(path => existsSync(path));
  if (!executablePath) throw new Error('No Chromium was found: install it, or set CHROMIUM_PATH to one.');
  return { executablePath, args };
}

const args = [
  // Root, as in a container, has no other choice; nothing but these tests is loaded.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
