const brand = Symbol.for('a2a-await.error');

/**
 * The root of every error this package makes, except a `TypeError` for an option or argument that cannot be right.
 *
 * `instanceof` also holds between two copies of the package (a bundled one and a dependency's): classes are compared
 * by their tag, not by identity.
 *
 * @example
 * catch (error) {
 *   if (error instanceof A2AError) console.error(error.code, error.message);
 * }
 */
export class A2AError extends Error {
  /** The class's name, as minifiers leave it alone. */
  static readonly tag: string = 'A2AError';

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that an application derives has no tag of its own: the ordinary rule for that one.
    if (!Object.hasOwn(this, 'tag')) return super[Symbol.hasInstance](value);
    let type = (value as { [brand]?: typeof A2AError } | undefined | null)?.[brand];
    while (type && type.tag !== this.tag) type = Object.getPrototypeOf(type);
    return !!type;
  }

  /** A stable, lower-case word for programs: the class's name as in `'task-not-found'`, or a more precise one. */
  declare readonly code: string;

  constructor(message: string, options: ErrorOptions & { code?: string } = {}) {
    const { cause } = options;
    super(message, cause === undefined ? undefined : { cause });
    const { tag } = new.target;
    this.name = tag;
    this.code =
      options.code ??
      tag
        .replace(/Error$/, '')
        .replace(/\B[A-Z]/g, '-$&')
        .toLowerCase();
  }

  /** @internal The class, which another copy of the package cannot name. */
  get [brand](): typeof A2AError {
    return this.constructor as typeof A2AError;
  }
}
