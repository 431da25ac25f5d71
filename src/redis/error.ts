import { A2AError } from '../errors/base.js';

/**
 * The store could not be asked, or did not answer in time. Of no family: no agent is involved. A `replace` that ends
 * so may have happened all the same.
 *
 * `code` is `'store-failed'`, or `'store-closed'` after `close()`. `cause` has the name, the message and the `code` of
 * what the Redis client threw, and nothing else: its own errors carry the command, be it AUTH with the password.
 *
 * @example
 * catch (error) {
 *   if (error instanceof WebhookStoreError) return new Response(null, { status: 503, headers: { 'Retry-After': '5' } });
 * }
 */
export class WebhookStoreError extends A2AError {
  static override readonly tag = 'WebhookStoreError';

  constructor(message: string, code: 'store-failed' | 'store-closed', cause?: unknown) {
    super(message, { code, cause });
  }
}

/** What was to be done and why it was not. The key is in neither: it may hold a registration's id. */
export function storeFailed(what: string, thrown: unknown): WebhookStoreError {
  const cause = tellableOf(thrown);
  const why = cause.message.replace(/\.$/, '');
  return new WebhookStoreError(`The webhook store could not ${what}: ${why}.`, 'store-failed', cause);
}

export function storeSilent(what: string, ms: number): WebhookStoreError {
  const next = 'Is Redis up, and its client connected?';
  return new WebhookStoreError(
    `The webhook store could not ${what} within ${ms} ms. ${next} Set "timeout" higher if it is far away.`,
    'store-failed',
  );
}

export function storeClosed(): WebhookStoreError {
  return new WebhookStoreError('The webhook store is closed.', 'store-closed');
}

/** Of an error what may be told: no command, no arguments, no url, no credentials. */
function tellableOf(thrown: unknown): Error {
  const { name, message, code } = (thrown ?? {}) as { name?: unknown; message?: unknown; code?: unknown };
  // An AggregateError, of a host with several addresses, has a code and no message.
  const said =
    [message, code, name].find(text => typeof text === 'string' && text !== '') ?? 'no reason given';
  const told = new Error(
    String(said)
      .replace(/,? with args beginning with:.*/s, '')
      // Where in the script it was, which nobody but this store has.
      .replace(/ script: .*/s, '')
      .replace(/\/\/\S*@/g, '//…@')
      .slice(0, 300),
  );
  if (typeof name === 'string') told.name = name;
  return typeof code === 'string' ? Object.assign(told, { code }) : told;
}
