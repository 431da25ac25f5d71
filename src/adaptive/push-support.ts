import { PushNotificationNotSupportedError, RpcError } from '../errors/rpc.js';
import type { AgentCard } from '../model/card.js';

/** Whether an agent's server notifies; `unknown` where nothing can be concluded, which is not remembered. */
export type PushSupport = 'yes' | 'no' | 'unknown';

/**
 * What the card says. One that promises nothing is believed, for the servers that lie promise too much; one that is
 * silent is not.
 */
export function readPromise(card: AgentCard | undefined): 'no' | undefined {
  return card?.capabilities.pushNotifications === false ? 'no' : undefined;
}

/**
 * What the answer says to a question about a task that does not exist.
 *
 * @param error what the question failed with
 */
export function readAnswer(error: unknown): PushSupport {
  if (error instanceof PushNotificationNotSupportedError) return 'no';
  // "There is no such task", or "none is configured for it": it knows what was asked. An internal error may be anything.
  const isUnderstood = error instanceof RpcError && ![-32602, -32603].includes(error.rpcCode);
  return isUnderstood ? 'yes' : 'unknown';
}
