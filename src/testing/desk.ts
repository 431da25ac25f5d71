import type { Message } from '../model/message.js';
import type { Task } from '../model/task.js';
import type { Agent } from './agent.js';
import type { Manner } from './manner.js';
import type { TaskRecord } from './record.js';
import { endsTurn } from './states.js';
import type { TaskStore } from './store.js';
import { follow, TaskStream, type TaskUpdate } from './task-stream.js';
import { Turn } from './turn.js';

/**
 * How long, in microtasks, a non-blocking send looks for a direct answer before it hands out the task: enough
 * for a generator's first `yield`. No timer, since a test may have faked them.
 */
const patience = 16;

/** What a server does with messages and tasks, whatever its wire looks like. */
export class Desk {
  readonly store: TaskStore;
  readonly #agent: Agent;
  readonly #manner: Manner;
  readonly #running = new Set<Turn>();
  #openStreams = 0;
  #closed = false;

  constructor(agent: Agent, manner: Manner, store: TaskStore) {
    this.#agent = agent;
    this.#manner = manner;
    this.store = store;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many streams still follow a task. */
  get openStreams(): number {
    return this.#openStreams;
  }

  /** Gives the message to the agent: for a new task, or for the record it continues, which must not be over. */
  async send(
    message: Message,
    { blocking, record }: { blocking: boolean; record?: TaskRecord | undefined },
  ): Promise<Task | Message> {
    const [turn, accepted, held] = record ? this.#proceed(record, message) : this.#open(message);
    if (!blocking) return answerSoon(turn, accepted);
    await turn.over;
    return turn.direct ?? held.snapshot();
  }

  /** The same, and tells what happens meanwhile. The agent goes on when nobody reads that any more. */
  async stream(message: Message, record?: TaskRecord): Promise<TaskStream> {
    const [turn, accepted, held] = record
      ? this.#proceed(record, message)
      : this.#open(message, this.#manner.streamed);
    const updates = this.#follow(held, turn);
    return new TaskStream(await answerSoon(turn, accepted), updates);
  }

  /** The task as it is, and what follows; nothing does where no agent is at work. */
  subscribe(record: TaskRecord): TaskStream {
    const task = record.snapshot();
    const turn = endsTurn(record.state) ? undefined : this.#turnOf(record);
    if (!turn) return new TaskStream(task);
    turn.taskIsKnown = true;
    return new TaskStream(task, this.#follow(record, turn));
  }

  cancel(record: TaskRecord): Task {
    record.setStatus('canceled');
    if (this.#manner.cancelStops) record.turn?.stop();
    return record.snapshot();
  }

  /** Stops every turn; their senders get an error. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    for (const turn of running) turn.stop(new TypeError('The reference server was closed.'));
    await Promise.allSettled(running.map(turn => turn.over));
  }

  #open(message: Message, live: Manner['streamed'] = 'stored'): [Turn, Task, TaskRecord] {
    const id = this.#manner.newTaskId();
    const made = message.contextId ?? crypto.randomUUID();
    const tells = this.#manner.contexts === 'always';
    const contextId = tells ? made : message.contextId;
    const { taskId: _, ...untold } = message;
    const heard: Message = tells ? { ...message, contextId: made, taskId: id } : untold;
    const record = this.store.add({
      kind: 'task',
      id,
      ...(contextId !== undefined && { contextId }),
      status: { state: 'submitted', timestamp: new Date().toISOString() },
      artifacts: [],
      history: [heard],
    });
    const accepted = record.snapshot();
    const held = live === 'stored' ? record : record.copy();
    const turn = this.#start(held, heard, made, undefined);
    // So that the turn ends where the task is dropped.
    if (held !== record) hold(record, turn);
    return [turn, accepted, held];
  }

  #proceed(record: TaskRecord, message: Message): [Turn, Task, TaskRecord] {
    const contextId = record.contextId ?? crypto.randomUUID();
    const heard: Message = { ...message, contextId, taskId: record.id };
    const earlier = record.snapshot();
    // A turn that has just ended may not have been cleared away yet.
    const running = endsTurn(record.state) ? undefined : this.#turnOf(record);
    // Not left at the question: a caller that does not block would take it for being asked again.
    if (!running) record.setStatus('working');
    record.hear(heard);
    const accepted = record.snapshot();
    // A message to a busy agent joins the history and is answered by what the agent is doing.
    return [running ?? this.#start(record, heard, contextId, earlier), accepted, record];
  }

  #follow(record: TaskRecord, turn: Turn): ReadableStream<TaskUpdate> {
    this.#openStreams++;
    return follow(record, turn.over, () => {
      this.#openStreams--;
    });
  }

  #turnOf(record: TaskRecord): Turn | undefined {
    return [...this.#running].find(turn => turn === record.turn);
  }

  #start(record: TaskRecord, message: Message, contextId: string, earlier: Task | undefined): Turn {
    const turn = new Turn({ agent: this.#agent, record, message, contextId, earlier }, this.#manner);
    hold(record, turn);
    this.#running.add(turn);
    const end = () => {
      this.#running.delete(turn);
      if (turn.direct) this.store.remove(record.id);
    };
    turn.over.then(end, end);
    return turn;
  }
}

function hold(record: TaskRecord, turn: Turn): void {
  record.turn = turn;
  const release = () => {
    if (record.turn === turn) record.turn = undefined;
  };
  turn.over.then(release, release);
}

/** The agent's direct answer if it has one at once, else the task. */
async function answerSoon(turn: Turn, accepted: Task): Promise<Task | Message> {
  await Promise.race([turn.over, microtasks(patience)]).catch(() => {});
  if (turn.direct) return turn.direct;
  turn.taskIsKnown = true;
  return accepted;
}

async function microtasks(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await undefined;
}
