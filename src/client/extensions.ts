import { notSent } from '../dialects/errors.js';
import { ExtensionSupportRequiredError } from '../errors/rpc.js';
import type { Link } from './link.js';

/**
 * What is sent to an agent must use the extensions that its card requires.
 *
 * @throws {ExtensionSupportRequiredError} that names those which are not switched on
 * Source: A2A specification 1.0, sections 3.2.6 and 4.6.
 */
export function checkExtensions({ card }: Link, used: readonly string[], method: string): void {
  const missing = (card?.capabilities.extensions ?? []).flatMap(({ required, uri }) =>
    required && uri && !used.includes(uri) ? uri : [],
  );
  if (missing.length === 0) return;
  const message = `the agent requires ${missing.join(', ').slice(0, 300)}`;
  throw notSent(ExtensionSupportRequiredError, method, message);
}
