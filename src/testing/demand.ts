/** Refuses an option that is there and not of this type, naming it. */
export function demand(option: string, value: unknown, type: 'boolean' | 'function' | 'string'): void {
  if (value === undefined || (typeof value === type && value !== '')) return;
  const words = { boolean: 'true or false', function: 'a function', string: 'a string that is not empty' };
  throw new TypeError(`${option} must be ${words[type]}, not ${written(value)}.`);
}

/** A value as a message shows it. */
export function written(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
