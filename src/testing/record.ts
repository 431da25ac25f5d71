import type { Message } from '../model/message.js';
import type { Part } from '../model/part.js';
import type { TaskState } from '../model/state.js';
import type { Artifact, Task } from '../model/task.js';
import type { AgentStep } from './agent.js';
import type { Manner } from './manner.js';

/** A stored task, and what may happen to it. */
export class TaskRecord {
  /** The turn that is running, if any: all a record needs to know of it is how to end it. */
  turn: { stop(reason?: Error): void } | undefined;
  /** Grows with each change in the whole store: what changed last has the greatest. */
  changed = 0;
  readonly #task: Task;
  readonly #manner: Manner;
  readonly #tick: () => number;

  constructor(task: Task, manner: Manner, tick: () => number) {
    this.#task = task;
    this.#manner = manner;
    this.#tick = tick;
    this.changed = tick();
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

  get timestamp(): string | undefined {
    return this.#task.status.timestamp;
  }

  snapshot(): Task {
    return structuredClone(this.#task);
  }

  hear(message: Message): void {
    this.#task.history.push(message);
    this.changed = this.#tick();
  }

  setStatus(state: TaskState, parts?: readonly Part[]): void {
    const task = this.#task;
    if (this.#manner.history === 'statuses' && task.status.message) task.history.push(task.status.message);
    if (this.#manner.history === 'answers' && state === 'completed') this.#logAnswer(parts);
    task.status = {
      state,
      ...(parts && { message: this.say(parts) }),
      timestamp: new Date().toISOString(),
    };
    this.changed = this.#tick();
  }

  addArtifact({ artifact, append }: AgentStep & { kind: 'artifact' }): void {
    const { artifacts } = this.#task;
    const last = append ? artifacts.at(-1)?.artifactId : undefined;
    const artifactId = artifact.artifactId ?? last ?? this.#manner.newArtifactId();
    const made: Artifact = structuredClone({ ...artifact, artifactId });
    const at = artifacts.findIndex(existing => existing.artifactId === artifactId);
    const existing = artifacts[at];
    if (!existing) artifacts.push(made);
    // Chunks stay separate parts, as in every server that was recorded.
    else artifacts[at] = append ? { ...existing, ...made, parts: [...existing.parts, ...made.parts] } : made;
    this.changed = this.#tick();
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

  #logAnswer(parts: readonly Part[] = []): void {
    const answer = this.#task.artifacts.flatMap(artifact => artifact.parts);
    if (answer.length > 0 || parts.length > 0) {
      this.#task.history.push(this.say(answer.length > 0 ? answer : parts));
    }
  }
}
