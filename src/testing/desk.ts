import type { Message } from '../model/message.js';
import type { PushNotificationConfig } from '../model/push-notification.js';
import type { TaskState } from '../model/state.js';
import type { Task } from '../model/task.js';
import type { Agent } from './agent.js';
import type { Manner } from './manner.js';
import { nextTask } from './next-task.js';
import { OpenStreams } from './open-streams.js';
import type { PushSettings } from './push/options.js';
import { PushConfigs } from './push/push-configs.js';
import { Sender } from './push/sender.js';
import type { TaskRecord } from './record.js';
import { endsTurn, isOver } from './states.js';
import type { TaskStore } from './store.js';
import { follow, TaskStream, type TaskUpdate } from './task-stream.js';
import { Turn } from './turn.js';

/**
 * How long, in microtasks, a non-blocking send looks for a direct answer before it hands out the task: enough
 * for a generator's first `yield`. No timer, since a test may have faked them.
 */
const patience = 16;

/** A message that was given to the agent. */
interface Begun {
  turn: Turn;
  /** The task as it was then. */
  accepted: Task;
  /** What keeps up with the turn. */
  held: TaskRecord;
  /** Resolves when an answer that does not wait for the end can be given. */
  known: Promise<void>;
}

/** How a message is taken. */
interface Taken {
  /** The task that it continues, which must not be over. */
  record?: TaskRecord | undefined;
  /** Where to tell what becomes of it. */
  push?: PushNotificationConfig | undefined;
}

/** What a server does with messages and tasks, whatever its wire looks like. */
export class Desk {
  readonly manner: Manner;
  readonly store: TaskStore;
  readonly configs: PushConfigs;
  readonly sender: Sender;
  readonly streams = new OpenStreams();
  readonly #agent: Agent;
  readonly #push: () => PushSettings;
  readonly #running = new Set<Turn>();
  #closed = false;

  constructor(agent: Agent, manner: Manner, store: TaskStore, push: () => PushSettings) {
    this.#agent = agent;
    this.manner = manner;
    this.store = store;
    this.#push = push;
    this.configs = new PushConfigs(store.max, () => push().quirks.newId);
    this.sender = new Sender(push, this.configs, () => manner.now());
  }

  /** As it is set by now. */
  get push(): PushSettings {
    return this.#push();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws TypeError once the server is closed, be it while a request is being answered */
  demandOpen(): void {
    if (this.#closed) throw new TypeError('The reference server is closed.');
  }

  /** Gives the message to the agent, for a new task or for the one it continues. */
  async send(
    message: Message,
    { blocking, ...taken }: Taken & { blocking: boolean },
  ): Promise<Task | Message> {
    const begun = this.#begin(message, taken);
    const { turn, held } = begun;
    if (blocking) await turn.over;
    const answer = blocking ? answerOf(begun) : await this.#answerSoon(begun);
    if (this.push.early) await this.sender.settled(held.id);
    return answer;
  }

  /** The same, and tells what happens meanwhile. The agent goes on when nobody reads that any more. */
  async stream(message: Message, taken: Taken = {}): Promise<TaskStream> {
    const begun = this.#begin(message, taken, this.manner.streamed);
    const { turn, held } = begun;
    const updates = this.#follow(held, endsTurn, turn.over);
    const first = await answerSoon(begun);
    if (this.push.early) await this.sender.settled(held.id);
    return new TaskStream(first, updates);
  }

  /** The task as it is, and what follows; nothing does where it is over. */
  subscribe(record: TaskRecord): TaskStream {
    this.demandOpen();
    const task = record.snapshot();
    const turn = endsTurn(record.state) ? undefined : this.#turnOf(record);
    if (turn) turn.taskIsKnown = true;
    if (this.manner.subscribed === 'task' && !isOver(record.state)) {
      return new TaskStream(task, this.#follow(record, isOver, record.dropped));
    }
    return new TaskStream(task, turn && this.#follow(record, endsTurn, turn.over));
  }

  cancel(record: TaskRecord): Task {
    record.setStatus('canceled');
    if (this.manner.cancelStops) record.turn?.stop();
    return record.snapshot();
  }

  /** Stops every turn; their senders get an error. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    const reason = new TypeError('The reference server was closed.');
    this.streams.close(reason);
    // Those of tasks that the store holds no longer, too.
    for (const turn of running) turn.stop(reason);
    for (const record of this.store.all()) record.drop(reason);
    await Promise.allSettled([...running.map(turn => turn.over), this.sender.close()]);
  }

  #begin(message: Message, { record, push }: Taken, live?: Manner['streamed']): Begun {
    this.demandOpen();
    return record ? this.#proceed(record, message, push) : this.#open(message, push, live);
  }

  #open(
    message: Message,
    push: PushNotificationConfig | undefined,
    live: Manner['streamed'] = 'stored',
  ): Begun {
    const id = this.manner.newTaskId();
    const made = message.contextId ?? this.manner.newContextId();
    const tells = this.manner.contexts === 'always';
    const contextId = tells ? made : message.contextId;
    const { taskId: _, ...untold } = message;
    const heard: Message = tells ? { ...message, contextId: made, taskId: id } : untold;
    const record = this.store.add({
      kind: 'task',
      id,
      ...(contextId !== undefined && { contextId }),
      status: { state: 'submitted', timestamp: new Date(this.manner.now()).toISOString() },
      artifacts: [],
      history: [heard],
    });
    record.watch(update => this.sender.tell(id, update, () => record.snapshot()));
    if (push) this.configs.set(id, push);
    const accepted = record.snapshot();
    const held = live === 'stored' ? record : record.copy();
    const release = this.sender.hold(id);
    const turn = this.#start(held, heard, made, undefined);
    // So that the turn ends where the task is dropped.
    if (held !== record) hold(record, turn);
    this.sender.tell(
      id,
      accepted,
      () => accepted,
      () => !turn.direct,
    );
    return { turn, accepted, held, known: this.#know(turn, release) };
  }

  #proceed(record: TaskRecord, message: Message, push: PushNotificationConfig | undefined): Begun {
    if (push) this.configs.set(record.id, push);
    const release = this.sender.hold(record.id);
    const contextId = record.contextId ?? this.manner.newContextId();
    const heard: Message = { ...message, contextId, taskId: record.id };
    const earlier = record.snapshot();
    // A turn that has just ended may not have been cleared away yet.
    const running = endsTurn(record.state) ? undefined : this.#turnOf(record);
    // Not left at the question: a caller that does not block would take it for being asked again.
    if (!running) record.setStatus('working');
    record.hear(heard);
    const accepted = record.snapshot();
    // A message to a busy agent joins the history and is answered by what the agent is doing.
    const turn = running ?? this.#start(record, heard, contextId, earlier);
    return { turn, accepted, held: record, known: this.#know(turn, release) };
  }

  async #answerSoon(begun: Begun): Promise<Task | Message> {
    const answer = await answerSoon(begun);
    return this.manner.notAwaited === 'current' ? answerOf(begun) : answer;
  }

  /** By then it is known whether a task or a direct answer comes of it: only then may notifications go. */
  async #know(turn: Turn, release: (() => void) | undefined): Promise<void> {
    await Promise.race([turn.over, microtasks(patience)]).catch(() => {});
    if (this.push.early) release?.();
    // So that the answer is given before.
    else if (release) nextTask().then(release);
  }

  #follow(
    record: TaskRecord,
    isLast: (state: TaskState) => boolean,
    over: Promise<void>,
  ): ReadableStream<TaskUpdate> {
    return follow(record, { isLast, over, onEnd: this.streams.add() });
  }

  #turnOf(record: TaskRecord): Turn | undefined {
    return [...this.#running].find(turn => turn === record.turn);
  }

  #start(record: TaskRecord, message: Message, contextId: string, earlier: Task | undefined): Turn {
    const told = this.push.holdAgent ? () => this.sender.settled(record.id) : undefined;
    const turn = new Turn({ agent: this.#agent, record, message, contextId, earlier, told }, this.manner);
    hold(record, turn);
    this.#running.add(turn);
    const end = () => {
      this.#running.delete(turn);
      if (!turn.direct) return;
      this.sender.tell(record.id, turn.direct, () => undefined);
      this.sender.settled(record.id).then(() => this.configs.forget(record.id));
      this.store.remove(record.id);
    };
    turn.over.then(end, end);
    return turn;
  }
}

/** What became of the message. */
function answerOf({ turn, held }: Begun): Task | Message {
  return turn.direct ?? turn.failed ?? held.snapshot();
}

function hold(record: TaskRecord, turn: Turn): void {
  record.turn = turn;
  const release = () => {
    if (record.turn === turn) record.turn = undefined;
  };
  turn.over.then(release, release);
}

/** The agent's direct answer if it has one at once, else the task. */
async function answerSoon({ turn, accepted, known }: Begun): Promise<Task | Message> {
  await known;
  if (turn.direct) return turn.direct;
  turn.taskIsKnown = true;
  return accepted;
}

async function microtasks(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await undefined;
}
