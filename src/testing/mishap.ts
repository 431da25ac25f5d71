/**
 * What happens to something on its way:
 *
 * - `'lose'`: it never comes.
 * - `'duplicate'`: it comes twice.
 * - `'late'`: it comes only after the next one; the last one, which nothing can overtake, comes as it is.
 * - `{ delay }`: it comes so many ms later, and whatever follows waits for it.
 */
export type Mishap = 'lose' | 'duplicate' | 'late' | { delay: number };

/** How the options of the reference server name what they take. */
export const mishaps = ['lose', 'duplicate', 'late', '{ delay: ms }'] as const;

/** What goes wrong, or who is asked what does. */
type MishapOption<Occasion, Kind> = Kind | ((occasion: Occasion) => Kind | undefined);

/** The option as a function; what is none of these mishaps is a TypeError that names the option. */
export function readMishap<Occasion, Kind extends string | { delay: number }>(
  option: string,
  value: MishapOption<Occasion, Kind> | undefined,
  kinds: readonly string[],
): (occasion: Occasion) => Kind | undefined {
  if (typeof value !== 'function') {
    const always = check(option, value, kinds);
    return () => always;
  }
  return occasion => check(option, value(occasion), kinds);
}

function check<Kind extends string | { delay: number }>(
  option: string,
  mishap: Kind | undefined,
  kinds: readonly string[],
): Kind | undefined {
  if (mishap === undefined) return undefined;
  if (typeof mishap === 'string' && kinds.includes(mishap)) return mishap;
  if (typeof mishap !== 'object' || mishap === null || !kinds.includes('{ delay: ms }')) {
    throw new TypeError(`${option} must be one of ${kinds.join(', ')}, not ${JSON.stringify(mishap)}.`);
  }
  if (Number.isFinite(mishap.delay) && mishap.delay >= 0) return mishap;
  throw new TypeError(`${option}.delay must be a number of ms of at least 0, not ${mishap.delay}.`);
}
