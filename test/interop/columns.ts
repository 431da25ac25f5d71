import { type Peer, type PeerName, peers, titleOf } from './peers.js';

/** An extended server is otherwise the same as the one it extends. */
export type ColumnName = Exclude<PeerName, 'praison-webhook'>;

/** One server over one binding: a column of the matrix. */
export interface Column extends Peer {
  name: ColumnName;
  binding: 'JSONRPC' | 'HTTP+JSON';
}

/** The servers that are called over HTTP+JSON too; PraisonAI has none. */
const overRest: readonly ColumnName[] = ['js-1.3', 'js-0.3', 'py-1.1', 'py-0.3'];

const overRpc = peers
  .filter((peer): peer is Peer & { name: ColumnName } => peer.name !== 'praison-webhook')
  .map((peer): Column => ({ ...peer, binding: 'JSONRPC' }));

/** Every server over JSON-RPC, then those that have HTTP+JSON over that. */
export const columns: Column[] = [
  ...overRpc,
  ...overRpc
    .filter(({ name }) => overRest.includes(name))
    .map((column): Column => ({ ...column, binding: 'HTTP+JSON' })),
];

/** For a test's name. */
export function titleOfColumn(column: Column): string {
  return column.binding === 'JSONRPC' ? titleOf(column) : `${titleOf(column)} over HTTP+JSON`;
}
