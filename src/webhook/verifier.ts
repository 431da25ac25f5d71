import { demand, functionOption } from '../errors/options.js';
import type { WebhookVerificationReason } from '../errors/webhook.js';
import type { Bytes } from './bytes.js';

/** SHA-256 of what a registration's notifications may carry, in hexadecimal digits: several while they are rotated. */
export interface ExpectedDigests {
  readonly tokens: readonly string[];
  readonly credentials: readonly string[];
}

/** A notification that is to be verified. */
export interface Delivery {
  readonly headers: Headers;
  /** When it came, epoch ms. */
  readonly time: number;
  /** Those of the registration whose url it came to; absent at a shared url. */
  readonly expected?: ExpectedDigests | undefined;
  /** The bytes as they came: not read before somebody asks, so that what has no credentials costs nothing. */
  body(): Promise<Bytes>;
}

/** What a verifier says of a notification. */
export interface Verdict {
  /**
   * `'absent'`: it has nothing that this verifier judges, and is not let in by it. `'unavailable'`: nobody can tell now.
   */
  readonly outcome: 'pass' | 'fail' | 'absent' | 'unavailable';
  /** The headers it judged, in lower case. */
  readonly headers: readonly string[];
  readonly reason?: WebhookVerificationReason;
  /** For the receiver's own log; holds nothing of what was received. */
  readonly message?: string;
  /** What names this delivery, and was signed with it. */
  readonly deliveryId?: string | undefined;
  /**
   * Whether it passed by what only the registration's own agent has, such as one of `expected`. Other notifications do
   * not say which task a registration is about: `bind` has to.
   */
  readonly isOwn?: boolean | undefined;
  /** With `'unavailable'`: ms. */
  readonly retryAfter?: number;
}

/**
 * Judges whether a notification is from whom it should be. One of your own may throw; the notification is then not let
 * in, and its sender told to come again.
 */
export type Verifier = (delivery: Delivery) => Verdict | Promise<Verdict>;

export function passed(headers: readonly string[], deliveryId?: string, isOwn?: boolean): Verdict {
  return { outcome: 'pass', headers, deliveryId, isOwn };
}

export function failed(header: string, reason: WebhookVerificationReason, message: string): Verdict {
  return { outcome: 'fail', headers: [header], reason, message };
}

export function absent(headers: readonly string[]): Verdict {
  return { outcome: 'absent', headers, reason: 'missing', message: `There is no ${headers.join(' or ')}.` };
}

function shareHeader({ headers }: Verdict, others: readonly Verdict[]): boolean {
  return others.some(other => other.headers.some(header => headers.includes(header)));
}

/** All of what passed, as one verdict. */
function together(passes: readonly Verdict[]): Verdict {
  const headers = passes.flatMap(pass => pass.headers);
  const signed = passes.find(({ deliveryId }) => deliveryId !== undefined);
  return passed(
    headers,
    signed?.deliveryId,
    passes.some(({ isOwn }) => isOwn),
  );
}

function checkVerifiers(name: string, verifiers: readonly Verifier[]): void {
  demand(verifiers.length > 0, name, 'given at least one verifier', 'none');
  for (const verifier of verifiers) functionOption(name, verifier);
}

/**
 * Lets in what at least one verifier lets in. Every credential that is there must be right: a header that some verifier
 * refuses, and none accepts, is a refusal, whatever the others say.
 *
 * @throws TypeError without verifiers
 * @example anyOf(notificationToken(), authorization())
 */
export function anyOf(...verifiers: Verifier[]): Verifier {
  checkVerifiers('anyOf', verifiers);
  return async delivery => {
    const verdicts: Verdict[] = [];
    for (const verifier of verifiers) verdicts.push(await verifier(delivery));
    const passes = verdicts.filter(({ outcome }) => outcome === 'pass');
    const open = verdicts.filter(({ outcome }) => outcome === 'unavailable');
    // Of a header that nobody accepts and somebody cannot judge now, the others do not know that it is wrong.
    const refused =
      verdicts.find(verdict => verdict.outcome === 'fail' && !shareHeader(verdict, [...passes, ...open])) ??
      open.find(verdict => !shareHeader(verdict, passes));
    if (refused) return refused;
    if (passes.length === 0) return absent([...new Set(verdicts.flatMap(({ headers }) => headers))]);
    return together(passes);
  };
}

/**
 * Lets in only what every verifier lets in. They are asked one after the other, until one refuses: one that is cheap and
 * comes first keeps others from reading the bodies of those who have no secret.
 *
 * @throws TypeError without verifiers
 * @example allOf(notificationToken(), hmac({ secret }))
 */
export function allOf(...verifiers: Verifier[]): Verifier {
  checkVerifiers('allOf', verifiers);
  return async delivery => {
    const verdicts: Verdict[] = [];
    for (const verifier of verifiers) {
      const verdict = await verifier(delivery);
      if (verdict.outcome === 'fail' || verdict.outcome === 'unavailable') return verdict;
      verdicts.push(verdict);
    }
    const missing = verdicts.find(({ outcome }) => outcome !== 'pass');
    if (missing) return missing;
    return together(verdicts);
  };
}

/**
 * Lets everything in. Anybody who learns the url can then make up notifications: only where something in front of the
 * receiver has verified them.
 */
export function unsafeNoVerification(): Verifier {
  return () => passed([]);
}
