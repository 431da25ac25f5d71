import type { ResumeToken } from '../errors/wait.js';
import { RequestTimeoutError } from '../errors/wire.js';
import { isInterrupted, isStopped, isTerminal } from '../model/state.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { failureDelay } from '../time/schedule.js';
import type { Turns } from '../time/turns.js';
import { timedOut, within } from '../time/within.js';
import { isOutdated } from './merge.js';
import { checkWaitOptions, type WaitOptions } from './options.js';
import { readSnapshot } from './snapshot.js';
import type { TaskSource } from './source.js';
import { besides } from './sweep.js';
import { waitUntilStopped } from './wait.js';

/** What a pursuit needs of the client that began it. */
export interface Hunt {
  /** Asks once, without retries and deadline. */
  source: Required<TaskSource<Task>>;
  /** Of the agent, for tokens. */
  endpoint: string;
  open: OpenSteps;
  turns: Turns;
  onListenerError: (error: unknown) => void;
  /** Begins what brings news faster than asking, while somebody waits; the signal ends it. */
  attend?: (pursuit: Pursuit, signal: AbortSignal) => void;
  /** Something was learned. */
  onNews?: (event: StreamEvent, pursuit: Pursuit) => void;
  /** It could not be asked about; that is repeated. */
  onFailure?: (error: unknown, pursuit: Pursuit) => void;
  /** It had ended, and then it ended otherwise. */
  onSecondEnd?: (second: Task, pursuit: Pursuit) => void;
}

/** One request, and those who want to know. */
interface Question {
  answered: Promise<void>;
  askers: number;
  stop: AbortController;
  /** Ends the pause before it. */
  hurry: () => void;
}

/** While something else brings the news, asking is for what that loses. ms */
const safety = (age: number) => Math.min(Math.max(age / 2, 5_000), 120_000);

/**
 * One task, as all know it who wait for it: however many, it is asked about once at a time, and what one learns all
 * know. News may come another way, too: it brings the next look forward, and nothing depends on it.
 */
export class Pursuit {
  readonly taskId: string;
  /** epoch ms */
  readonly startedAt: number;
  /** How the task stood last; a terminal state stays. */
  task: Task | undefined;
  /** What brings news by itself, if anything does. */
  live: 'push' | 'stream' | undefined;
  /** While lists tell of it: `Awaited.swept`. */
  floor: number | undefined;
  /** Resolves when something was learned. */
  news: Promise<void>;
  /** Called when asking learned something while the news comes by itself. */
  onAhead: (() => void) | undefined;
  /** The webhook that the agent was told of. */
  webhook: ResumeToken['webhook'];
  readonly #hunt: Hunt;
  /** Counts what was learned, failures too. */
  #version = 0;
  /** In a row, and the last of them. */
  #failures = 0;
  #failure: unknown;
  /** How long it is left alone after a failure, ms: of many who each draw a delay, one draws a short one. */
  #rest = 0;
  #question: Question | undefined;
  /** When what is known was learned. */
  #knownAt = -Infinity;
  /** When there was an answer, good or bad, by the clock of `now`. */
  answeredAt = -Infinity;
  /** When it was last asked about, whatever was learned besides. */
  #askedAt = now();
  #repliedAt = -Infinity;
  /** Whether the pauses were ended by nothing that happened to the task. */
  #isReckoned = false;
  #attendants = 0;
  #leave: AbortController | undefined;
  #tell!: () => void;
  readonly #listeners = new Set<(event: StreamEvent) => void>();

  constructor(hunt: Hunt, taskId: string, task?: Task, startedAt = Date.now()) {
    this.#hunt = hunt;
    this.taskId = taskId;
    this.task = task;
    this.startedAt = startedAt;
    if (task) this.answeredAt = now();
    this.news = this.#nextNews();
  }

  get isOver(): boolean {
    return !!this.task && isTerminal(this.task);
  }

  /** The agent was answered: what was known before is over, whatever its date. */
  replied(): void {
    this.answeredAt = -Infinity;
    this.#repliedAt = now();
  }

  /** Ends every pause, for it to be reckoned anew: who would still wait does. */
  reckon(): void {
    this.#isReckoned = true;
    this.wake();
  }

  /** Ends every pause: who finds nothing new then asks. */
  wake(): void {
    const tell = this.#tell;
    this.news = this.#nextNews();
    tell();
  }

  /**
   * Takes what was learned of the task, unless something newer is known.
   *
   * @param event how it was told
   * @param asked when it was asked for, if it was
   */
  take(task: Task, event: StreamEvent = task, asked?: number): void {
    const { task: known } = this;
    const begun = asked ?? now();
    const isAfterReply = this.#knownAt < this.#repliedAt && this.#repliedAt <= begun;
    if (known && isTerminal(known)) {
      if (isTerminal(task) && task.status.state !== known.status.state) this.#hunt.onSecondEnd?.(task, this);
      // What it made may be known better now.
      else if (asked !== undefined && isTerminal(task)) this.task = task;
    } else if (!known || isAfterReply || !isOutdated(task, begun, known, this.#knownAt)) {
      const [before, after] = [readSnapshot(known), readSnapshot(task)];
      // A stream tells what an agent makes, and a store may be behind it: that is asked for the status only.
      const what = this.live === 'stream' ? 'statusKey' : 'print';
      const isAhead = before?.[what] !== after?.[what];
      if (event !== task || isAhead) {
        this.task = task;
        this.tell(event);
      }
      // Whoever still asks knows enough.
      if (isStopped(task)) this.#drop();
    } else if (asked === undefined) {
      return;
    }
    this.#learned(0);
  }

  /** Takes what an answer says of it, if that is a task, and this one. */
  learn<Answer>(answer: Answer): Answer {
    if (isTask(answer) && answer.id === this.taskId) this.take(answer);
    return answer;
  }

  /** Passes an event on; what waits is not woken. An answer to what was asked before does not undo it. */
  tell(event: StreamEvent): void {
    this.#knownAt = now();
    this.#hunt.onNews?.(event, this);
    for (const listener of this.#listeners) listener(event);
  }

  /**
   * Asks how the task stands, together with whoever else does just now.
   *
   * @param pause ms; how long after the last answer at the earliest
   * @param limit ms; how long the request may take, if it is a new one
   */
  async ask(signal?: AbortSignal, pause = 0, limit = 30_000): Promise<Task> {
    const rest = pause && Math.max(pause, this.#rest);
    const question = this.#question ?? this.#begin(this.answeredAt + rest - now(), limit);
    question.askers += 1;
    if (pause === 0) question.hurry();
    try {
      await within(Infinity, signal, () => question.answered);
    } finally {
      question.askers -= 1;
      if (question.askers === 0 && this.#question === question) this.#drop();
    }
    return this.#result();
  }

  /** Waits as `waitForCompletion` does. */
  async wait(options: WaitOptions): Promise<Task> {
    const { source, open, onListenerError } = this.#hunt;
    const { schedule: polling, requestTimeout, timeout } = checkWaitOptions(source, this.taskId, options);
    // Timers may be early by a fraction.
    const deadline = now() + timeout - 1;
    let seen = this.#version;
    const { task, startedAt } = this;
    const schedule = {
      minimum: polling.minimum,
      interval: (poll: { age: number; attempt: number }) =>
        this.live ? safety(poll.age) : besides(this.floor, poll.age, polling.interval(poll)),
    };
    const view: TaskSource<Task> = {
      cancel: async (id, bounds) => this.learn(await source.cancel(id, bounds)),
      sendMessage: async (message, bounds) => this.learn(await source.sendMessage(message, bounds)),
      getTask: async (_id, { signal } = {}) => {
        // The last question does not wait for its turn.
        const age = Date.now() - startedAt;
        const own = polling.interval({ age, attempt: 0 });
        const pause = now() < deadline ? (this.#isReckoned ? own : polling.minimum) : 0;
        // Lists may go on telling of what is not so.
        const isOwed = this.floor !== undefined && now() - this.#askedAt > besides(this.floor, age, own);
        if (this.#version === seen || isOwed) await this.ask(signal, pause, requestTimeout).catch(() => {});
        seen = this.#version;
        return this.#result();
      },
    };
    const awaken = async () => this.#version === seen && this.news;
    // It may have gone on while nobody asked; what it waited for may have been done elsewhere.
    const freshness =
      task && isInterrupted(task)
        ? polling.minimum
        : polling.interval({ age: Date.now() - startedAt, attempt: 0 });
    // What others still wait to see answered may have been.
    const isSatOut = this.#attendants > 0 && !!task && isInterrupted(task);
    const isKnown = this.isOver || (!isSatOut && now() - this.answeredAt < freshness);
    const start = { snapshot: isKnown ? task : undefined, startedAt, awaken, open, onListenerError };
    // How long a request may take is one matter for all who want its answer.
    const waiting = { ...options, schedule, requestTimeout: Infinity };
    return this.attend(() => waitUntilStopped(view, this.taskId, waiting, start));
  }

  /** Keeps what brings news open while the step goes on. */
  async attend<R>(step: () => Promise<R>): Promise<R> {
    this.#attendants += 1;
    if (this.#attendants === 1 && !this.isOver) {
      this.#leave = new AbortController();
      this.#hunt.attend?.(this, this.#leave.signal);
    }
    try {
      return await step();
    } finally {
      this.#attendants -= 1;
      if (this.#attendants === 0) this.#leave?.abort();
    }
  }

  listen(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #drop(): void {
    this.#question?.stop.abort();
    this.#question = undefined;
  }

  #begin(pause: number, limit: number): Question {
    const stop = new AbortController();
    let hurry = () => {};
    const hurried = new Promise<void>(resolve => {
      hurry = resolve;
    });
    this.#question = { answered: this.#answer(stop.signal, pause, hurried, limit), askers: 0, stop, hurry };
    return this.#question;
  }

  /** Nothing is learned where nobody wants to know any more. */
  async #answer(signal: AbortSignal, pause: number, hurried: Promise<void>, limit: number): Promise<void> {
    const { source, open, turns, onFailure } = this.#hunt;
    try {
      await within(pause, signal, () => hurried, open);
      let begun = 0;
      const task = await turns.run(signal, () => {
        begun = this.answeredAt = this.#askedAt = now();
        this.#isReckoned = false;
        return within(limit, signal, stop => source.getTask(this.taskId, { signal: stop }), open);
      });
      if (task === timedOut) throw new RequestTimeoutError(`getTask took ${limit} ms.`, limit);
      if (signal.aborted) return;
      this.#question = undefined;
      const known = readSnapshot(this.task)?.statusKey;
      this.take(task, task, begun);
      if (this.live && known !== readSnapshot(this.task)?.statusKey) this.onAhead?.();
    } catch (error) {
      if (signal.aborted) return;
      this.#question = undefined;
      this.#learned(this.#failures + 1, error);
      onFailure?.(error, this);
    }
  }

  #learned(failures: number, failure?: unknown): void {
    this.#failures = failures;
    this.#failure = failure;
    this.#rest = failures && failureDelay(failures, 0);
    this.answeredAt = now();
    this.#version += 1;
    this.wake();
  }

  #result(): Task {
    if (this.#failures) throw this.#failure;
    return this.task as Task;
  }

  #nextNews(): Promise<void> {
    return new Promise(resolve => {
      this.#tell = resolve;
    });
  }
}
