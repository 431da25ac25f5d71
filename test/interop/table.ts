import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Peer, PeerName } from './peers.js';

/** By the names people know the servers by. */
const products: Record<PeerName, string> = {
  'js-1.3': '@a2a-js/sdk',
  'js-0.3': '@a2a-js/sdk',
  'py-1.1': 'a2a-sdk (Python)',
  'py-0.3': 'a2a-sdk (Python)',
  praison: 'PraisonAI',
  'praison-webhook': 'PraisonAI, extended by its guide,',
};

/** What a cell says that no test filled in. */
export const notRun = 'not run';

export function productOf({ name, version }: Pick<Peer, 'name' | 'version'>): string {
  return `${products[name]} ${version}`;
}

/** A table in Markdown; the first row is its head. */
export function tableOf([titles = [], ...lines]: string[][]): string {
  const rows = [titles, ...lines];
  const widths = titles.map((_, at) => Math.max(3, ...rows.map(row => row[at]?.length ?? 0)));
  const dashes = widths.map(width => '-'.repeat(width));
  // Padded as the formatter would, or every run would change the committed file.
  const line = (row: string[]) => `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  return [line(titles), line(dashes), ...lines.map(line)].join('');
}

/** Prints it, and keeps it where A2A_WRITE_MATRIX asks for that; half of it is never committed. */
export function keep(file: string, table: string): void {
  process.stdout.write(`\n${table}\n`);
  write(`./.peers/${file}`, table);
  if (!process.env['A2A_WRITE_MATRIX']) return;
  if (table.includes(notRun)) {
    process.stdout.write(`${file} was left as it was: not every test ran.\n`);
    return;
  }
  write(`./${file}`, table);
}

function write(path: string, text: string): void {
  mkdirSync(fileURLToPath(new URL('./.peers/', import.meta.url)), { recursive: true });
  writeFileSync(fileURLToPath(new URL(path, import.meta.url)), text);
}
