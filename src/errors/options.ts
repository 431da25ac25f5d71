/** Checks at the door: what cannot be right is a `TypeError` that names the option, before anything is sent. */

/** A duration in ms; `Infinity` only where `max` says so. */
export function durationOption(
  name: string,
  value: number | undefined,
  fallback: number,
  max = Number.MAX_VALUE,
): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
    throw new TypeError(`"${name}" must be a number of ms ≥ 0, not ${show(value)}.`);
  }
  return value;
}

/** A whole number within bounds. */
export function integerOption(
  name: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new TypeError(`"${name}" must be a whole number from ${min} to ${max}, not ${show(value)}.`);
  }
  return value;
}

/** One of a few words. */
export function wordOption<const Word extends string>(
  name: string,
  value: Word | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value !== undefined && !words.includes(value)) {
    throw new TypeError(
      `"${name}" must be one of ${words.map(word => `'${word}'`).join(', ')}, not ${show(value)}.`,
    );
  }
  return value;
}

/** A string that is not empty. */
export function textOption(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`"${name}" must be a string with something in it, not ${show(value)}.`);
  }
  return value;
}

/** A function. */
export function functionOption(name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`"${name}" must be a function, not ${show(value)}.`);
  }
}

function show(value: unknown): string {
  return typeof value === 'object' && value ? 'an object' : `${typeof value} ${String(value).slice(0, 80)}`;
}
