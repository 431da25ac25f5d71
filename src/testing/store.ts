import type { Task } from '../model/task.js';
import type { Manner } from './manner.js';
import { TaskRecord } from './record.js';
import { isOver } from './states.js';

/** The tasks of one server, in memory and bounded. */
export class TaskStore {
  readonly #records = new Map<string, TaskRecord>();
  /** The one whose status changed last comes last: kept so, since lists are asked for more often than they change. */
  readonly #byStatus = new Set<TaskRecord>();
  readonly #manner: Manner;
  readonly max: number;
  #changes = 0;

  constructor(manner: Manner, max: number) {
    this.#manner = manner;
    this.max = max;
  }

  get size(): number {
    return this.#records.size;
  }

  add(task: Task): TaskRecord {
    const record = new TaskRecord(task, this.#manner, (changed, what) => this.#note(changed, what));
    if (this.#records.size >= this.max) this.#evict();
    this.#records.set(record.id, record);
    this.#byStatus.add(record);
    return record;
  }

  get(id: string): TaskRecord | undefined {
    return this.#records.get(id);
  }

  remove(id: string): void {
    const record = this.#records.get(id);
    if (record) this.#drop(record);
  }

  /** In the order of their creation. */
  all(): TaskRecord[] {
    return [...this.#records.values()];
  }

  /** The one whose status changed last comes first. */
  newestFirst(): TaskRecord[] {
    return [...this.#byStatus].reverse();
  }

  #note(record: TaskRecord, what: 'status' | 'other'): number {
    // A copy is none of the store's, nor is what was dropped.
    if (what === 'status' && this.#byStatus.delete(record)) this.#byStatus.add(record);
    return ++this.#changes;
  }

  #drop(record: TaskRecord): void {
    this.#records.delete(record.id);
    this.#byStatus.delete(record);
  }

  /** The oldest task that is over, else the oldest of all: a bound that depends on the agents is none. */
  #evict(): void {
    let victim: TaskRecord | undefined;
    for (const record of this.#records.values()) {
      victim ??= record;
      if (isOver(record.state)) {
        victim = record;
        break;
      }
    }
    if (!victim) return;
    this.#drop(victim);
    victim.drop(new Error(`Task ${victim.id} was dropped: the reference server holds ${this.max} tasks.`));
  }
}
