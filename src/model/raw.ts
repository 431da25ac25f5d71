/** Makes `this` of a derived class whatever it is given. */
class Holder {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private member gets onto another object
    return value;
  }
}

/**
 * A private member on the model value itself: unseen, not copied, and gone with the value. A WeakMap would do the
 * same, and take a tenth of a call's time in the garbage collector.
 */
class Origin extends Holder {
  #raw: unknown;

  constructor(value: object, raw: unknown) {
    super(value);
    this.#raw = raw;
  }

  static of(value: object): unknown {
    return #raw in value ? value.#raw : undefined;
  }
}

/** Remembers what a model value was read from; of something that was itself made from what came, the latter. */
export function rememberRaw<T extends object>(value: T, raw: unknown): T {
  // Models are read from objects.
  new Origin(value, Origin.of(raw as object) ?? raw);
  return value;
}

/**
 * What the server sent for a task, message, event, page or card: the untouched JSON value, with every field this
 * package has no name for. Belongs to that very object: a copy has none, and gives `undefined`.
 *
 * @typeParam Wire what you expect of it; nobody has checked that
 * @example rawOf<{ 'x-vendor-cost'?: number }>(task)?.['x-vendor-cost']
 */
export function rawOf<Wire = unknown>(value: object): Wire | undefined {
  return Origin.of(value) as Wire | undefined;
}
