import { givenOf } from '../filled.js';
import type { ReferenceServerOptions } from '../options.js';
import { oneOf } from '../push/format.js';
import type { PushOptions } from '../push/options.js';
import { praisonWriter } from '../writers/praison.js';
import { v1Writer } from '../writers/v1.js';
import { v03Writer } from '../writers/v03.js';
import type { Writer } from '../writers/writer.js';
import { js03 } from './js-0.3.js';
import { js13 } from './js-1.3.js';
import { praison } from './praison.js';
import type { Dialect, Profile } from './profile.js';
import { python03 } from './python-0.3.js';
import { python11 } from './python-1.1.js';

const profiles: Readonly<Record<NonNullable<ReferenceServerOptions['profile']>, Profile>> = {
  'python-1.1': python11,
  'js-1.3': js13,
  'python-0.3': python03,
  'js-0.3': js03,
  praison,
};

const writers: Record<Dialect, Writer> = { '1.0': v1Writer, '0.3': v03Writer, praison: praisonWriter };

export const dialects = Object.keys(writers) as Dialect[];

/**
 * The options with what the profile says where they do not, and the writer; what was never recorded is a TypeError that
 * names the option.
 */
export function withProfile(options: ReferenceServerOptions): {
  writer: Writer;
  options: ReferenceServerOptions;
} {
  const { profile: name, push } = options;
  if (options.dialect !== undefined) oneOf('dialect', options.dialect, dialects);
  if (name === undefined) return { writer: writers[options.dialect ?? '1.0'], options };
  oneOf('profile', name, Object.keys(profiles) as (typeof name)[]);
  const { dialect: own, sides } = profiles[name];
  const { dialect = own } = options;
  const side = sides[dialect];
  if (!side) throw notRecorded('dialect', dialect, name, Object.keys(sides));
  const { defaults = {} } = side;
  const { bindings = [side.bindings[0]] } = options;
  const other = bindings.find(binding => !side.bindings.includes(binding));
  if (other) throw notRecorded('bindings', other, `${name} with dialect ${dialect}`, side.bindings);
  return {
    writer: side.writer,
    options: {
      ...options,
      dialect,
      bindings,
      store: options.store ?? defaults.store ?? 'sound',
      strict: options.strict ?? defaults.strict ?? true,
      ...(push && { push: withDefaults(push === true ? {} : push, defaults.push) }),
    },
  };
}

function withDefaults(push: PushOptions, defaults: PushOptions = {}): PushOptions {
  return { ...defaults, ...givenOf(push), quirks: { ...defaults.quirks, ...givenOf(push.quirks ?? {}) } };
}

function notRecorded(option: string, value: string, profile: string, recorded: readonly string[]): TypeError {
  return new TypeError(
    `${option} must not be ${value} with the profile ${profile}: recorded is ${recorded.join(', ')}.`,
  );
}
