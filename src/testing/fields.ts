export type Json = Record<string, unknown>;

/** What is wrong with a request, and where. Each writer words it in its own way. */
export class FieldError extends Error {
  readonly kind: 'missing' | 'type' | 'unknown' | 'value';
  readonly path: readonly string[];
  /** What was there instead, if that is told. */
  readonly given: unknown;

  constructor(kind: FieldError['kind'], path: readonly string[], problem: string, given?: unknown) {
    super(problem);
    this.kind = kind;
    this.path = path;
    this.given = given;
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads one object of a request, field by field; `null` counts as left out, as it does for real servers, and a field
 * may be named in snake_case, as every parser of protobuf's JSON takes it.
 */
export class Fields {
  readonly path: readonly string[];
  readonly #values: Json;
  readonly #strict: boolean;

  constructor(value: unknown, allowed: readonly string[], strict: boolean, path: readonly string[] = []) {
    if (!isJson(value)) throw new FieldError('type', path, 'expected an object');
    const named = (name: string) => (allowed.includes(name) ? name : camelCase(name));
    const unknown = strict ? Object.keys(value).find(name => !allowed.includes(named(name))) : undefined;
    if (unknown !== undefined)
      throw new FieldError('unknown', [...path, unknown], `no field named "${unknown}"`);
    this.path = path;
    this.#values = Object.fromEntries(Object.entries(value).map(([name, field]) => [named(name), field]));
    this.#strict = strict;
  }

  value(name: string): unknown {
    return this.#values[name] ?? undefined;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** Whether the field was sent at all, `null` included: a data part may carry it. */
  owns(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  string(name: string): string | undefined {
    return this.#typed(name, 'a string', value => typeof value === 'string');
  }

  boolean(name: string): boolean | undefined {
    return this.#typed(name, 'a boolean', value => typeof value === 'boolean');
  }

  integer(name: string): number | undefined {
    return this.#typed(name, 'an integer', Number.isInteger);
  }

  record(name: string): Json | undefined {
    return this.#typed(name, 'an object', isJson);
  }

  list(name: string): unknown[] | undefined {
    return this.#typed(name, 'a list', Array.isArray);
  }

  strings(name: string): string[] | undefined {
    return this.#typed(
      name,
      'a list of strings',
      value => Array.isArray(value) && value.every(item => typeof item === 'string'),
    );
  }

  required<T>(name: string, value: T | undefined): T {
    if (value === undefined || value === '') throw this.error('missing', name, 'field required');
    return value;
  }

  child(name: string, allowed: readonly string[]): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.nested(value, allowed, name);
  }

  nested(value: unknown, allowed: readonly string[], ...path: string[]): Fields {
    return new Fields(value, allowed, this.#strict, [...this.path, ...path]);
  }

  error(kind: FieldError['kind'], name: string, problem: string): FieldError {
    return new FieldError(kind, [...this.path, name], problem);
  }

  #typed<T>(name: string, expected: string, fits: (value: unknown) => boolean): T | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!fits(value)) throw new FieldError('type', [...this.path, name], `expected ${expected}`, value);
    return value as T;
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** An object with that one field, or with none. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** Leaves out what is `undefined`, an empty string or an empty list: what servers do not print. */
export function withoutEmpty(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
