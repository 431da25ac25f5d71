/** Checks at the door: what cannot be right is a `TypeError` that names the option, before anything is sent. */

/** A duration in ms; `Infinity` only where `max` says so. */
export function durationOption(
  name: string,
  value: number | undefined,
  fallback: number,
  max = Number.MAX_VALUE,
): number {
  const duration = value === undefined ? fallback : value;
  demand(typeof duration === 'number' && duration >= 0 && duration <= max, name, 'at least 0 ms', value);
  return duration;
}

/** A whole number within bounds. */
export function integerOption(
  name: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const integer = value === undefined ? fallback : value;
  demand(
    Number.isInteger(integer) && integer >= min && integer <= max,
    name,
    `a whole number from ${min} to ${max}`,
    value,
  );
  return integer;
}

/** One of a few words. */
export function wordOption<const Word extends string>(
  name: string,
  value: Word | undefined,
  words: readonly Word[],
): Word | undefined {
  demand(value === undefined || words.includes(value), name, `one of ${words.join(', ')}`, value);
  return value;
}

/** A string that is not empty. */
export function textOption(name: string, value: unknown): void {
  demand(typeof value === 'string' && value !== '', name, 'a string, not empty', value);
}

/** A function. What else it is may be a secret, and is not shown. */
export function functionOption(name: string, value: unknown): void {
  demand(typeof value === 'function', name, 'a function', typeof value);
}

/** An `AbortSignal`, from whatever realm, or nothing. */
export function signalOption(value: AbortSignal | null | undefined): void {
  demand(!value || typeof value.addEventListener === 'function', 'signal', 'an AbortSignal', value);
}

/** @throws TypeError that says what was wanted and what was given */
export function demand(right: boolean, name: string, what: string, value: unknown): void {
  if (right) return;
  const text = String(value).slice(0, 80);
  const given =
    typeof value === 'string' ? `'${text}'` : typeof value === 'object' && value ? 'an object' : text;
  throw new TypeError(`"${name}" must be ${what}, not ${given}.`);
}
