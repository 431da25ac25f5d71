import { TaskNotFoundError } from '../errors/rpc.js';
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
class Question {
  askers = 0;
  /** By the clock of `now`, once it is. */
  sentAt = Infinity;
  answered: Promise<void> | undefined;
  readonly stop = new AbortController();
  tellSent = () => {};
  /** Resolves once it is, or is given up. */
  readonly sent = new Promise<void>(resolve => {
    this.tellSent = resolve;
  });
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
  /** Under way. */
  readonly #questions = new Set<Question>();
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
      if (isStopped(task)) for (const question of this.#questions) this.#drop(question);
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
   * @param pause ms; how long after the last answer at the earliest, and in turn. Without one, at once
   * @param limit ms; how long the request may take
   */
  async ask(signal?: AbortSignal, pause?: number, limit = 30_000): Promise<Task> {
    const { open, onFailure } = this.#hunt;
    const isUrgent = pause === undefined;
    // What takes longer is left to who may wait for it, and what waits for its turn to who does.
    const fits = ({ sentAt, answered }: Question) =>
      now() - sentAt < limit && !(isUrgent && answered && sentAt === Infinity);
    const question = [...this.#questions].find(fits) ?? new Question();
    const until = (ms: number, step: Promise<void> | undefined) => within(ms, signal, () => step, open);
    this.#questions.add(question);
    question.askers += 1;
    try {
      const rest = pause ? this.answeredAt + Math.max(pause, this.#rest) - now() : 0;
      if (rest > 0) await until(rest, question.sent);
      question.answered ??= this.#answer(question, isUrgent);
      await until(Infinity, question.sent);
      const late = await until(question.sentAt + limit - now(), question.answered);
      if (late === timedOut) {
        const error = new RequestTimeoutError(`getTask took ${limit} ms.`, limit);
        if (question.askers === 1) onFailure?.(error, this);
        throw error;
      }
    } finally {
      question.askers -= 1;
      if (question.askers === 0) this.#drop(question);
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
        const age = Date.now() - startedAt;
        const own = polling.interval({ age, attempt: 0 });
        // The last question waits for nobody.
        const pause = now() < deadline ? (this.#isReckoned ? own : polling.minimum) : undefined;
        // Lists may go on telling of what is not so.
        const isOwed = this.floor !== undefined && now() - this.#askedAt > besides(this.floor, age, own);
        try {
          const isNew = this.#version !== seen && !isOwed;
          return isNew ? this.#result() : await this.ask(signal, pause, requestTimeout);
        } finally {
          seen = this.#version;
        }
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
    // How long a request may take does not count the pause before it.
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

  #drop(question: Question): void {
    question.stop.abort();
    question.tellSent();
    this.#questions.delete(question);
  }

  /** Nothing is learned where nobody wants to know any more. */
  async #answer(question: Question, isUrgent: boolean): Promise<void> {
    const { source, turns, onFailure } = this.#hunt;
    const { signal } = question.stop;
    const ask = () =>
      within(Infinity, signal, stop => {
        question.sentAt = this.answeredAt = this.#askedAt = now();
        this.#isReckoned = false;
        question.tellSent();
        return source.getTask(this.taskId, { signal: stop });
      });
    try {
      // Whoever paused before it knows enough by now.
      signal.throwIfAborted();
      const task = (await (isUrgent ? ask() : turns.run(signal, ask))) as Task;
      if (!this.#questions.delete(question)) return;
      const known = readSnapshot(this.task)?.statusKey;
      this.take(task, task, question.sentAt);
      if (this.live && known !== readSnapshot(this.task)?.statusKey) this.onAhead?.();
    } catch (error) {
      if (!this.#questions.delete(question)) return;
      this.#learned(this.#failures + 1, error);
      onFailure?.(error, this);
    }
  }

  #learned(failures: number, failure?: unknown): void {
    this.#failures = failures;
    this.#failure = failure;
    // A server that does not know it yet is well: the wait itself says how often it is asked.
    this.#rest = failures && !(failure instanceof TaskNotFoundError) ? failureDelay(failures, 0) : 0;
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
