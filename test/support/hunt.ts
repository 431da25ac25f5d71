import type { FullMessageInput, StreamEvent, Task, TaskState } from 'a2a-await';
import { OpenSteps } from '../../src/time/open-steps.js';
import { Turns } from '../../src/time/turns.js';
import { type Hunt, Pursuit } from '../../src/wait/pursuit.js';
import { taskIn } from './events.js';

/** What one question gives: the task in a state, the task, an error to reject with, or a promise of its own. */
export type Given = TaskState | Task | Error | Promise<Task>;

/** A hunt whose source answers from a script, and that keeps what it is told. */
export interface ScriptedHunt {
  hunt: Hunt;
  /** When each question came, on the monotonic clock. */
  requests: number[];
  /** What each question was given to know when nobody wants the answer any more. */
  signals: AbortSignal[];
  sent: FullMessageInput[];
  news: StreamEvent[];
  failures: unknown[];
  secondEnds: Task[];
  listenerErrors: unknown[];
  /** Of each time that somebody began to wait: fires when nobody does any more. */
  channels: AbortSignal[];
  pursue(task?: Task, startedAt?: number): Pursuit;
}

/** @param script what the questions give, for ever the last of it */
export function hunting(
  script: Given[] | ((nth: number) => Given),
  source: Partial<Pick<Hunt['source'], 'cancel' | 'sendMessage'>> = {},
): ScriptedHunt {
  const [requests, signals, channels]: [number[], AbortSignal[], AbortSignal[]] = [[], [], []];
  const kept = {
    sent: [] as FullMessageInput[],
    news: [] as StreamEvent[],
    failures: [] as unknown[],
    secondEnds: [] as Task[],
    listenerErrors: [] as unknown[],
  };
  const give =
    typeof script === 'function'
      ? script
      : (nth: number) => script[Math.min(nth, script.length - 1)] as Given;
  const hunt: Hunt = {
    source: {
      async getTask(_id, { signal } = {}) {
        requests.push(performance.now());
        if (signal) signals.push(signal);
        const given = give(requests.length - 1);
        if (given instanceof Error) throw given;
        return typeof given === 'string' ? taskIn(given) : given;
      },
      cancel: source.cancel ?? (async () => taskIn('canceled')),
      sendMessage: async (message, options) => {
        kept.sent.push(message);
        return source.sendMessage ? source.sendMessage(message, options) : taskIn('working');
      },
    },
    endpoint: 'http://agent.test/',
    open: new OpenSteps(),
    turns: new Turns(),
    onListenerError: error => kept.listenerErrors.push(error),
    attend: (_, signal) => channels.push(signal),
    onNews: event => kept.news.push(event),
    onFailure: error => kept.failures.push(error),
    onSecondEnd: second => kept.secondEnds.push(second),
  };
  const pursue = (task?: Task, startedAt?: number) => new Pursuit(hunt, 't', task, startedAt);
  return { hunt, requests, signals, channels, pursue, ...kept };
}
