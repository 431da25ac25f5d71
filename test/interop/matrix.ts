import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { A2AError } from 'a2a-await';
import { test } from 'vitest';
import { type Peer, peers } from './peers.js';

/** Operation → server → what came of it. The tests fill it in; nobody writes a cell by hand. */
const cells = new Map<string, Map<string, string>>();
const failed = '**failed**';

/**
 * A test that is also a cell of the matrix. Its body returns the outcome it verified: nothing for plain success, an
 * error the server is known for, or a few words made from what was seen.
 */
export function cell(
  { name }: Peer,
  operation: string,
  behaviour: string,
  body: () => Promise<string | Error | undefined>,
): void {
  const row = cells.get(operation) ?? new Map<string, string>();
  cells.set(operation, row);
  test.concurrent(`${operation}: ${behaviour}`, async () => {
    row.set(name, failed);
    row.set(name, outcome(await body()));
  });
}

function outcome(seen: string | Error | undefined): string {
  if (seen instanceof A2AError) return `no: \`${seen.name}\``;
  if (seen instanceof Error) throw seen;
  return seen === undefined ? 'yes' : `yes: ${seen}`;
}

export function markdown(): string {
  const columns = peers.map(peer => `${peer.name} (${peer.version})`);
  const lines = [...cells].map(([operation, row]) => [
    operation,
    ...peers.map(peer => row.get(peer.name) ?? 'not run'),
  ]);
  return [['', ...columns], columns.map(() => '---').concat('---'), ...lines]
    .map(line => `| ${line.join(' | ')} |\n`)
    .join('');
}

/** Prints it, and keeps it where A2A_WRITE_MATRIX asks for that; half a matrix is never committed. */
export function publish(): void {
  const table = markdown();
  process.stdout.write(`\n${table}\n`);
  write('./.peers/matrix.md', table);
  if (!process.env['A2A_WRITE_MATRIX']) return;
  if (table.includes('not run') || table.includes(failed)) {
    process.stdout.write('matrix.md was left as it was: not every cell passed.\n');
    return;
  }
  write('./matrix.md', table);
}

function write(path: string, text: string): void {
  mkdirSync(fileURLToPath(new URL('./.peers/', import.meta.url)), { recursive: true });
  writeFileSync(fileURLToPath(new URL(path, import.meta.url)), text);
}
