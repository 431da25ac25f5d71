import { A2AError } from 'a2a-await';
import { test } from 'vitest';
import { type Column, columns } from './columns.js';
import { keep, notRun, productOf, tableOf } from './table.js';

/** Operation → column → what came of it. The tests fill it in; nobody writes a cell by hand. */
const cells = new Map<string, Map<string, string>>();
const failed = '**failed**';
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
  const shown = [
    operationsIn([...cells], rpc),
    remark,
    ...(others.length > 0 ? [operationsIn(others, rest)] : []),
  ];
  return shown.join('\n');
}

function outcomeIn(row: ReadonlyMap<string, string>, column: Column): string {
  return row.get(keyOf(column)) ?? notRun;
}

function listed(names: string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');
}

function operationsIn(operations: Array<[string, ReadonlyMap<string, string>]>, shown: Column[]): string {
  const lines = operations.map(([operation, row]) => [
    operation,
    ...shown.map(column => outcomeIn(row, column)),
  ]);
  return tableOf([['', ...shown.map(productOf)], ...lines]);
}

/** Prints it, and keeps it where that is asked for. */
export function publish(): void {
  keep('matrix.md', markdown());
}
