import type { Message } from '../model/message.js';
import type { Part } from '../model/part.js';
import type { TaskState } from '../model/state.js';
import type { Artifact, Task } from '../model/task.js';
import type { AgentStep } from './agent.js';
import type { Manner } from './manner.js';
import type { TaskUpdate, Watchable } from './task-stream.js';

/** Is told of each change of a record, and says which one of the whole store it is. */
type OnChange = (record: TaskRecord, what: 'status' | 'other') => number;

/** A stored task, and what may happen to it. */
export class TaskRecord implements Watchable {
  /** The turn that is running, if any: all a record needs to know of it is how to end it. */
  turn: { stop(reason?: Error): void } | undefined;
  /** Grows with each change in the whole store: what changed last has the greatest. */
  changed = 0;
  /** The same, of the last change of its status. */
  statusChanged = 0;
  /** The time of its status, in ms since 1970: lists compare it too often for it to be read each time. */
  statusTime: number;
  readonly #task: Task;
  readonly #manner: Manner;
  readonly #onChange: OnChange;
  #dropped: { promise: Promise<void>; reject(reason: Error): void } | undefined;
  readonly #watchers = new Set<(update: TaskUpdate) => void>();

  constructor(task: Task, manner: Manner, onChange: OnChange) {
    this.#task = task;
    this.#manner = manner;
    this.#onChange = onChange;
    this.statusTime = Date.parse(task.status.timestamp ?? '');
    this.#changed('status');
  }

  get id(): string {
    return this.#task.id;
  }

  get contextId(): string | undefined {
    return this.#task.contextId;
  }

  get state(): TaskState {
    return this.#task.status.state;
  }

  snapshot(): Task {
    return structuredClone(this.#task);
  }

  /** The task without a copy of what is in it: for lists, which write it at once, and a hundred at a time. */
  view(): Task {
    return { ...this.#task, status: { ...this.#task.status } };
  }

  /** Rejects when the task is dropped, or the server closes, and never resolves. */
  get dropped(): Promise<void> {
    this.#dropped ??= deferred();
    return this.#dropped.promise;
  }

  /** Ends the turn that is running, and whatever follows the task. */
  drop(reason: Error): void {
    this.turn?.stop(reason);
    this.#dropped?.reject(reason);
  }

  /** A record of the same task, unknown to the store: what happens to it is soon forgotten. */
  copy(): TaskRecord {
    return new TaskRecord(this.snapshot(), this.#manner, this.#onChange);
  }

  /** Tells of each change from now on, until the function it returns is called. */
  watch(watcher: (update: TaskUpdate) => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  hear(message: Message): void {
    this.#task.history.push(message);
    this.#changed('other');
  }

  /** With what the agent threw, if that is why. */
  setStatus(state: TaskState, parts?: readonly Part[], why: { cause?: unknown } = {}): void {
    const task = this.#task;
    const { history } = this.#manner;
    if (history === 'statuses' && task.status.message) task.history.push(task.status.message);
    if (history === 'answers' && state === 'completed') this.#logAnswer(parts);
    const now = new Date(this.#manner.now());
    task.status = {
      state,
      ...(parts && { message: this.say(parts) }),
      timestamp: now.toISOString(),
    };
    if (history === 'at-once' && task.status.message) task.history.push(task.status.message);
    this.statusTime = now.getTime();
    this.#changed('status');
    // Followers are then broken off by the end of the turn.
    if ('cause' in why && this.#manner.throwInStream === 'at-once') return;
    this.#tell({ kind: 'status-update', ...this.#ids(), status: structuredClone(task.status), ...why });
  }

  /** What a throw made of the task. One with another id is told to those who follow this one, and not stored. */
  fail(failed: Task): void {
    const { id, contextId, status, history, metadata } = structuredClone(failed);
    const told = metadata && { metadata };
    if (id === this.id) {
      Object.assign(this.#task, { status, history, ...told });
      this.statusTime = Date.parse(status.timestamp ?? '');
      this.#changed('status');
    }
    const context = contextId === undefined ? {} : { contextId };
    this.#tell({ kind: 'status-update', taskId: id, ...context, status, ...told });
  }

  addArtifact({ artifact, append, lastChunk }: AgentStep & { kind: 'artifact' }): void {
    const { artifacts } = this.#task;
    const last = append ? artifacts.at(-1)?.artifactId : undefined;
    const artifactId = artifact.artifactId ?? last ?? this.#manner.newArtifactId();
    const made: Artifact = structuredClone({ ...artifact, artifactId });
    const at = artifacts.findIndex(existing => existing.artifactId === artifactId);
    const existing = artifacts[at];
    if (!existing) artifacts.push(made);
    // Chunks stay separate parts, as in every server that was recorded.
    else artifacts[at] = append ? { ...existing, ...made, parts: [...existing.parts, ...made.parts] } : made;
    const chunk = structuredClone(made);
    this.#changed('other');
    this.#tell({ kind: 'artifact-update', ...this.#ids(), artifact: chunk, append, lastChunk });
  }

  /** A message of the agent's within this task. */
  say(parts: readonly Part[]): Message {
    const { id, contextId } = this.#task;
    return {
      kind: 'message',
      messageId: this.#manner.newMessageId(),
      role: 'agent',
      parts: structuredClone([...parts]),
      ...(this.#manner.contexts === 'always' && contextId !== undefined && { contextId }),
      taskId: id,
    };
  }

  #changed(what: 'status' | 'other'): void {
    this.changed = this.#onChange(this, what);
    if (what === 'status') this.statusChanged = this.changed;
  }

  #tell(update: TaskUpdate): void {
    for (const watcher of this.#watchers) watcher(update);
  }

  #ids(): { taskId: string; contextId?: string } {
    const { id, contextId } = this.#task;
    return { taskId: id, ...(contextId !== undefined && { contextId }) };
  }

  #logAnswer(parts: readonly Part[] = []): void {
    const answer = this.#task.artifacts.flatMap(artifact => artifact.parts);
    if (answer.length > 0 || parts.length > 0) {
      this.#task.history.push(this.say(answer.length > 0 ? answer : parts));
    }
  }
}

function deferred(): { promise: Promise<void>; reject(reason: Error): void } {
  let reject = (_reason: Error) => {};
  const promise = new Promise<void>((_, fail) => {
    reject = fail;
  });
  // Nobody may be waiting for it.
  promise.catch(() => {});
  return { promise, reject };
}
