import type { A2AClient } from '../client/client.js';
import type { RequestOptions } from '../client/options.js';
import { AbortedError } from '../errors/aborted.js';
import { PushNotificationNotSupportedError, RpcError } from '../errors/rpc.js';
import { randomId } from '../model/id.js';

/** Whether an agent's server notifies; `unknown` where nothing can be concluded, which is not remembered. */
export type PushSupport = 'yes' | 'no' | 'unknown';

/**
 * What the answer says to a question about a task that does not exist.
 *
 * @param error what the question failed with
 */
function readAnswer(error: unknown): PushSupport {
  if (error instanceof PushNotificationNotSupportedError) return 'no';
  // "There is no such task", or "none is configured for it": it knows what was asked. An internal error may be anything.
  const isUnderstood = error instanceof RpcError && ![-32602, -32603].includes(error.rpcCode);
  return isUnderstood ? 'yes' : 'unknown';
}

/** What is known by now of an agent's server. */
export interface PushVerdict {
  support: PushSupport;
  /** Of any task. */
  hasNotified?: true;
}

/** @throws {AbortedError} */
export async function askSupport(
  verdict: PushVerdict,
  client: A2AClient,
  options: RequestOptions,
): Promise<PushSupport> {
  if (verdict.support !== 'unknown') return verdict.support;
  let answer: PushSupport = 'yes';
  try {
    const { card } = await client.connect(options);
    // One that promises nothing is believed, for the servers that lie promise too much; one that is silent is not.
    if (card?.capabilities.pushNotifications === false) answer = 'no';
    else await client.pushNotifications.list(randomId(), options);
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    answer = readAnswer(error);
  }
  // More may have come to light meanwhile than can be concluded from an answer.
  if (verdict.support === 'unknown') verdict.support = answer;
  return verdict.support;
}
