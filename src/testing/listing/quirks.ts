import type { TaskState } from '../../model/state.js';
import type { Filled } from '../filled.js';
import { type Mishap, readMishap } from '../mishap.js';
import { oneOf } from '../push/format.js';

/** A row of a list that is about to be given out. */
export interface ListedRow {
  /** Counts the rows of this server's lists, from 1, those that are lost too. */
  nth: number;
  taskId: string;
  state: TaskState;
}

/** What happens to a row. */
export type RowMishap = Extract<Mishap, 'lose' | 'duplicate'>;

/**
 * How a store lists its tasks otherwise than it should. Only `untimed` and `mishap` say anything to PraisonAI, which
 * lists all it has, in the order in which it was made. `GetTask` is always right, and so are streams.
 */
export interface StoreQuirks {
  /**
   * How a task's time is compared with `statusTimestampAfter`. With `'>'`, a task of that very time is left out. With
   * `'text'` both are texts as protobuf writes them, so that 12:00:00Z comes after 12:00:00.500Z: of a time without
   * fractions of a second, the rest of that second is left out.
   *
   * @default '>='
   */
  compare?: '>=' | '>' | 'text' | undefined;
  /**
   * What the newest come first by: when their status changed, which is the time that they tell and are filtered by, or
   * when anything did, an artifact too. With `'change'`, a task that gets an artifact between two pages is on neither,
   * and its time tells nobody.
   *
   * @default 'status'
   */
  order?: 'status' | 'change' | undefined;
  /**
   * What `nextPageToken` holds on to when tasks change between two pages:
   *
   * - `'place'`: a place in the order. Whatever did not change is told once; what did is told then, or is new next time.
   * - `'next'`: the first task of the next page, wherever it is by now. Where it has moved to the front, the pages begin
   *   again; where it fits the filters no more, the token is refused.
   * - `'last'`: the last task of this page. Where that has moved, the next page is empty, and the last.
   * - `'endless'`: a place, and after the last page the first one comes again.
   *
   * @default 'place'
   */
  pageToken?: 'place' | 'next' | 'last' | 'endless' | undefined;
  /** What `totalSize` counts, if it is there; lost rows count. @default 'matching' */
  totalSize?: 'matching' | 'stored' | 'page' | 'absent' | undefined;
  /** No row tells its time, and a filter by time leaves all out, or lists all. @default undefined */
  untimed?: 'left-out' | 'listed' | undefined;
  /**
   * What goes wrong with the rows: one is missing, or there twice. A function is asked for each; `undefined` lets it
   * through.
   *
   * @default undefined
   * @example mishap: ({ state }) => (state === 'completed' ? 'lose' : undefined)
   */
  mishap?: RowMishap | ((row: ListedRow) => RowMishap | undefined) | undefined;
}

/** A store that loses nothing, or one with the quirks of a real server's, as it keeps tasks in memory. */
export type StoreName = 'sound' | 'js' | 'python' | 'go';

export type StoreSettings = Filled<Omit<StoreQuirks, 'untimed' | 'mishap'>> &
  Pick<StoreQuirks, 'untimed'> & { mishapOf: (row: ListedRow) => RowMishap | undefined };

/** Source: a2a-js 1.3, `InMemoryTaskStore`; a2a-python 1.1, `InMemoryTaskStore`; a2a-go 2, `taskstore.InMemory`. */
const stores: Record<StoreName, StoreQuirks> = {
  sound: {},
  js: { compare: '>', pageToken: 'last' },
  python: { compare: 'text', pageToken: 'next' },
  go: { order: 'change' },
};

/** Fills the defaults in; a value that makes no sense is a TypeError that names the option. */
export function readStore(option: StoreName | StoreQuirks = 'sound'): StoreSettings {
  if (typeof option === 'string') oneOf('store', option, Object.keys(stores));
  const quirks = typeof option === 'string' ? stores[option] : option;
  const settings: StoreSettings = {
    compare: quirks.compare ?? '>=',
    order: quirks.order ?? 'status',
    pageToken: quirks.pageToken ?? 'place',
    totalSize: quirks.totalSize ?? 'matching',
    ...(quirks.untimed !== undefined && { untimed: quirks.untimed }),
    mishapOf: readMishap('store.mishap', quirks.mishap, ['lose', 'duplicate']),
  };
  oneOf('store.compare', settings.compare, ['>=', '>', 'text']);
  oneOf('store.order', settings.order, ['status', 'change']);
  oneOf('store.pageToken', settings.pageToken, ['place', 'next', 'last', 'endless']);
  oneOf('store.totalSize', settings.totalSize, ['matching', 'stored', 'page', 'absent']);
  oneOf('store.untimed', settings.untimed, [undefined, 'left-out', 'listed']);
  return settings;
}
