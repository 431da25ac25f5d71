import type { Message } from './message.js';
import type { Part } from './part.js';
import type { StreamEvent } from './stream-event.js';
import { type Artifact, isMessage, isTask, type Task } from './task.js';

/** Its own list of parts, to add to. */
function copied(artifact: Artifact): Artifact {
  return { ...artifact, parts: [...artifact.parts] };
}

/**
 * Folds events into what they tell of, one after the other, in time linear in the data. The events are left as they
 * are; `value` is one object that grows.
 */
export class Accumulation {
  /** The task, or the direct message; `undefined` until something came. */
  value: Task | Message | undefined;
  #artifacts = new Map<string, Artifact>();
  #messages = new Set<string>();

  add(event: StreamEvent): void {
    if (isMessage(event)) {
      // Beside a task it is something the agent said meanwhile.
      if (isTask(this.value)) this.#remember(this.value, event);
      else this.value = event;
      return;
    }
    if (isTask(event)) {
      const artifacts = event.artifacts.map(copied);
      this.value = { ...event, artifacts, history: [...event.history] };
      this.#artifacts = new Map(artifacts.map(artifact => [artifact.artifactId, artifact]));
      this.#messages = new Set(event.history.map(message => message.messageId));
      return;
    }
    const task = this.#taskOf(event.taskId, event.contextId);
    if (event.kind === 'artifact-update') {
      this.#put(task, event.artifact, event.append);
      return;
    }
    task.status = event.status;
    if (event.status.message) this.#remember(task, event.status.message);
  }

  artifact(id: string): Artifact | undefined {
    return this.#artifacts.get(id);
  }

  /** Some streams never tell the task as a whole; one that makes something is at work. */
  #taskOf(id: string, contextId: string | undefined): Task {
    if (!isTask(this.value)) {
      this.value = { kind: 'task', id, status: { state: 'working' }, artifacts: [], history: [] };
      if (contextId !== undefined) this.value.contextId = contextId;
    }
    return this.value;
  }

  #put(task: Task, artifact: Artifact, append: boolean): void {
    const known = this.#artifacts.get(artifact.artifactId);
    if (!known) {
      const added = copied(artifact);
      this.#artifacts.set(artifact.artifactId, added);
      task.artifacts.push(added);
      return;
    }
    const parts = append ? known.parts : [];
    // Not spread: there may be more parts than a call can have arguments.
    for (const part of artifact.parts) parts.push(part);
    Object.assign(known, artifact, { parts });
  }

  #remember(task: Task, message: Message): void {
    if (this.#messages.has(message.messageId)) return;
    this.#messages.add(message.messageId);
    task.history.push(message);
  }
}

/**
 * Folds a stream into the task it tells of, or the agent's direct answer: statuses replace each other, artifacts grow
 * by their chunks, messages are gathered by their ids. A task that failed is given like any other: look at its state.
 *
 * @param events of `client.streamMessage` or `client.subscribe`, or any others
 * @throws TypeError (rejects) if there are none; whatever the stream throws
 * @example const task = await accumulate(client.streamMessage('Write the report'))
 */
export async function accumulate(
  events: AsyncIterable<StreamEvent> | Iterable<StreamEvent>,
): Promise<Task | Message> {
  const accumulation = new Accumulation();
  for await (const event of events) accumulation.add(event);
  if (!accumulation.value) throw new TypeError('There were no events to accumulate.');
  return accumulation.value;
}

/**
 * The text of a stream, piece by piece as it comes: of the artifacts' chunks, or of the direct answer. What the agent
 * says about its progress is not in it, nor how the task ended: one that failed, or asks, ends the text without an
 * error. To know, gather the events on the side and look at the state that `accumulate` gives.
 *
 * @throws whatever the stream throws
 * @example for await (const piece of textDeltas(client.streamMessage('Tell me a story'))) process.stdout.write(piece)
 */
export async function* textDeltas(
  events: AsyncIterable<StreamEvent> | Iterable<StreamEvent>,
): AsyncGenerator<string, void, undefined> {
  /** The text of each artifact so far. */
  const told = new Map<string, string>();
  let isTaskTold = false;
  /** What is new in an artifact that is told as a whole: all of it, unless it goes on from what was told before. */
  const whole = ({ artifactId, parts }: Artifact) => {
    const before = told.get(artifactId) ?? '';
    const text = textIn(parts);
    told.set(artifactId, text);
    return text.startsWith(before) ? text.slice(before.length) : text;
  };
  for await (const event of events) {
    let pieces: string[] = [];
    isTaskTold ||= !isMessage(event);
    // Beside a task a message is about its progress.
    if (isMessage(event)) pieces = isTaskTold ? [] : [textIn(event.parts)];
    else if (isTask(event)) pieces = event.artifacts.map(whole);
    else if (event.kind === 'artifact-update' && !event.append) pieces = [whole(event.artifact)];
    else if (event.kind === 'artifact-update') {
      const { artifactId, parts } = event.artifact;
      const text = textIn(parts);
      told.set(artifactId, (told.get(artifactId) ?? '') + text);
      pieces = [text];
    }
    for (const piece of pieces) if (piece) yield piece;
  }
}

function textIn(parts: readonly Part[]): string {
  return parts.map(part => (part.kind === 'text' ? part.text : '')).join('');
}
