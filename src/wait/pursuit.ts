import type { ResumeToken } from '../errors/wait.js';
import { isTerminal } from '../model/state.js';
import type { StreamEvent } from '../model/stream-event.js';
import type { Task } from '../model/task.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { onAbort, within } from '../time/within.js';
import { isOutdated } from './merge.js';
import { scheduleOption, type WaitOptions } from './options.js';
import { readSnapshot } from './snapshot.js';
import type { TaskSource } from './source.js';
import { waitUntilStopped } from './wait.js';

/** What a pursuit needs of the client that began it. */
export interface Hunt {
  /** Asks once, without retries and deadline. */
  source: Required<TaskSource<Task>>;
  /** Of the agent, for tokens. */
  endpoint: string;
  open: OpenSteps;
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
  /** Whether something brings news by itself. */
  isLive = false;
  /** Called when asking learned something while the news comes by itself. */
  onAhead: (() => void) | undefined;
  /** The webhook that the agent was told of. */
  webhook: ResumeToken['webhook'];
  readonly #hunt: Hunt;
  /** Counts what was learned, failures too. */
  #version = 0;
  #failure: { error: unknown } | undefined;
  #question: Question | undefined;
  /** When what is known was learned. */
  #knownAt = -Infinity;
  /** When there was an answer, good or bad. */
  #answeredAt = -Infinity;
  #attendants = 0;
  #leave: AbortController | undefined;
  #news: Promise<void>;
  #tell!: () => void;
  readonly #listeners = new Set<(event: StreamEvent) => void>();

  constructor(hunt: Hunt, taskId: string, task?: Task, startedAt = Date.now()) {
    this.#hunt = hunt;
    this.taskId = taskId;
    this.task = task;
    this.startedAt = startedAt;
    if (task) this.#answeredAt = now();
    this.#news = this.#nextNews();
  }

  /** Resolves when something was learned. */
  get news(): Promise<void> {
    return this.#news;
  }

  get isOver(): boolean {
    return !!this.task && isTerminal(this.task);
  }

  /** Ends every pause: who finds nothing new then asks. */
  wake(): void {
    const tell = this.#tell;
    this.#news = this.#nextNews();
    tell();
  }

  /**
   * Takes what was learned of the task, unless something newer is known.
   *
   * @param event how it was told
   * @param begun when it was asked for, or told
   */
  take(task: Task, event: StreamEvent = task, begun = now()): void {
    const { task: known } = this;
    if (known && isTerminal(known)) {
      if (isTerminal(task) && task.status.state !== known.status.state) this.#hunt.onSecondEnd?.(task, this);
    } else if (!known || !isOutdated(task, begun, known, this.#knownAt)) {
      const isNews = event !== task || readSnapshot(known)?.print !== readSnapshot(task)?.print;
      this.task = task;
      this.#knownAt = now();
      if (isNews) this.tell(event);
    }
    this.#learned(undefined);
  }

  /** Passes an event on; what waits is not woken. */
  tell(event: StreamEvent): void {
    this.#hunt.onNews?.(event, this);
    for (const listener of this.#listeners) listener(event);
  }

  /**
   * Asks how the task stands, together with whoever else does just now.
   *
   * @param pause ms; how long after the last answer at the earliest
   */
  async ask(signal?: AbortSignal, pause = 0): Promise<Task> {
    const question = this.#question ?? this.#begin(Math.max(0, this.#answeredAt + pause - now()));
    question.askers += 1;
    if (pause === 0) question.hurry();
    const leave =
      signal &&
      onAbort(signal, () => {
        question.askers -= 1;
        if (question.askers === 0) question.stop.abort();
      });
    await question.answered;
    leave?.();
    return this.#result();
  }

  /** Waits as `waitForCompletion` does. */
  async wait(options: WaitOptions): Promise<Task> {
    const polling = scheduleOption(options.schedule ?? 'balanced');
    const { source, open, onListenerError } = this.#hunt;
    let seen = this.#version;
    const schedule = {
      minimum: polling.minimum,
      interval: (poll: { age: number; attempt: number }) =>
        this.isLive ? safety(poll.age) : polling.interval(poll),
    };
    const view: TaskSource<Task> = {
      ...source,
      getTask: async (_id, { signal } = {}) => {
        const task =
          this.#version === seen ? await this.ask(signal, polling.minimum).catch(() => undefined) : undefined;
        seen = this.#version;
        return task ?? this.#result();
      },
    };
    const awaken = () => (this.#version === seen ? this.#news : Promise.resolve());
    const start = { snapshot: this.task, startedAt: this.startedAt, awaken, open, onListenerError };
    return this.attend(() => waitUntilStopped(view, this.taskId, { ...options, schedule }, start));
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

  #begin(pause: number): Question {
    const { source, open, onFailure } = this.#hunt;
    const stop = new AbortController();
    let hurry = () => {};
    const hurried = new Promise<void>(resolve => {
      hurry = resolve;
    });
    let begun = 0;
    const asked = within(pause, stop.signal, () => hurried, open).then(() => {
      begun = now();
      return source.getTask(this.taskId, { signal: stop.signal });
    });
    const answered = asked
      .then(
        task => {
          const known = this.task?.status.state;
          this.take(task, task, begun);
          if (this.isLive && known !== this.task?.status.state) this.onAhead?.();
        },
        error => {
          this.#learned({ error });
          onFailure?.(error, this);
        },
      )
      .finally(() => {
        this.#question = undefined;
      });
    this.#question = { answered, askers: 0, stop, hurry };
    return this.#question;
  }

  #learned(failure: { error: unknown } | undefined): void {
    this.#failure = failure;
    this.#answeredAt = now();
    this.#version += 1;
    this.wake();
  }

  #result(): Task {
    if (this.#failure) throw this.#failure.error;
    return this.task as Task;
  }

  #nextNews(): Promise<void> {
    return new Promise(resolve => {
      this.#tell = resolve;
    });
  }
}
