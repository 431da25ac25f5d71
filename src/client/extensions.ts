import { ExtensionSupportRequiredError } from '../errors/rpc.js';
import type { Link } from './link.js';

/**
 * What is sent to an agent must use the extensions that its card requires.
 *
 * @throws {ExtensionSupportRequiredError} that names those which are not switched on
 * Source: A2A specification 1.0, sections 3.2.6 and 4.6.
 */
export function checkExtensions({ card }: Link, used: readonly string[], method: string): void {
  const required = (card?.capabilities.extensions ?? []).filter(({ required, uri }) => required && uri);
  const missing = required.map(({ uri }) => uri).filter(uri => !used.includes(uri));
  if (missing.length === 0) return;
  throw new ExtensionSupportRequiredError({
    method,
    message: `the agent requires ${missing.join(', ').slice(0, 300)}: if the application knows what that means, name it in the option "extensions"`,
    rpcCode: -32008,
    sent: false,
  });
}
