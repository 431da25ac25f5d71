import { Accumulation } from '../model/accumulate.js';
import type { Message } from '../model/message.js';
import type { Part } from '../model/part.js';
import { isInterrupted, isTerminal } from '../model/state.js';
import type { ArtifactUpdate, StreamEvent } from '../model/stream-event.js';
import { type Artifact, isMessage, isTask, type Task, type TaskStatus } from '../model/task.js';

/**
 * What a stream has told, over as many connections as it took. Decides which events are news, and makes up for what
 * passed while nobody listened. Pure: it asks nothing and waits for nothing.
 */
export class Story {
  readonly #told = new Accumulation();
  /** Parts of artifacts that a snapshot told already, and that events from before it may repeat. */
  readonly #ahead = new Map<string, string[]>();
  #hadGap = false;
  taskId: string | undefined;

  constructor(taskId?: string) {
    this.taskId = taskId;
  }

  /** All of it, as one task or message. */
  get value(): Task | Message | undefined {
    return this.#told.value;
  }

  /** Whether the task will tell nothing more. */
  get isOver(): boolean {
    const { value } = this;
    return !!value && (isMessage(value) || isTerminal(value));
  }

  /** Whether the stream may rightly end here: the task is over, or waits for somebody. */
  get mayEnd(): boolean {
    const { value } = this;
    return this.isOver || (isTask(value) && isInterrupted(value));
  }

  /** Takes an event of a connection, and says whether it is news. */
  take(event: StreamEvent): boolean {
    if (isMessage(event)) {
      if (this.isOver) return false;
    } else if (isTask(event)) {
      this.taskId ??= event.id;
      // Some tell the whole task once more when it is over; none may tell of another one.
      if (event.id !== this.taskId || (this.isOver && !isTerminal(event))) return false;
    } else {
      if (this.isOver) return false;
      this.taskId ??= event.taskId;
      // Some give a failure an id of its own.
      event.taskId = this.taskId;
      if (
        this.#hadGap &&
        (event.kind === 'artifact-update' ? this.#isAhead(event) : this.#isOld(event.status))
      )
        return false;
    }
    this.#told.add(event);
    return true;
  }

  /**
   * Takes the task as it stands after a gap; gives what was missed. States that passed meanwhile are not invented.
   *
   * @param from the stream itself, whose next events come after it; or the store, asked meanwhile
   */
  catchUp(task: Task, from: 'stream' | 'store'): StreamEvent[] {
    this.#hadGap = true;
    this.#ahead.clear();
    if (!this.value) return this.take(task) ? [task] : [];
    if (task.id !== this.taskId || this.isOver) return [];
    const of = { taskId: task.id, ...(task.contextId !== undefined && { contextId: task.contextId }) };
    const missed: StreamEvent[] = [];
    for (const artifact of task.artifacts) {
      const update = this.#missedOf(artifact, isTerminal(task));
      if (!update) continue;
      missed.push({ ...update, ...of });
      if (from === 'store') this.#ahead.set(artifact.artifactId, update.artifact.parts.map(print));
    }
    const { status } = task;
    const final = isTerminal(status.state) || isInterrupted(status.state);
    if (!this.#isOld(status)) missed.push({ kind: 'status-update', ...of, status, final });
    for (const event of missed) this.#told.add(event);
    return missed;
  }

  /** What a stored artifact has beyond what was told; all of it where the two do not fit. */
  #missedOf(artifact: Artifact, isLast: boolean): Omit<ArtifactUpdate, 'taskId'> | undefined {
    const told = this.#told.artifact(artifact.artifactId)?.parts;
    const update = { kind: 'artifact-update', append: false, lastChunk: isLast } as const;
    if (!told) return { ...update, artifact };
    const common = Math.min(told.length, artifact.parts.length);
    for (let index = 0; index < common; index += 1) {
      if (print(told[index]) !== print(artifact.parts[index])) return { ...update, artifact };
    }
    // A store may lag behind the stream.
    const parts = artifact.parts.slice(common);
    return parts.length > 0 ? { ...update, append: true, artifact: { ...artifact, parts } } : undefined;
  }

  /** Whether a snapshot told these parts already, because it was taken after they were sent. */
  #isAhead({ artifact, append }: ArtifactUpdate): boolean {
    const { artifactId, parts } = artifact;
    const ahead = this.#ahead.get(artifactId) ?? [];
    const came = parts.map(print);
    const at = ahead.findIndex((_, index) => came.every((each, n) => each === ahead[index + n]));
    const repeats = append ? at >= 0 : at === 0;
    // What comes after it in the snapshot may be repeated too, but nothing else.
    this.#ahead.set(artifactId, repeats ? ahead.slice(at + came.length) : []);
    return repeats;
  }

  /** Whether a status is the one that was told last, or from before it. */
  #isOld(status: TaskStatus): boolean {
    // An end is always news, whatever a clock says.
    if (!isTask(this.value) || isTerminal(status.state)) return false;
    const { status: told } = this.value;
    const [then, since] = [instant(told.timestamp), instant(status.timestamp)];
    if (then !== undefined && since !== undefined && then !== since) return since < then;
    if (print(status) === print(told)) return true;
    return status.state === 'submitted' && told.state !== 'submitted';
  }
}

/** Same print, same content. */
function print(value: Part | TaskStatus | undefined): string {
  return JSON.stringify(value);
}

/** A timestamp as a number that is later for a later one, to the microsecond; undefined for none. */
function instant(timestamp: string | undefined): number | undefined {
  if (timestamp === undefined) return undefined;
  const ms = Date.parse(timestamp);
  if (Number.isNaN(ms)) return undefined;
  // Dates stop at milliseconds.
  const beyond = /\.\d{3}(\d{1,3})/.exec(timestamp)?.[1] ?? '';
  return ms * 1_000 + Number(beyond.padEnd(3, '0'));
}
