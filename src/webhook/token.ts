import { demand } from '../errors/options.js';
import { WebhookVerificationError } from '../errors/webhook.js';
import { digest, sameDigest } from './bytes.js';
import { Keeper, type Secrets } from './secrets.js';
import { absent, failed, passed, type Verdict, type Verifier } from './verifier.js';

/** Where servers put the token: the JavaScript, Python and Java SDKs; those of Go and Rust; PraisonAI's guide. */
const tokenHeaders = ['x-a2a-notification-token', 'a2a-notification-token', 'x-webhook-token'];

const keeperOf = (name: string, secrets: Secrets | undefined) =>
  secrets === undefined ? undefined : new Keeper(name, secrets, digest);

/** All are compared, so that time does not tell which one was right. */
function isOneOf(received: string, expected: readonly string[]): boolean {
  return expected.filter(one => sameDigest(received, one)).length > 0;
}

/**
 * Verifies the token that servers send in a header: `X-A2A-Notification-Token`, `A2A-Notification-Token` or
 * `X-Webhook-Token`.
 *
 * @param token the secret, of ASCII, as all there is in headers; left out, it is the one of the registration whose url was
 * notified
 * @param options.header another header
 * @throws TypeError for an empty token
 * @example createWebhookReceiver({ url, shared: notificationToken('secret') })
 */
export function notificationToken(token?: Secrets, options: { header?: string } = {}): Verifier {
  const keeper = keeperOf('token', token);
  const names = options.header === undefined ? tokenHeaders : [options.header.toLowerCase()];
  return async delivery => {
    const judged: string[] = [];
    for (const name of names) {
      const received = delivery.headers.get(name);
      if (received === null) continue;
      const expected = keeper ? await keeper.at(delivery.time) : (delivery.expected?.tokens ?? []);
      if (!isOneOf(await digest(received), expected)) return wrong(name, expected, 'notificationToken');
      judged.push(name);
    }
    return judged.length > 0 ? passed(judged, undefined, !keeper) : absent(names);
  };
}

/**
 * Verifies the header `Authorization`. Of a registration it takes the credentials or, because some servers send that
 * instead, its token.
 *
 * @param credentials what follows the scheme; left out, those of the registration whose url was notified
 * @param options.scheme compared without regard to case. @default 'Bearer'
 * @throws TypeError for empty credentials
 * @example createWebhookReceiver({ url, shared: authorization('secret') })
 */
export function authorization(credentials?: Secrets, options: { scheme?: string } = {}): Verifier {
  const keeper = keeperOf('credentials', credentials);
  const { scheme = 'Bearer' } = options;
  demand(/^[!#$%&'*+.^`|~\w-]+$/.test(scheme), 'scheme', 'a word such as Bearer', scheme);
  return async delivery => {
    const received = delivery.headers.get('authorization');
    if (received === null) return absent(['authorization']);
    const space = received.indexOf(' ');
    if (space < 0 || received.slice(0, space).toLowerCase() !== scheme.toLowerCase()) {
      return failed('authorization', 'malformed', `authorization is not of the scheme ${scheme}.`);
    }
    const { tokens = [], credentials: own = [] } = delivery.expected ?? {};
    const expected = keeper ? await keeper.at(delivery.time) : [...own, ...tokens];
    const isRight = isOneOf(await digest(received.slice(space).trim()), expected);
    return isRight
      ? passed(['authorization'], undefined, !keeper)
      : wrong('authorization', expected, 'authorization');
  };
}

function wrong(header: string, expected: readonly string[], verifier: string): Verdict {
  const hint = expected.length > 0 ? '' : ` ${verifier}() has no secret: give it one.`;
  return failed(header, 'mismatch', `${header} is not the secret.${hint}`);
}

/**
 * Compares a token in constant time, for those who have a route of their own.
 *
 * @param received the header's value as it came, or nothing if there was none
 * @param expected the secret; several while one is replaced
 * @throws {WebhookVerificationError} (rejects) `'missing'` or `'mismatch'`
 * @throws {TypeError} (rejects) for a secret that is empty
 * @example await verifyToken(request.headers.get('x-a2a-notification-token'), token)
 */
export async function verifyToken(received: string | null | undefined, expected: Secrets): Promise<void> {
  const digests = await new Keeper('expected', expected, digest).at(Date.now());
  if (received === null || received === undefined) {
    throw new WebhookVerificationError('missing', 'There is no token.');
  }
  if (isOneOf(await digest(String(received)), digests)) return;
  throw new WebhookVerificationError('mismatch', 'The token is wrong.');
}
