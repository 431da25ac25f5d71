import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { A2AError } from 'a2a-await';
import { test } from 'vitest';
import { type Column, type ColumnName, columns } from './columns.js';

/** Operation → column → what came of it. The tests fill it in; nobody writes a cell by hand. */
const cells = new Map<string, Map<string, string>>();
/** By the names people know the servers by. */
const products: Record<ColumnName, string> = {
  'js-1.3': '@a2a-js/sdk',
  'js-0.3': '@a2a-js/sdk',
  'py-1.1': 'a2a-sdk (Python)',
  'py-0.3': 'a2a-sdk (Python)',
  praison: 'PraisonAI',
};
const failed = '**failed**';
const notRun = 'not run';
const keyOf = ({ name, binding }: Column) => `${name} ${binding}`;

/**
 * A test that is also a cell of the matrix. Its body returns the outcome it verified: nothing for plain success, the
 * error for "the server cannot do this", or a few words on how it does.
 */
export function cell(
  column: Column,
  operation: string,
  behaviour: string,
  body: () => Promise<string | Error | undefined>,
): void {
  const row = cells.get(operation) ?? new Map<string, string>();
  cells.set(operation, row);
  test.concurrent(`${operation}: ${behaviour}`, async () => {
    row.set(keyOf(column), failed);
    row.set(keyOf(column), outcome(await body()));
  });
}

function outcome(seen: string | Error | undefined): string {
  if (seen instanceof A2AError) return `no: \`${seen.name}\``;
  if (seen instanceof Error) throw seen;
  return seen ?? 'yes';
}

/** One table of everything over JSON-RPC, and a second one of what comes out otherwise over HTTP+JSON. */
export function markdown(): string {
  const rpc = columns.filter(({ binding }) => binding === 'JSONRPC');
  const rest = columns.filter(({ binding }) => binding === 'HTTP+JSON');
  const others = [...cells].filter(([, row]) =>
    rest.some(column => outcomeIn(row, column) !== outcomeIn(row, { ...column, binding: 'JSONRPC' })),
  );
  const remark = `With \`binding: 'HTTP+JSON'\`, all of it comes out the same at ${listed(rest.map(productOf))}${others.length > 0 ? ', but for this:' : '.'}\n`;
  return [tableOf([...cells], rpc), remark, ...(others.length > 0 ? [tableOf(others, rest)] : [])].join('\n');
}

function outcomeIn(row: ReadonlyMap<string, string>, column: Column): string {
  return row.get(keyOf(column)) ?? notRun;
}

function productOf({ name, version }: Column): string {
  return `${products[name]} ${version}`;
}

function listed(names: string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');
}

function tableOf(operations: Array<[string, ReadonlyMap<string, string>]>, shown: Column[]): string {
  const titles = ['', ...shown.map(productOf)];
  const lines = operations.map(([operation, row]) => [
    operation,
    ...shown.map(column => outcomeIn(row, column)),
  ]);
  const rows = [titles, ...lines];
  const widths = titles.map((_, at) => Math.max(3, ...rows.map(row => row[at]?.length ?? 0)));
  const dashes = widths.map(width => '-'.repeat(width));
  // Padded as the formatter would, or every run would change the committed file.
  const line = (row: string[]) => `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  return [line(titles), line(dashes), ...lines.map(line)].join('');
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
