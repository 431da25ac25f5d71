import type { Binding } from '../bindings.js';
import type { ReferenceServerOptions } from '../options.js';
import type { Writer } from '../writers/writer.js';

export type Dialect = NonNullable<ReferenceServerOptions['dialect']>;

/** A server as it was recorded in one dialect. */
export interface Side {
  writer: Writer;
  /** Those it was recorded in; the first is the default. */
  bindings: readonly [Binding, ...Binding[]];
  /** What holds where an option does not say otherwise; of `push`, where there are notifications. */
  defaults?: Pick<ReferenceServerOptions, 'store' | 'strict'> & {
    push?: Exclude<ReferenceServerOptions['push'], boolean | undefined>;
  };
}

/** A real server, as its recordings show it. */
export interface Profile {
  /** The one it is built for. */
  dialect: Dialect;
  /** What it speaks; another dialect than its own is its compatibility with older clients. */
  sides: Partial<Record<Dialect, Side>>;
}
