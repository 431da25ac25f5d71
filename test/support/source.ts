import type { TaskLike, TaskSource } from 'a2a-await';

/** A task as small as a wait can read. */
export interface PlainTask extends TaskLike {
  id: string;
  status: { state: string | number; timestamp?: string; message?: unknown };
}

export function plainTask(state: string | number, more: { timestamp?: string; id?: string } = {}): PlainTask {
  const { id = 'task-1', timestamp } = more;
  return { id, status: { state, ...(timestamp === undefined ? {} : { timestamp }) } };
}

/** What one poll gives: a state, a task, an error to reject with, or a promise of its own. */
export type Answer = string | number | PlainTask | Error | Promise<PlainTask>;

export interface ScriptedSource extends TaskSource<PlainTask> {
  /** When each poll came, on the monotonic clock. */
  readonly polls: number[];
  /** The signals that the polls were given. */
  readonly signals: AbortSignal[];
}

/** A source that answers from a script, and for ever with the last answer. */
export function scripted(...script: [Answer, ...Answer[]]): ScriptedSource {
  return answering(poll => script[Math.min(poll, script.length - 1)] as Answer);
}

/** A source whose answers are made up for each poll, from 0. */
export function answering(answer: (poll: number) => Answer): ScriptedSource {
  const polls: number[] = [];
  const signals: AbortSignal[] = [];
  return {
    polls,
    signals,
    async getTask(_id, options) {
      polls.push(performance.now());
      if (options?.signal) signals.push(options.signal);
      const next = answer(polls.length - 1);
      if (next instanceof Error) throw next;
      return typeof next === 'string' || typeof next === 'number' ? plainTask(next) : next;
    },
  };
}

/** An error with the members that clients give theirs. */
export function failure(members: Record<string, unknown>, message = 'it failed'): Error {
  return Object.assign(new Error(message), members);
}

export function never<T = never>(): Promise<T> {
  return new Promise<T>(() => {});
}
