import { type Peer, type PeerName, peers, titleOf } from './peers.js';

/** One server over one binding: a column of the matrix. */
export interface Column extends Peer {
  binding: 'JSONRPC' | 'HTTP+JSON';
}

/** The servers that are called over HTTP+JSON too; PraisonAI has none. */
const overRest: readonly PeerName[] = ['js-1.3', 'js-0.3', 'py-1.1', 'py-0.3'];

/** Every server over JSON-RPC, then those that have HTTP+JSON over that. */
export const columns: Column[] = [
  ...peers.map((peer): Column => ({ ...peer, binding: 'JSONRPC' })),
  ...peers
    .filter(({ name }) => overRest.includes(name))
    .map((peer): Column => ({ ...peer, binding: 'HTTP+JSON' })),
];

/** For a test's name. */
export function titleOfColumn(column: Column): string {
  return column.binding === 'JSONRPC' ? titleOf(column) : `${titleOf(column)} over HTTP+JSON`;
}
