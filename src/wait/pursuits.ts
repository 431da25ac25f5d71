import { isStopped, type TaskState } from '../model/state.js';
import type { Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { onAbort } from '../time/within.js';
import { isNews } from './merge.js';
import type { Pursuit } from './pursuit.js';
import type { Awaited, Sweep } from './sweep.js';

/** A pursuit that somebody waits for. */
interface Member {
  pursuit: Pursuit;
  signal: AbortSignal;
  since: number;
  /** Whether lists have told of it, so that they may be relied on. */
  isListed: boolean;
  /** The end that a list told of, and that asking does not give yet. */
  ahead?: TaskState;
}

/** The tasks that are waited for one by one, for lists to tell of all of them. */
export class Pursuits implements Awaited {
  readonly #sweep: Sweep;
  readonly #members = new Map<string, Member>();

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
  }

  get size(): number {
    return this.#members.size;
  }

  get(taskId: string): Pursuit | undefined {
    return this.#members.get(taskId)?.pursuit;
  }

  /** @param signal fires when nobody waits for it any more */
  add(pursuit: Pursuit, signal: AbortSignal): void {
    const { taskId } = pursuit;
    if (this.#members.has(taskId)) return;
    this.#members.set(taskId, { pursuit, signal, since: now(), isListed: false });
    this.#sweep.consider(this);
    onAbort(signal, () => {
      pursuit.floor = undefined;
      this.#members.delete(taskId);
      this.#sweep.consider(this);
    });
  }

  told(task: Task, asked: number): number | undefined {
    const member = this.#members.get(task.id);
    if (!member) return undefined;
    const { pursuit, signal, since } = member;
    const { task: known } = pursuit;
    const { state, timestamp } = task.status;
    member.isListed = true;
    if (known && !isNews(task, known)) {
      delete member.ahead;
      return Infinity;
    }
    // Without a date it may be older than what is known.
    if (known && !timestamp && asked < pursuit.answeredAt) return Infinity;
    if (isStopped(task)) {
      if (member.ahead === state) return Infinity;
      member.ahead = state;
      // What it made is not in the list. Once: a server that does not know the end yet is asked as its schedule says.
      pursuit.ask(signal, 1).catch(() => {});
    } else {
      pursuit.take(known ? { ...known, status: task.status } : task);
    }
    return since;
  }

  swept(floor: number | undefined): void {
    for (const { pursuit, since, isListed, ahead } of this.#members.values()) {
      // What changed before lists told of it, asking must tell.
      const isTold = isListed && !ahead && pursuit.answeredAt > since;
      const before = pursuit.floor;
      pursuit.floor = isTold ? floor : undefined;
      if (before !== undefined && pursuit.floor === undefined) pursuit.reckon();
    }
  }
}
