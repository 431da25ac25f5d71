import { RpcError, type RpcErrorDetails } from '../errors/rpc.js';
import { HttpError } from '../errors/wire.js';

/**
 * Says in A2A's own words what a server means that has no such method.
 *
 * @param statuses HTTP statuses that mean it, too
 */
export function lacking<R>(
  Lacking: new (details: RpcErrorDetails) => Error,
  call: Promise<R>,
  statuses: readonly number[] = [],
): Promise<R> {
  return call.catch((error: unknown) => {
    // It may have said so itself.
    if (error instanceof Lacking) throw error;
    const lacks =
      error instanceof RpcError
        ? error.rpcCode === -32601 || error.rpcCode === -32004 || /card not support/i.test(error.message)
        : error instanceof HttpError && statuses.includes(error.status);
    const details = {
      method: 'The call',
      rpcCode: -32004,
      ...(error as Partial<RpcErrorDetails>),
      message: 'it cannot do this',
    };
    throw lacks ? new Lacking(details) : error;
  });
}
