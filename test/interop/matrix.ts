import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { A2AError } from 'a2a-await';
import { test } from 'vitest';
import { type Peer, type PeerName, peers } from './peers.js';

/** Operation → server → what came of it. The tests fill it in; nobody writes a cell by hand. */
const cells = new Map<string, Map<string, string>>();
/** By the names people know the servers by. */
const products: Record<PeerName, string> = {
  'js-1.3': '@a2a-js/sdk',
  'js-0.3': '@a2a-js/sdk',
  'py-1.1': 'a2a-sdk (Python)',
  'py-0.3': 'a2a-sdk (Python)',
  praison: 'PraisonAI',
};
const failed = '**failed**';
const notRun = 'not run';

/**
 * A test that is also a cell of the matrix. Its body returns the outcome it verified: nothing for plain success, the
 * error for "the server cannot do this", or a few words on how it does.
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
  return seen ?? 'yes';
}

export function markdown(): string {
  const columns = peers.map(({ name, version }) => `${products[name]} ${version}`);
  const lines = [...cells].map(([operation, row]) => [
    operation,
    ...peers.map(peer => row.get(peer.name) ?? notRun),
  ]);
  const rows = [['', ...columns], ...lines];
  const widths = columns.concat('').map((_, at) => Math.max(3, ...rows.map(row => row[at]?.length ?? 0)));
  const dashes = widths.map(width => '-'.repeat(width));
  // Padded as the formatter would, or every run would change the committed file.
  const line = (row: string[]) => `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  return [line(rows[0] ?? []), line(dashes), ...rows.slice(1).map(line)].join('');
}

/** Prints it, and keeps it where A2A_WRITE_MATRIX asks for that; half a matrix is never committed. */
export function publish(): void {
  const table = markdown();
  process.stdout.write(`\n${table}\n`);
  write('./.peers/matrix.md', table);
  if (!process.env['A2A_WRITE_MATRIX']) return;
  if (table.includes(notRun)) {
    process.stdout.write('matrix.md was left as it was: not every test ran.\n');
    return;
  }
  write('./matrix.md', table);
}

function write(path: string, text: string): void {
  mkdirSync(fileURLToPath(new URL('./.peers/', import.meta.url)), { recursive: true });
  writeFileSync(fileURLToPath(new URL(path, import.meta.url)), text);
}
