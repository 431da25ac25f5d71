import { type Task, type TaskState, UnsupportedOperationError } from 'a2a-await';
import fc from 'fast-check';
import { OpenSteps } from '../../src/time/open-steps.js';
import { Turns } from '../../src/time/turns.js';
import { type Hunt, Pursuit } from '../../src/wait/pursuit.js';
import { Pursuits } from '../../src/wait/pursuits.js';
import { Sweep, type SweepQuery } from '../../src/wait/sweep.js';
import { seededRandom, VirtualClock } from './virtual-clock.js';

/** How a store lists its tasks; the faults are those of real ones. */
export type StoreKind =
  | 'sound'
  /** Filters with `>`, and a page after a task that has moved is empty. */
  | 'js'
  /** Compares timestamps as strings, and repeats rows on the next page. */
  | 'python'
  /** Sorts by another time than it filters by. */
  | 'go'
  | 'undated'
  /** The whole list in one page, whatever is asked for. */
  | 'full'
  | 'none';

/** What becomes of many tasks, and how badly their store tells of it. Times in ms. */
export interface StoreScript {
  kind: StoreKind;
  tasks: { works: number; lasts: number; state: TaskState }[];
  /** How many tasks of other people change each second. */
  others: number;
  /** How far the server's clock is ahead. */
  skew: number;
  /** How far the clocks of its nodes are from that, in turns. */
  nodes: number[];
  /** After how long a change is listed. */
  lag: number;
  /** Rows that are not listed, in turns. */
  lost: boolean[];
  lists: ('answer' | 'fail' | 'hang')[];
  /** What becomes of lists that are asked for with artifacts. */
  artifacts: 'given' | 'left out' | 'refused' | 'slow';
  /** Of each task, in turns. */
  gets: ('answer' | 'fail' | 'hang')[];
  latency: number;
  totals: 'right' | 'absent' | 'of all';
  pageSize: number;
  seed: number;
}

const between = (min: number, max: number) => fc.integer({ min, max });
const outcomes = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('answer' as const) },
    { weight: 2, arbitrary: fc.constant('fail' as const) },
    { weight: 1, arbitrary: fc.constant('hang' as const) },
  ),
  { minLength: 1, maxLength: 6 },
);

const tasks = fc.record({
  works: between(0, 2_000),
  lasts: fc.oneof(between(0, 5_000), between(0, 120_000)),
  state: fc.constantFrom<TaskState>('completed', 'failed', 'canceled', 'rejected', 'input-required'),
});

export const storeScripts: fc.Arbitrary<StoreScript> = fc.record({
  kind: fc.constantFrom<StoreKind>('sound', 'js', 'python', 'go', 'undated', 'full', 'none'),
  // Now and then more than can be asked for one by one.
  tasks: fc.oneof(
    { weight: 7, arbitrary: fc.array(tasks, { minLength: 6, maxLength: 14 }) },
    { weight: 1, arbitrary: fc.array(tasks, { minLength: 33, maxLength: 40 }) },
  ),
  others: fc.oneof(fc.constant(0), between(0, 30)),
  skew: fc.oneof(fc.constant(0), between(-3_600_000, 3_600_000)),
  nodes: fc.array(fc.oneof(fc.constant(0), between(-5_000, 5_000)), { minLength: 1, maxLength: 4 }),
  lag: fc.oneof(fc.constant(0), between(0, 4_000)),
  lost: fc.array(fc.boolean(), { maxLength: 5 }),
  lists: outcomes,
  artifacts: fc.constantFrom('given' as const, 'left out' as const, 'refused' as const, 'slow' as const),
  // Never more than three in a row.
  gets: fc.tuple(outcomes, between(0, 3)).map(([all, at]) => [...all.slice(0, at), 'answer' as const]),
  latency: between(0, 300),
  totals: fc.constantFrom('right' as const, 'absent' as const, 'of all' as const),
  pageSize: fc.constantFrom(3, 10, 100),
  seed: fc.nat(),
});

interface Row {
  task: Task;
  changed: number;
  created: number;
}

/** A server with many tasks, after a script. */
export class StoreWorld {
  readonly clock: VirtualClock;
  readonly ids: string[];
  /** When each list was begun, its further pages aside, and each task was asked for. */
  readonly lists: number[] = [];
  readonly gets: { id: string; at: number }[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** How many requests nobody has answered yet, of either kind. */
  open = 0;
  readonly hunt: Hunt & { sweep: Sweep };
  readonly #script: StoreScript;
  readonly #begun: number;
  readonly #pursuits: Pursuits;
  #rows = 0;
  #pages = 0;

  constructor(clock: VirtualClock, script: StoreScript) {
    this.clock = clock;
    this.#script = script;
    this.#begun = clock.time;
    this.ids = script.tasks.map((_, nth) => `t${nth}`);
    const open = new OpenSteps();
    const sweep = new Sweep((query, { signal }) => this.#list(query, signal), open);
    this.#pursuits = new Pursuits(sweep);
    this.hunt = {
      source: {
        getTask: (id, { signal } = {}) => this.#get(id, signal),
        sendMessage: () => Promise.reject(new Error('Nobody answers here.')),
        cancel: () => Promise.reject(new Error('Nobody cancels here.')),
      },
      endpoint: 'http://agent.test/',
      open,
      turns: new Turns(),
      sweep,
      attend: (pursuit, signal) => this.#pursuits.add(pursuit, signal),
      onListenerError: () => {},
    };
  }

  pursue(id: string): Pursuit {
    return this.#pursuits.get(id) ?? new Pursuit(this.hunt, id);
  }

  /** When the last of them stops. */
  get endsAt(): number {
    return this.#begun + Math.max(...this.#script.tasks.map(({ works, lasts }) => works + lasts));
  }

  endOf(id: string): { at: number; state: TaskState } {
    const { works, lasts, state } = this.#script.tasks[Number(id.slice(1))] as StoreScript['tasks'][number];
    return { at: this.#begun + works + lasts, state };
  }

  /** As it stands at a time. */
  task(id: string, time: number): Row {
    const nth = Number(id.slice(1));
    const { works, lasts, state } = this.#script.tasks[nth] as StoreScript['tasks'][number];
    const [worksAt, endsAt] = [this.#begun + works, this.#begun + works + lasts];
    const [changed, now, step]: [number, TaskState, number] =
      time >= endsAt
        ? [endsAt, state, 2]
        : time >= worksAt
          ? [worksAt, 'working', 1]
          : [this.#begun, 'submitted', 0];
    return this.#row(id, now, changed, nth + step, this.#begun - nth);
  }

  #row(id: string, state: TaskState, at: number, nth: number, created: number): Row {
    const { skew, nodes, kind } = this.#script;
    const changed = Date.UTC(2026, 0, 1) + at + skew + (nodes[nth % nodes.length] ?? 0);
    const written = new Date(changed).toISOString();
    // Python leaves out a fraction of none.
    // Nor does it date what does not work yet.
    const isUndated = kind === 'undated' || (kind === 'python' && state === 'submitted');
    const timestamp = kind === 'python' ? written.replace('.000Z', 'Z') : written;
    const artifacts = state === 'completed' ? [{ artifactId: 'a', parts: [] }] : [];
    return {
      task: {
        kind: 'task',
        id,
        status: { state, ...(!isUndated && { timestamp }) },
        artifacts,
        history: [],
      },
      changed,
      created,
    };
  }

  async #get(id: string, signal: AbortSignal | undefined): Promise<Task> {
    const { gets } = this.#script;
    const before = this.gets.filter(get => get.id === id).length;
    const outcome = gets[before % gets.length];
    this.gets.push({ id, at: this.clock.time });
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.#answer(outcome, signal);
    } finally {
      this.inFlight -= 1;
    }
    return this.task(id, this.clock.time).task;
  }

  async #answer(
    outcome: StoreScript['gets'][number] | undefined,
    signal: AbortSignal | undefined,
    latency = this.#script.latency,
  ) {
    this.open += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = outcome === 'hang' ? undefined : setTimeout(resolve, latency);
        const leave = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', leave, { once: true });
      });
    } finally {
      this.open -= 1;
    }
    if (outcome === 'fail') throw Object.assign(new Error('It failed.'), { status: 503 });
  }

  async #list(query: SweepQuery, signal: AbortSignal) {
    const { kind, lists, totals, lost, pageSize, artifacts, latency } = this.#script;
    if (!query.pageToken) this.lists.push(this.clock.time);
    this.#pages += 1;
    await this.#answer(lists[this.#pages % lists.length], signal);
    if (query.includeArtifacts && artifacts === 'slow') await this.#answer('answer', signal, latency + 1_100);
    if (query.includeArtifacts && artifacts === 'refused')
      throw Object.assign(new Error('no'), { code: -32602 });
    if (kind === 'none') {
      throw new UnsupportedOperationError({ method: 'ListTasks', message: 'no', rpcCode: -32004 });
    }
    const all = this.#all();
    const matching = this.#filtered(all, query);
    const start = this.#startOf(matching, query.pageToken);
    const end = kind === 'full' ? matching.length : start + Math.min(query.pageSize, pageSize);
    const shown = matching.slice(start, end).filter(() => {
      this.#rows += 1;
      return !lost[this.#rows % (lost.length + 1)];
    });
    const last = matching[end - 1];
    const total = { right: matching.length, 'of all': all.length + 5, absent: undefined }[totals];
    return {
      page: {
        tasks: shown.map(({ task }) =>
          query.includeArtifacts && artifacts !== 'left out' ? task : { ...task, artifacts: [] },
        ),
        ...(end < matching.length && last && { nextPageToken: this.#tokenOf(last, end) }),
        ...(total !== undefined && { totalSize: total }),
      },
      isFiltered: kind !== 'full',
    };
  }

  /** What is stored, from the newest change on. */
  #all(): Row[] {
    const { kind, others, lag } = this.#script;
    const time = this.clock.time - lag;
    const known = time < this.#begun ? [] : this.ids.map(id => this.task(id, time));
    const strangers = Array.from({ length: Math.min(200, others * 5) }, (_, nth) => {
      const age = others > 0 ? (nth * 1_000) / others : 0;
      const at = time - age;
      return this.#row(`o${Math.floor(at / 10)}`, 'working', at, nth, at);
    });
    const by = kind === 'go' ? 'created' : 'changed';
    return [...known, ...strangers].sort((one, other) => other[by] - one[by]);
  }

  #filtered(rows: Row[], { statusTimestampAfter }: SweepQuery): Row[] {
    const { kind } = this.#script;
    if (!statusTimestampAfter || kind === 'undated' || kind === 'full') return rows;
    const since = Number(statusTimestampAfter);
    const written = statusTimestampAfter.toISOString();
    return rows.filter(({ changed, task }) => {
      if (kind === 'python') return (task.status.timestamp ?? '') >= written;
      return kind === 'js' ? changed > since : changed >= since;
    });
  }

  #tokenOf({ task, changed }: Row, end: number): string {
    return this.#script.kind === 'python' ? `${end}` : `${task.id} ${changed}`;
  }

  #startOf(rows: Row[], token: string | undefined): number {
    if (!token) return 0;
    const { kind } = this.#script;
    if (kind === 'python') return Number(token);
    const [id, changed] = token.split(' ');
    const at = rows.findIndex(({ task }) => task.id === id);
    if (kind === 'js' && rows[at]?.changed !== Number(changed)) return rows.length;
    if (kind === 'go') return at + 1;
    const older = rows.findIndex(row => row.changed < Number(changed) || row.task.id === id);
    return older < 0 ? rows.length : rows[older]?.task.id === id ? older + 1 : older;
  }
}

/** One run of a script: the world, its clock, and chance that can be had again. */
export async function inStore<R>(script: StoreScript, run: (world: StoreWorld) => Promise<R>): Promise<R> {
  using clock = new VirtualClock();
  const { random } = Math;
  Math.random = seededRandom(script.seed);
  try {
    return await run(new StoreWorld(clock, script));
  } finally {
    Math.random = random;
  }
}
