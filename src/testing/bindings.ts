/** How calls are put on HTTP. */
export type Binding = 'JSONRPC' | 'HTTP+JSON';

/** The HTTP+JSON binding lies below this path of the server, alone or beside JSON-RPC. */
export const restPath = '/rest';

/** The path of a binding's endpoint, given that of JSON-RPC in this dialect. */
export function pathOf(binding: Binding, rpcPath: string): string {
  return binding === 'JSONRPC' ? rpcPath : restPath;
}
