/** Keyed by the model value, so that nothing is kept longer than the value itself. */
const rawValues = new WeakMap<object, unknown>();

/** Remembers what a model value was read from. */
export function rememberRaw<T extends object>(value: T, raw: unknown): T {
  rawValues.set(value, raw);
  return value;
}

/**
 * What the server sent for a task, message, page or card: the untouched JSON value, with every field this package
 * has no name for. Belongs to that very object: a copy has none, and gives `undefined`.
 *
 * @example rawOf(task)?.['x-vendor-cost']
 */
export function rawOf(value: object): unknown {
  return rawValues.get(value);
}
