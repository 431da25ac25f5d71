import { demand, textOption } from '../errors/options.js';
import { isInterrupted, isStopped, type TaskState } from '../model/state.js';
import { isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { after } from '../time/timer.js';
import { mostTurns, type Turns } from '../time/turns.js';
import { isNews } from './merge.js';
import { checkWaitOptions, type WaitOptions } from './options.js';
import type { TaskSource } from './source.js';
import { type Awaited, besides, longPause, pause, type Sweep } from './sweep.js';
import { lastGrace, latest, Wait } from './wait.js';

/** How long lists have to tell of what was not among the first, ms. */
const grace = 3_000;

export interface WaitAllOptions extends WaitOptions {
  /**
   * Whether tasks are wanted with what they made. `false` spares a request for each task, where the server lists what
   * changed: its tasks are given as they are listed.
   *
   * @default true
   */
  includeArtifacts?: boolean | undefined;
}

/** How the wait for one task of many ended: with the task, or with what `waitForCompletion` would have thrown. */
export type Settled = { id: string; ok: true; task: Task } | { id: string; ok: false; error: unknown };

/** What a crowd of waits needs of the client. */
export interface CrowdHunt {
  source: Required<TaskSource<Task>>;
  open: OpenSteps;
  turns: Turns;
  sweep: Sweep;
  onListenerError: (error: unknown) => void;
}

/** One of the waits. */
interface Member {
  wait: Wait<Task>;
  /** When to ask, by the clock of `now`. */
  dueAt: number;
  isAsked: boolean;
  /** Whether a list has told of it since lists can be relied on. */
  isListed: boolean;
  /** The end that a list told of, and that asking did not give yet. */
  ahead?: TaskState | undefined;
  /** And did so while it was asked. */
  isOvertaken: boolean;
  /** As it was given: completed, and without what it made. */
  bare?: Task;
}

/**
 * Many waits with one timer, of which few ask at a time: a few hundred bytes for each, and hardly a request while
 * sweeps tell what happens.
 */
export class Crowd implements Awaited {
  readonly #hunt: CrowdHunt;
  readonly #stop: AbortSignal;
  readonly #isWhole: boolean;
  readonly #isWatched: boolean;
  readonly #begun = now();
  readonly #deadline: number;
  readonly #members = new Map<string, Member>();
  /** Those whose turn it is. */
  readonly #ready = new Set<Member>();
  #asking = 0;
  #settled: Settled[] = [];
  #tell = () => {};
  /** Of the sweep; `NaN` until it has told how it goes. */
  #floor: number | undefined = Number.NaN;
  #cancelTimer = () => {};
  #wakesAt = Infinity;
  /** When the first of the last questions was asked. */
  #endsAt: number | undefined;

  /** @throws TypeError that names the option */
  constructor(tasks: Iterable<string | Task>, options: WaitAllOptions, hunt: CrowdHunt, stop: AbortSignal) {
    const checked = checkWaitOptions(hunt.source, 'waitAll', options);
    this.#hunt = hunt;
    this.#stop = stop;
    this.#isWhole = options.includeArtifacts !== false;
    this.#isWatched = !!options.onUpdate;
    this.#deadline = this.#begun + checked.timeout;
    demand(
      typeof tasks?.[Symbol.iterator] === 'function' && typeof tasks !== 'string',
      'tasks',
      'a list',
      tasks,
    );
    for (const task of tasks) {
      const id = typeof task === 'string' ? task : task?.id;
      textOption('tasks[]', id);
      if (this.#members.has(id)) continue;
      const wait = new Wait(hunt.source, id, checked, hunt);
      // Lists give tasks without their artifacts: a completed one is fetched whole.
      const member: Member = {
        wait,
        dueAt: this.#deadline,
        isAsked: false,
        isListed: false,
        isOvertaken: false,
      };
      if (isTask(task) && this.#isWhole && isBare(task)) member.bare = task;
      else if (isTask(task)) wait.task = task;
      this.#members.set(id, member);
    }
  }

  get size(): number {
    return this.#members.size;
  }

  /**
   * Of tasks as old as these, as many end within a pause as its share of their age: the longer they work, the longer
   * they will.
   */
  get isCrowded(): boolean {
    const ending = (this.size * pause) / Math.max(now() - this.#begun, pause);
    return this.#isWhole && this.#ready.size + ending > mostTurns;
  }

  get isOver(): boolean {
    return this.size === 0 && this.#settled.length === 0;
  }

  begin(): void {
    const { sweep } = this.#hunt;
    sweep.consider(this);
    const { floor } = sweep;
    // Unless it will tell soon.
    if (floor === undefined || floor >= longPause) this.#floor = floor;
    for (const member of this.#members.values()) {
      const { wait } = member;
      const { task } = wait;
      if (task) this.#run(member, () => wait.learn(task, this.#stop));
      else if (!Number.isNaN(this.#floor)) this.#hurry(member);
    }
    this.#arm(this.#deadline);
  }

  end(): void {
    this.#members.clear();
    this.#ready.clear();
    this.#cancelTimer();
    this.#hunt.sweep.consider(this);
  }

  /** What has settled since the last time. */
  take(): Settled[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }

  /** Resolves when something has settled. */
  news(): Promise<void> {
    return new Promise(resolve => {
      this.#tell = resolve;
      if (this.#settled.length > 0) resolve();
    });
  }

  /** Asks the agent to stop all that is left; nobody waits for that. */
  cancel(): void {
    const { source, turns } = this.#hunt;
    const { signal } = new AbortController();
    for (const id of this.#members.keys()) turns.run(signal, () => source.cancel(id)).catch(() => {});
  }

  told(task: Task, _asked: number, isWhole: boolean): number | undefined {
    const member = this.#members.get(task.id);
    if (!member) return undefined;
    const { wait } = member;
    const known = wait.task;
    member.isListed = true;
    if (known && !isNews(task, known)) {
      member.ahead = undefined;
      return Infinity;
    }
    const { state } = task.status;
    // Not fewer than are known.
    const isAll = !this.#isWhole || (isWhole && task.artifacts.length >= (known?.artifacts.length || 1));
    if (isStopped(task) && (!isAll || member.isAsked || isInterrupted(task))) {
      // Once: a server that does not know the end yet is asked as its schedule says.
      if (member.ahead !== state) {
        this.#hurry(member);
        // What it is asked just now may be answered from before.
        member.isOvertaken ||= member.isAsked;
        member.ahead = state;
      }
    } else if (!member.isAsked) {
      // Of those at work little is kept: they are many.
      const isGiven = isAll && (isStopped(task) || this.#isWatched);
      const kept = known ?? { ...task, artifacts: [], history: [] };
      const learned = isGiven ? task : { ...kept, status: task.status };
      if (isStopped(task) || this.#isWatched) this.#run(member, () => wait.learn(learned, this.#stop));
      else {
        wait.task = learned;
        if (!Number.isNaN(this.#floor))
          this.#rest(member, Math.min(member.dueAt - now(), this.#pauseOf(member)));
      }
    }
    return this.#begun;
  }

  swept(floor: number | undefined): void {
    const before = this.#floor;
    this.#floor = floor;
    if (Object.is(floor, before)) return;
    for (const member of this.#members.values()) {
      const { wait, dueAt, isListed, isAsked } = member;
      member.isListed &&= floor !== undefined;
      if (isAsked) continue;
      const isFirst = Number.isNaN(before);
      if (isFirst && floor !== 0 && !wait.task) this.#hurry(member);
      // What was not listed may have changed before lists told of it, or while the first was under way.
      else if (isFirst)
        this.#rest(member, floor === 0 && !isListed ? wait.delay(grace) : this.#pauseOf(member));
      // Where lists come and go, nobody's turn is put off by that.
      else if (floor === undefined) this.#rest(member, Math.min(dueAt - now(), this.#pauseOf(member)));
    }
  }

  #hurry(member: Member): void {
    if (!member.isAsked) this.#ready.add(member);
    this.#pump();
  }

  /** ms until a member is asked about, if nothing comes in between: seldom, if lists have told of it, and go on. */
  #pauseOf({ wait, isListed, ahead }: Member, own?: number): number {
    let pause: number;
    try {
      pause = own ?? wait.delay();
    } catch {
      // A schedule of the application's that throws: asking shows it.
      return 0;
    }
    if (!isListed || ahead || wait.failures > 0) return pause;
    const seldom = besides(this.#floor, wait.age, pause);
    return seldom === pause ? pause : wait.delay(seldom * (0.85 + 0.3 * Math.random()));
  }

  #rest(member: Member, delay: number): void {
    member.dueAt = now() + delay;
    this.#arm(member.dueAt);
  }

  #pump(): void {
    for (const member of this.#ready) {
      if (this.#asking >= mostTurns) return;
      this.#ready.delete(member);
      if (member.isAsked) continue;
      this.#asking += 1;
      const onGiven = () => {
        this.#asking -= 1;
        this.#pump();
      };
      const { turns } = this.#hunt;
      const ask = () => this.#ask(member.wait);
      this.#run(member, () => turns.run(this.#stop, ask, onGiven, this.#deadline - now()));
    }
  }

  #ask(wait: Wait<Task>): Promise<number | undefined> {
    if (now() >= this.#deadline) this.#endsAt ??= now();
    // A server that does not answer one any more does not answer thousands.
    const isLate = now() - (this.#endsAt ?? Infinity) > lastGrace;
    return isLate ? wait.giveUp(this.#stop, 0) : wait.round(this.#stop);
  }

  /** Takes a step of one wait, and what comes of it. */
  async #run(member: Member, step: () => Promise<number | undefined>): Promise<void> {
    const { wait } = member;
    const { id } = wait;
    let settled: Settled | undefined;
    let delay: number | undefined;
    member.isAsked = true;
    try {
      delay = await step();
      if (delay === undefined) settled = { id, ok: true, task: wait.task as Task };
    } catch (error) {
      // What is known to be completed is so, if it cannot be had whole any more.
      settled = member.bare ? { id, ok: true, task: member.bare } : { id, ok: false, error };
    }
    member.isAsked = false;
    if (this.#stop.aborted || this.#hunt.open.closed) return;
    if (settled) {
      this.#members.delete(id);
      this.#ready.delete(member);
      this.#settled.push(settled);
      this.#tell();
      this.#hunt.sweep.consider(this);
    } else if (delay !== undefined) {
      if (wait.task?.status.state === member.ahead) member.ahead = undefined;
      if (member.ahead && member.isOvertaken) this.#hurry(member);
      else if (!Number.isNaN(this.#floor)) this.#rest(member, this.#pauseOf(member, delay));
      member.isOvertaken = false;
    }
  }

  #arm(at: number): void {
    if (at >= this.#wakesAt) return;
    this.#cancelTimer();
    this.#wakesAt = at;
    // Of thousands not each has a moment of its own.
    const delay = Math.max(at - now(), this.size / 1_000);
    const until = latest(delay);
    this.#cancelTimer = after(delay, () => this.#wake(Date.now() > until));
  }

  #wake(hasSlept: boolean): void {
    this.#wakesAt = Infinity;
    const time = now() + 1;
    let next = Infinity;
    for (const member of this.#members.values()) {
      if (hasSlept) member.wait.excuse();
      if (member.isAsked) continue;
      if (member.dueAt <= time) this.#ready.add(member);
      else next = Math.min(next, member.dueAt);
    }
    this.#pump();
    this.#arm(next);
  }
}

/** A completed task of which nothing is known but that. */
export function isBare({ status, artifacts }: Task): boolean {
  return status.state === 'completed' && artifacts.length === 0 && !status.message;
}
