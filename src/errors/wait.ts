import type { TaskState } from '../model/state.js';
import type { Task } from '../model/task.js';
import { A2AError } from './base.js';

/** What to do about a wait that ended before the task did. */
export const goOn = ' It may be at work: wait longer.';

/** `instanceof` takes an error for one about a task of this package's client; for another client's, name its type. */
type Narrows<Narrowed> = (value: unknown) => value is Narrowed;

/** The least an error needs to know of a task: any client's task has it. */
export interface TaskFacts {
  /** The task's id. */
  id: string;
  state: TaskState;
  /** The agent's own words about this state, if it said any. */
  said?: string | undefined;
}

/** A task stopped in a state that is not success. `task` is the last snapshot, of the source's own type. */
export abstract class TaskStoppedError<T = Task> extends A2AError {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskStoppedError>;
  static override readonly tag: string = 'TaskStoppedError';
  declare readonly task: T;
  declare readonly state: TaskState;

  constructor({ id, state, said }: TaskFacts, task: T, hint = '') {
    const words = `Task ${id}: ${state}${said ? `: ${said.slice(0, 500)}` : ', unexplained'}`;
    super(words.replace(/(?<![.?!])$/, '.') + hint);
    this.task = task;
    this.state = state;
  }
}

/** The agent says it failed; its own words are in the message. */
export class TaskFailedError<T = Task> extends TaskStoppedError<T> {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskFailedError>;
  static override readonly tag = 'TaskFailedError';
}

/** Somebody canceled the task. */
export class TaskCanceledError<T = Task> extends TaskStoppedError<T> {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskCanceledError>;
  static override readonly tag = 'TaskCanceledError';
}

/** The agent declined the work. */
export class TaskRejectedError<T = Task> extends TaskStoppedError<T> {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskRejectedError>;
  static override readonly tag = 'TaskRejectedError';
}

/** The agent waits for an answer (`input-required`) or for credentials (`auth-required`), and nobody gives them. */
export class TaskInterruptedError<T = Task> extends TaskStoppedError<T> {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskInterruptedError>;
  static override readonly tag = 'TaskInterruptedError';

  constructor(facts: TaskFacts, task: T) {
    super(facts, task, ' Answer, or wait with onInterrupted.');
  }
}

/**
 * What a wait needs to be taken up again later, in this process or another: plain JSON, no credentials.
 */
export interface ResumeToken {
  version: 1;
  taskId: string;
  /** When the wait began, epoch ms: give it as `startedAt`, and the schedule goes on where it was. */
  startedAt: number;
  /** Of the agent, without a query. */
  endpoint?: string;
  /** The webhook that the agent was told of. */
  webhook?: { registrationId: string; configId: string };
}

/** The wait's `timeout` ran out. The task itself goes on. `cause` is why the last question failed, if it did. */
export class WaitTimeoutError<T = Task> extends A2AError {
  declare static readonly [Symbol.hasInstance]: Narrows<WaitTimeoutError>;
  static override readonly tag = 'WaitTimeoutError';
  /** ms the wait took. */
  declare readonly waited: number;
  /** What each poll saw and how often, e.g. `{ working: 14, 'HTTP 503': 2 }`. */
  declare readonly observed: Readonly<Record<string, number>>;
  declare readonly lastTask?: T | undefined;
  /** Absent if there is no task yet: the message itself was still unanswered. */
  declare readonly token?: ResumeToken | undefined;

  constructor(
    what: string,
    details: Pick<WaitTimeoutError<T>, 'waited' | 'observed' | 'lastTask' | 'token'>,
    cause?: unknown,
    hint = goOn,
  ) {
    const seen = Object.entries(details.observed).map(([outcome, times]) => `${times} × ${outcome}`);
    super(`${what} within ${seconds(details.waited)} s (seen: ${seen.join(', ') || 'nothing'}).${hint}`, {
      cause,
    });
    Object.assign(this, details);
  }
}

/** How a wait ends that does not end well, by the state of the task. */
export const endings: Partial<Record<TaskState, new <T>(facts: TaskFacts, task: T) => TaskStoppedError<T>>> =
  {
    failed: TaskFailedError,
    canceled: TaskCanceledError,
    rejected: TaskRejectedError,
    'input-required': TaskInterruptedError,
    'auth-required': TaskInterruptedError,
  };

/** The server knew the task and now does not: it restarted, or threw the task away. */
export class TaskLostError<T = Task> extends A2AError {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskLostError>;
  static override readonly tag = 'TaskLostError';
  declare readonly lastTask: T;

  constructor(id: string, lastTask: T, cause: unknown) {
    super(`The server forgot task ${id}: send it again.`, { cause });
    this.lastTask = lastTask;
  }
}

/** The server could not be asked any more, for longer than a wait bears. `cause` is the last failure. */
export class TaskUnreachableError<T = Task> extends A2AError {
  declare static readonly [Symbol.hasInstance]: Narrows<TaskUnreachableError>;
  static override readonly tag = 'TaskUnreachableError';
  declare readonly lastTask: T | undefined;

  constructor(id: string, silence: number, lastTask: T | undefined, cause: unknown) {
    super(`Task ${id} was out of reach for ${seconds(silence)} s.${goOn}`, { cause });
    this.lastTask = lastTask;
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
