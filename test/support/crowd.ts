import type { Settled, Task, TaskState } from 'a2a-await';
import { OpenSteps } from '../../src/time/open-steps.js';
import { Turns } from '../../src/time/turns.js';
import { type Hunt, Pursuit } from '../../src/wait/pursuit.js';
import { Pursuits } from '../../src/wait/pursuits.js';
import { type ListPage, Sweep } from '../../src/wait/sweep.js';
import { type Outcome, watched } from './settling.js';

/** A completed one has an artifact. */
export function task(id: string, state: TaskState = 'working', at?: number): Task {
  const timestamp = at === undefined ? undefined : new Date(at).toISOString();
  return {
    kind: 'task',
    id,
    status: { state, ...(timestamp && { timestamp }) },
    artifacts: state === 'completed' ? [{ artifactId: 'a', parts: [] }] : [],
    history: [],
  };
}

export const ids = (count: number, from = 0) => Array.from({ length: count }, (_, nth) => `t${from + nth}`);

/** Rejects when the signal fires, and never else. */
export const hang = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** How a server answers that has many tasks. */
export interface Agent {
  get: (id: string, signal?: AbortSignal) => Promise<Task>;
  list?: ListPage;
  cancel?: (id: string, signal?: AbortSignal) => Promise<Task>;
  send?: (id: string) => Promise<Task>;
}

/** What a crowd of waits needs of a client, and what it asks. */
export function world(agent: Agent) {
  const open = new OpenSteps();
  const gets: { id: string; at: number }[] = [];
  const lists: number[] = [];
  const list: ListPage = (query, options) => {
    lists.push(performance.now());
    return agent.list
      ? agent.list(query, options)
      : Promise.reject(Object.assign(new Error('none'), { code: -32601 }));
  };
  const sweep = new Sweep(list, open);
  const pursuits = new Pursuits(sweep);
  const hunt: Hunt & { sweep: Sweep } = {
    source: {
      getTask: (id, { signal } = {}) => {
        gets.push({ id, at: performance.now() });
        return agent.get(id, signal);
      },
      cancel: async (id, { signal } = {}) => (agent.cancel ? agent.cancel(id, signal) : task(id, 'canceled')),
      sendMessage: async ({ taskId = '' }) => (agent.send ? agent.send(taskId) : task(taskId)),
    },
    endpoint: 'http://agent.test/',
    open,
    turns: new Turns(),
    sweep,
    attend: (pursuit, signal) => pursuits.add(pursuit, signal),
    onListenerError: () => {},
  };
  const pursue = (id: string, known?: Task, startedAt?: number) =>
    pursuits.get(id) ?? new Pursuit(hunt, id, known, startedAt);
  return { hunt, gets, lists, pursue, open };
}

/** What has settled so far, and how it ends. */
export function gather(all: AsyncIterable<Settled>): { settled: Settled[]; outcome: Outcome<void> } {
  const settled: Settled[] = [];
  const outcome = watched(
    (async () => {
      for await (const each of all) settled.push(each);
    })(),
  );
  return { settled, outcome };
}
