import { RequestTimeoutError } from '../errors/wire.js';
import type { Task, TaskPage } from '../model/task.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { failureDelay } from '../time/schedule.js';
import { after } from '../time/timer.js';
import { never, timedOut, within } from '../time/within.js';
import { readFailure } from './failure.js';

/** What is asked of a list of tasks: those whose status changed since, from the newest on. */
export interface SweepQuery {
  pageSize: number;
  historyLength: 0 | undefined;
  includeArtifacts: boolean;
  pageToken?: string | undefined;
  statusTimestampAfter?: Date | undefined;
}

/** Asks once for a page, without retries; `isFiltered` is whether its server heeds the query, or gives all there is. */
export type ListPage = (
  query: SweepQuery,
  options: { signal: AbortSignal },
) => Promise<{ page: TaskPage; isFiltered: boolean }>;

/** Tasks that somebody waits for. */
export interface Awaited {
  readonly size: number;
  /** Whether more have ended, or will soon, than can be asked for one by one: lists had better give all of a task. */
  readonly isCrowded?: boolean;
  /**
   * Told of a listed task.
   *
   * @param asked when the list was asked for, by the clock of `now`
   * @param isWhole whether its artifacts and its history were asked for; not all servers give them
   * @returns since when it is waited for, by the clock of `now`; `Infinity` if this is no news of it; `undefined` if
   * it is none of these
   */
  told(task: Task, asked: number, isWhole: boolean): number | undefined;
  /**
   * Told how it goes, after each sweep: while sweeps tell what happens, asking is for what they lose.
   *
   * @param floor ms; tasks that are asked about more often than this still are. `undefined`: there are no sweeps
   */
  swept(floor: number | undefined): void;
}

/** From so many tasks on, a list costs less than asking for each; it goes on until half of them are left. */
const least = 8;
const pageSize = 100;
/** Of one sweep. */
const mostPages = 200;
/** Of one sweep, of what the one before has told already: rows that appear late are among the newest, as a rule. */
const mostKnown = 10;
/** ms from the beginning of one sweep to the next, while any task is young, */
export const pause = 1_000;
/** and where the server gives its whole list every time. */
export const longPause = 30_000;
/** How far sweeps overlap, ms: clocks of servers go backwards, and rows appear late. */
const leastOverlap = 2_000;
const mostOverlap = 60_000;
/** How long lists are left alone that tell mostly of other people's tasks, ms. */
const rest = 60_000;
/** How long whoever waits leaves it to the first sweep to tell, ms. */
const firstPatience = 2_000;
/** For one page. ms */
const patience = 30_000;

/**
 * ms until a task is asked about by itself: seldom, while sweeps tell what happens.
 *
 * @param floor as `Awaited.swept` is told
 * @param own what its schedule wants
 */
export function besides(floor: number | undefined, age: number, own: number): number {
  return floor === undefined || own < floor ? own : Math.min(Math.max(age / 2, 60_000), 600_000);
}

/** What one sweep brought. */
interface Swept {
  /** The latest change, epoch ms; 0 if nothing has a date. */
  newest: number;
  rows: number;
  /** Of tasks that somebody waits for. */
  relevant: number;
  isFiltered: boolean;
  isComplete: boolean;
  /** Whether a date is in the future. */
  isAhead?: boolean;
  /** Whether one lacks its date. Not what was only just submitted: the Python server dates nothing before it works. */
  isUndated?: boolean;
}

/**
 * Asks one list for all tasks together: what changed since the last time, by the server's own dates. It only brings
 * news forward; stores lose rows, so each task is asked about by itself, too, now and then.
 *
 * Source: A2A specification 1.0, section 3.1.4 (ListTasks).
 */
export class Sweep {
  /** What groups were told last; `NaN` before that, while there are sweeps. */
  floor: number | undefined;
  readonly #list: ListPage;
  readonly #open: OpenSteps;
  readonly #groups = new Set<Awaited>();
  #stop: AbortController | undefined;
  /** Whether the server has no list. */
  #isOff = false;
  /** All changes until then were listed, by the server's clock. Epoch ms */
  #since: number | undefined;
  #overlap = leastOverlap;
  #hasListed = false;
  /** Whether the last list was one with artifacts, */
  #isWhole = false;
  /** and whether such lists take too long, or fail. */
  #isHeavy = false;
  /** Whether the last list told nothing new. */
  #isQuiet = false;
  #begun = -Infinity;
  /** When the sweep before this one began. */
  #begunBefore = -Infinity;
  /** How many tasks are waited for, */
  #size = 0;
  /** and since when there was no further one. */
  #grownAt = 0;

  constructor(list: ListPage, open: OpenSteps) {
    this.#list = list;
    this.#open = open;
  }

  /** To be called whenever a group has grown or shrunk. */
  consider(group: Awaited): void {
    if (group.size > 0) this.#groups.add(group);
    else this.#groups.delete(group);
    let size = 0;
    for (const each of this.#groups) size += each.size;
    if (size > this.#size) this.#grownAt = now();
    this.#size = size;
    if (size < (this.#stop ? least / 2 : least) || this.#isOff) {
      if (this.#stop) this.#end();
    } else if (!this.#stop) {
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      this.#run(signal).catch(() => {
        if (!signal.aborted) this.#end();
      });
    }
  }

  /** How long lists are left alone when all tasks are old, ms: never longer than each would be. */
  get #lull(): number {
    return Math.min(Math.max((now() - this.#grownAt) / 200 - pause, 0), 24_000);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let strange = 0;
    let isFirst = true;
    this.#since = undefined;
    this.#isHeavy = this.#isQuiet = false;
    this.floor = Number.NaN;
    // Nobody waits for a list that does not come, or has no end.
    const cancelTimer = after(firstPatience, () => {
      if (Number.isNaN(this.floor)) this.#tell();
    });
    signal.addEventListener('abort', cancelTimer);
    // Another run may just have ended.
    let early = this.#begun + pause - now();
    for (;;) {
      if (early > 0) await within(early, signal, never, this.#open);
      // Who begins to wait meanwhile is young.
      while (now() - this.#begun < this.#lull) await within(pause, signal, never, this.#open);
      let delay = rest;
      try {
        const swept = await this.#once(signal, strange);
        // What it told may have been all there was to wait for.
        if (signal.aborted) return;
        failures = 0;
        this.#hasListed = true;
        const isFull = !swept.isFiltered || (swept.isUndated && swept.newest === 0);
        // Mostly of other people's tasks, or never an end to it: asking for each costs less.
        const isUseless = !swept.isComplete || (swept.rows > pageSize && swept.relevant < swept.rows / 20);
        strange = isUseless ? strange + 1 : 0;
        if (strange < 3) delay = isFull ? longPause : pause;
        else strange = 0;
        this.#tell(delay === rest ? undefined : isFull ? longPause : this.#lull);
      } catch (error) {
        if (signal.aborted) return;
        // A path that is not there, where one was, comes back.
        const { kind, label, hint } = readFailure(error, this.#hasListed);
        // It may be the artifacts, unless there is no list at all.
        if (this.#isWhole && !hint && !/ (404|501|-32601|-32004)$/.test(label)) {
          this.#isHeavy = true;
          early = this.#begun + pause - now();
          continue;
        }
        this.#isOff = kind === 'fatal';
        if (this.#isOff) return this.#end();
        failures += 1;
        delay = failureDelay(failures, pause, hint);
        this.#tell();
      }
      // A long one is given as long a pause. Not the first: what changed meanwhile it has not told.
      const spent = now() - this.#begun;
      early = Math.max(delay - spent, isFirst && failures === 0 ? 0 : Math.min(delay, spent));
      isFirst = false;
    }
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#tell();
  }

  #tell(floor?: number): void {
    this.floor = floor;
    for (const group of this.#groups) group.swept(floor);
  }

  /** @param tried how often in a row it was not complete: some servers count all tasks, whatever they list */
  async #once(signal: AbortSignal, tried: number): Promise<Swept> {
    const isFirst = this.#since === undefined;
    this.#begunBefore = this.#begun;
    this.#begun = now();
    const since = this.#since ?? 0;
    this.#isWhole = !this.#isHeavy && [...this.#groups].some(group => group.isCrowded);
    const swept: Swept = { newest: 0, rows: 0, relevant: 0, isFiltered: true, isComplete: false };
    const query: SweepQuery = {
      pageSize,
      historyLength: this.#isWhole ? undefined : 0,
      includeArtifacts: this.#isWhole,
      statusTimestampAfter: isFirst ? undefined : new Date(since - this.#overlap),
    };
    // By then each could have been asked for.
    const limit = this.#isWhole ? pause : patience;
    let total: number | undefined;
    let known = 0;
    // With artifacts, what has not changed is not told again and again.
    const enough = this.#isWhole && this.#isQuiet ? 1 : mostKnown;
    this.#isQuiet = true;
    // What changes while the first is under way the second tells.
    const most = isFirst ? 1 + (2 * this.#size) / pageSize : mostPages;
    for (let pages = 0; pages < most; pages += 1) {
      const answer = await within(limit, signal, stop => this.#list(query, { signal: stop }), this.#open);
      if (answer === timedOut) throw new RequestTimeoutError(`A list took ${limit} ms.`, limit);
      const { page, isFiltered } = answer;
      const { tasks, totalSize, nextPageToken } = page;
      swept.isFiltered = isFiltered;
      total ??= totalSize;
      let isKnown = !isFirst;
      for (const task of tasks) if (this.#take(task, since, swept)) isKnown = false;
      if (isKnown) known += 1;
      else this.#isQuiet = false;
      if (!nextPageToken || !isFiltered || known >= enough) {
        swept.isComplete = swept.rows >= (total ?? 0) || tried > 1 || known >= enough;
        break;
      }
      query.pageToken = nextPageToken;
    }
    swept.isComplete ||= isFirst;
    if (swept.isAhead) swept.newest ||= Date.now();
    if (swept.isComplete && swept.newest > since) this.#since = swept.newest;
    return swept;
  }

  /** Says whether that may be new. */
  #take(task: Task, since: number, swept: Swept): boolean {
    const changed = Date.parse(task.status.timestamp ?? '') || 0;
    swept.rows += 1;
    // A date in the future would hide all that comes before it. Where all are, the server's clock is ahead of ours.
    const time = Date.now();
    if (changed <= time) swept.newest = Math.max(swept.newest, changed);
    else swept.isAhead = true;
    if (changed <= 0 && task.status.state !== 'submitted') swept.isUndated = true;
    let isRelevant = false;
    const late = since - changed;
    let isNew = !changed || late < 0;
    for (const group of this.#groups) {
      const awaited = group.told(task, this.#begun, this.#isWhole);
      isRelevant ||= awaited !== undefined;
      isNew ||= awaited !== undefined && awaited !== Infinity;
      // It should have been there the last time.
      if (awaited !== undefined && awaited < this.#begunBefore && changed && late > 0)
        this.#overlap = Math.min(mostOverlap, Math.max(this.#overlap, 2 * late));
    }
    if (isRelevant) swept.relevant += 1;
    return isNew;
  }
}
