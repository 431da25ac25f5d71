import type { Task } from '../../model/task.js';
import type { TaskRecord } from '../record.js';
import type { TaskStore } from '../store.js';
import { filterOf, type ListFilter } from './filter.js';
import { readToken, writeToken } from './page-token.js';
import type { StoreSettings } from './quirks.js';

export interface PageQuery extends ListFilter {
  pageSize: number;
  pageToken: string | undefined;
}

export interface ListedPage {
  tasks: Task[];
  /** Empty on the last page. */
  nextPageToken: string;
  totalSize: number | undefined;
}

/** Lists the tasks of a store, soundly or as its quirks will have it. */
export class Listing {
  readonly #store: TaskStore;
  readonly #settings: () => StoreSettings;
  #rows = 0;

  constructor(store: TaskStore, settings: () => StoreSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** Nothing, where the token leads nowhere. */
  page(query: PageQuery): ListedPage | undefined {
    const { order, pageToken } = this.#settings();
    const matching = this.#store.newestFirst().filter(filterOf(query, this.#settings()));
    if (order === 'change') matching.sort((one, other) => other.changed - one.changed);
    const start = query.pageToken ? this.#find(query.pageToken, matching) : 0;
    if (start < 0) return undefined;
    const end = start + query.pageSize;
    const page = matching.slice(start, end);
    const next = matching[end];
    const named = next && pageToken === 'last' ? page.at(-1) : next;
    const tasks = this.rows(page);
    return {
      tasks,
      nextPageToken: this.#token(named ?? (pageToken === 'endless' ? matching[0] : undefined)),
      totalSize: {
        matching: matching.length,
        stored: this.#store.size,
        page: tasks.length,
        absent: undefined,
      }[this.#settings().totalSize],
    };
  }

  /** What is given out of these tasks. */
  rows(records: readonly TaskRecord[]): Task[] {
    const { mishapOf, untimed } = this.#settings();
    return records.flatMap(record => {
      const mishap = mishapOf({ nth: ++this.#rows, taskId: record.id, state: record.state });
      if (mishap === 'lose') return [];
      const row = record.view();
      if (untimed) delete row.status.timestamp;
      return mishap === 'duplicate' ? [row, row] : [row];
    });
  }

  /** Where the page begins; -1 if that is nowhere. */
  #find(pageToken: string, matching: readonly TaskRecord[]): number {
    const token = readToken(pageToken);
    if (!token) return -1;
    if (this.#settings().pageToken === 'next') return matching.findIndex(({ id }) => id === token.id);
    const isLast = this.#settings().pageToken === 'last';
    const found = isLast
      ? matching.findIndex(record => record.id === token.id && this.#place(record) === token.place)
      : matching.findIndex(record => this.#place(record) <= token.place);
    if (found < 0) return matching.length;
    return isLast ? found + 1 : found;
  }

  #token(record: TaskRecord | undefined): string {
    return record ? writeToken({ place: this.#place(record), id: record.id }) : '';
  }

  #place(record: TaskRecord): number {
    return this.#settings().order === 'change' ? record.changed : record.statusChanged;
  }
}
