import type { Task } from '../model/task.js';
import type { Manner } from './manner.js';
import { TaskRecord } from './record.js';
import { isOver } from './states.js';

/** The tasks of one server, in memory and bounded. */
export class TaskStore {
  readonly #records = new Map<string, TaskRecord>();
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
    const record = new TaskRecord(task, this.#manner, () => ++this.#changes);
    if (this.#records.size >= this.max) this.#evict();
    this.#records.set(record.id, record);
    return record;
  }

  get(id: string): TaskRecord | undefined {
    return this.#records.get(id);
  }

  remove(id: string): void {
    this.#records.delete(id);
  }

  /** In the order of their creation. */
  all(): TaskRecord[] {
    return [...this.#records.values()];
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
    this.#records.delete(victim.id);
    victim.turn?.stop(
      new Error(`Task ${victim.id} was dropped: the reference server holds ${this.max} tasks.`),
    );
  }
}
