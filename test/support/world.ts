import type { StreamEvent, Task, TaskState } from 'a2a-await';
import fc from 'fast-check';
import { OpenSteps } from '../../src/time/open-steps.js';
import { Turns } from '../../src/time/turns.js';
import { type Hunt, Pursuit } from '../../src/wait/pursuit.js';
import { seededRandom, VirtualClock } from './virtual-clock.js';

/** What becomes of a task, and how badly its server, and what brings the news, tell of it. Times in ms. */
export interface Script {
  /** The states before the end, each after the one before. */
  states: { after: number; state: TaskState }[];
  /** Absent: it never ends. */
  end?:
    | { after: number; state: TaskState; second?: { after: number; state: TaskState } | undefined }
    | undefined;
  /** Which statuses say when they began. */
  dated: 'all' | 'none' | 'every second';
  /** What happens to the questions, in turns. */
  answers: Answer[];
  /** What brings news, one attempt after the other; then none. */
  channels: ChannelScript[];
  /** For the jitter. */
  seed: number;
}

export interface Answer {
  does: 'answer' | 'fail' | 'hang';
  /** Until the server looks. */
  before: number;
  /** From then until the answer is there. */
  after: number;
  /** What a failure says of when to come back. */
  hint: number | undefined;
  /** Whether it ends when nobody wants it any more. */
  isObedient: boolean;
}

export interface ChannelScript {
  opensAfter: number;
  /** How each change is told, in turns. */
  tellings: { copies: number; delay: number; as: 'task' | 'status' | 'question' }[];
  breaksAfter: number;
  /** Before the next attempt. */
  rest: number;
}

const between = (min: number, max: number) => fc.integer({ min, max });

const states = fc.constantFrom<TaskState>(
  'submitted',
  'working',
  'input-required',
  'auth-required',
  'unknown',
);
const ends = fc.constantFrom<TaskState>('completed', 'failed', 'canceled', 'rejected');
const hints = fc.constantFrom(undefined, 0, -1, 0.5, Number.NaN, Infinity, 1_000, 20_000);
const spans = fc.oneof(
  { weight: 4, arbitrary: between(0, 2_000) },
  { weight: 4, arbitrary: between(0, 60_000) },
  { weight: 1, arbitrary: between(0, 600_000) },
);

const answer = (does: fc.Arbitrary<Answer['does']>): fc.Arbitrary<Answer> =>
  fc.record({
    does,
    before: between(0, 3_000),
    after: between(0, 3_000),
    hint: hints,
    isObedient: fc.boolean(),
  });

const channel: fc.Arbitrary<ChannelScript> = fc.record({
  opensAfter: fc.oneof(fc.constant(0), between(0, 3_000)),
  tellings: fc.array(
    fc.record({
      copies: between(0, 3),
      delay: fc.oneof(between(0, 100), between(0, 30_000)),
      as: fc.constantFrom('task' as const, 'status' as const, 'question' as const),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  breaksAfter: fc.oneof(fc.constant(0), between(0, 60_000), fc.constant(Infinity)),
  rest: fc.oneof(fc.constant(0), between(0, 60_000)),
});

export interface ScriptShape {
  ends?: boolean;
  /** Whether all questions may fail for ever. */
  mayFailForEver?: boolean;
  /** Whether every question is answered. */
  isReliable?: boolean;
  /** Whether something else brings news. */
  hasChannels?: boolean;
}

export function scripts(shape: ScriptShape = {}): fc.Arbitrary<Script> {
  const { ends: doesEnd = true, mayFailForEver = false, isReliable = false, hasChannels = true } = shape;
  const good = answer(fc.constant('answer'));
  const bad = answer(fc.constantFrom('answer', 'fail', 'hang'));
  // Four failures in a row are borne, however long they take.
  const answers = isReliable
    ? fc.array(good, { minLength: 1, maxLength: 4 })
    : mayFailForEver
      ? fc.array(bad, { minLength: 1, maxLength: 5 })
      : fc.tuple(fc.array(bad, { maxLength: 4 }), good).map(([some, last]) => [...some, last]);
  return fc.record({
    states: fc.array(fc.record({ after: spans, state: states }), { maxLength: 4 }),
    end: doesEnd
      ? fc.record({
          after: spans,
          state: ends,
          second: fc.option(fc.record({ after: between(0, 10_000), state: ends }), { nil: undefined }),
        })
      : fc.constant(undefined),
    dated: fc.constantFrom('all', 'none', 'every second'),
    answers,
    channels: hasChannels ? fc.array(channel, { maxLength: 6 }) : fc.constant([]),
    seed: fc.nat(),
  });
}

/** An agent that does as the script says, and one pursuit's view of it. */
export class World {
  readonly clock: VirtualClock;
  readonly script: Script;
  /** When each request began. */
  readonly requests: number[] = [];
  /** When each answer, or failure, was there. */
  readonly answered: number[] = [];
  /** When each request began that nobody waited for to the end. */
  readonly abandoned: number[] = [];
  readonly told: StreamEvent[] = [];
  readonly failures: unknown[] = [];
  readonly secondEnds: Task[] = [];
  readonly listenerErrors: unknown[] = [];
  /** Channels that somebody still hears. */
  openChannels = 0;
  /** Of those who ask, channels too, ms. */
  patience = 30_000;
  /** Requests that nobody has answered yet. */
  inFlight = 0;
  /** Not counting those whose time is up when another begins. */
  mostInFlight = 0;
  readonly #open = new Set<{ begun: number }>();
  readonly #begun: number;
  #attempt = 0;
  readonly #changes: { at: number; task: Task }[] = [];

  constructor(clock: VirtualClock, script: Script) {
    this.clock = clock;
    this.script = script;
    this.#begun = clock.time;
    const { end } = script;
    let at = this.#begun;
    const add = (after: number, state: TaskState) => {
      at += after;
      this.#changes.push({ at, task: this.#task(state, at, this.#changes.length) });
    };
    add(0, 'submitted');
    for (const { after, state } of script.states) add(after, state);
    if (end) {
      add(end.after, end.state);
      if (end.second) add(end.second.after, end.second.state);
    }
  }

  /** When it ends, for the first time. */
  get endsAt(): number {
    const { end, states: before } = this.script;
    return end ? before.reduce((sum, { after }) => sum + after, this.#begun + end.after) : Infinity;
  }

  readonly hunt: Hunt = {
    source: {
      getTask: (_id, { signal } = {}) => this.#get(signal),
      sendMessage: () => Promise.reject(new Error('Nobody answers here.')),
      cancel: () => Promise.reject(new Error('Nobody cancels here.')),
    },
    endpoint: 'http://agent.test/',
    open: new OpenSteps(),
    turns: new Turns(),
    onListenerError: error => this.listenerErrors.push(error),
    attend: (pursuit, signal) => this.#attend(pursuit, signal),
    onNews: event => this.told.push(event),
    onFailure: error => this.failures.push(error),
    onSecondEnd: second => this.secondEnds.push(second),
  };

  pursue(task?: Task, startedAt?: number): Pursuit {
    return new Pursuit(this.hunt, 't', task, startedAt);
  }

  now(): Task {
    return this.#changes.filter(({ at }) => at <= this.clock.time).at(-1)?.task as Task;
  }

  #task(state: TaskState, at: number, nth: number): Task {
    const { dated } = this.script;
    const isDated = dated === 'all' || (dated === 'every second' && nth % 2 === 0);
    return {
      kind: 'task',
      id: 't',
      contextId: 'c',
      status: { state, ...(isDated && { timestamp: new Date(Date.UTC(2026, 0, 1) + at).toISOString() }) },
      artifacts: Array.from({ length: nth }, (_, n) => ({
        artifactId: `a${n}`,
        parts: [{ kind: 'text', text: `${n}` }],
      })),
      history: [],
    };
  }

  async #get(signal: AbortSignal | undefined): Promise<Task> {
    const { answers } = this.script;
    const { does, before, after, hint, isObedient } = answers[
      this.requests.length % answers.length
    ] as Answer;
    const begun = this.clock.time;
    this.requests.push(begun);
    this.inFlight += 1;
    const request = { begun };
    this.#open.add(request);
    const isTimely = (other: { begun: number }) => begun - other.begun < this.patience;
    this.mostInFlight = Math.max(this.mostInFlight, [...this.#open].filter(isTimely).length);
    const done = () => {
      this.inFlight -= 1;
      this.#open.delete(request);
      this.answered.push(this.clock.time);
    };
    return new Promise<Task>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isOver = false;
      const leave = () => {
        if (isOver) return;
        isOver = true;
        this.abandoned.push(begun);
        done();
        clearTimeout(timer);
        if (isObedient) reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      if (does === 'hang') return;
      timer = setTimeout(() => {
        const seen = this.now();
        timer = setTimeout(() => {
          if (isOver) return;
          isOver = true;
          signal?.removeEventListener('abort', leave);
          done();
          if (does === 'answer') resolve(copied(seen));
          else reject(Object.assign(new Error('It failed.'), { status: 503, retryAfter: hint }));
        }, after);
      }, before);
    });
  }

  #attend(pursuit: Pursuit, signal: AbortSignal): void {
    const channelScript = this.script.channels[this.#attempt];
    if (!channelScript || signal.aborted) return;
    this.#attempt += 1;
    this.openChannels += 1;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const later = (ms: number, step: () => void) => {
      if (ms !== Infinity) timers.add(setTimeout(step, ms));
    };
    const { opensAfter, tellings, breaksAfter, rest } = channelScript;
    const close = () => {
      for (const timer of timers) clearTimeout(timer);
      this.openChannels -= 1;
      pursuit.live = undefined;
      signal.removeEventListener('abort', close);
    };
    signal.addEventListener('abort', close);
    const open = () => {
      pursuit.live = 'push';
      pursuit.wake();
      for (const [nth, { at, task }] of this.#changes.entries()) {
        const { copies, delay, as } = tellings[nth % tellings.length] as ChannelScript['tellings'][number];
        for (let copy = 0; copy < copies; copy += 1) {
          const due = at + delay * (copy + 1) - this.clock.time;
          if (due >= 0) later(due, () => this.#tell(pursuit, signal, copied(task), as));
        }
      }
    };
    later(opensAfter, open);
    later(opensAfter + breaksAfter, () => {
      close();
      pursuit.wake();
      const again = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        this.#attend(pursuit, signal);
      }, rest);
      const stop = () => clearTimeout(again);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  #tell(pursuit: Pursuit, signal: AbortSignal, task: Task, as: 'task' | 'status' | 'question'): void {
    if (as === 'task') pursuit.take(task);
    else if (as === 'question') pursuit.ask(signal, 500, this.patience).catch(() => {});
    else {
      const { contextId, status } = task;
      const final = ['completed', 'failed', 'canceled', 'rejected'].includes(status.state);
      pursuit.take(task, { kind: 'status-update', taskId: 't', contextId, status, final } as StreamEvent);
    }
  }
}

/** As it comes over the wire: an object of its own. */
export const copied = (task: Task): Task => ({ ...task, artifacts: [...task.artifacts] });

/** One run of a script: the world, its clock, and chance that can be had again. */
export async function inWorld<R>(script: Script, run: (world: World) => Promise<R>): Promise<R> {
  using clock = new VirtualClock();
  const { random } = Math;
  Math.random = seededRandom(script.seed);
  try {
    return await run(new World(clock, script));
  } finally {
    Math.random = random;
  }
}
