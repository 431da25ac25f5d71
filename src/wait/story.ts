import { Accumulation } from '../model/accumulate.js';
import type { Part } from '../model/part.js';
import { isStopped, isTerminal } from '../model/state.js';
import type { ArtifactUpdate, StatusUpdate, StreamEvent } from '../model/stream-event.js';
import { type Artifact, isMessage, isTask, type Task, type TaskStatus } from '../model/task.js';

/**
 * What a stream has told, over as many connections as it took. Decides which events are news, and makes up for what
 * passed while nobody listened. Pure: it asks nothing and waits for nothing.
 */
export class Story extends Accumulation {
  /** Parts of artifacts that a snapshot told already, and that events from before it may repeat. */
  readonly #ahead = new Map<string, { parts: string[]; at: number }>();
  #hadGap = false;
  #hadAfterword = false;
  taskId: string | undefined;

  constructor(taskId?: string) {
    super();
    this.taskId = taskId;
  }

  /** Whether the task will tell nothing more. */
  get isOver(): boolean {
    const { value } = this;
    return isTask(value) ? isTerminal(value) : !!value;
  }

  /** Whether the agent waits for an answer. (Credentials may come by another way, and it goes on by itself.) */
  get isAsking(): boolean {
    return isTask(this.value) && this.value.status.state === 'input-required';
  }

  /** Whether the stream may rightly end here: the task is over, or waits for somebody. */
  get mayEnd(): boolean {
    const { value } = this;
    return isTask(value) ? isStopped(value) : !!value;
  }

  /** From here on events may repeat what was told. */
  beginGap(): void {
    this.#hadGap = true;
  }

  /** Takes an event of a connection, and says whether it is news. */
  take(event: StreamEvent): boolean {
    if (isMessage(event)) {
      if (this.isOver) return false;
    } else if (isTask(event)) {
      this.taskId ??= event.id;
      // None may tell of another task.
      if (event.id !== this.taskId || (this.isOver && !this.#isAfterword(event))) return false;
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
    this.add(event);
    return true;
  }

  /** Some tell the whole task once more when it is over; once is enough. */
  #isAfterword(task: Task): boolean {
    const isIt = !this.#hadAfterword && isTask(this.value) && this.value.status.state === task.status.state;
    this.#hadAfterword ||= isIt;
    return isIt;
  }

  /**
   * Takes the task as it stands after a gap; gives what was missed. States that passed meanwhile are not invented.
   *
   * @param from the stream itself, whose next events come after it; or the store, asked meanwhile
   */
  catchUp(task: Task, from: 'stream' | 'store' = 'store'): StreamEvent[] {
    if (!this.value) {
      if (!this.take(task)) return [];
      if (from === 'store')
        for (const { artifactId, parts } of task.artifacts) this.#expect(artifactId, parts);
      return [task];
    }
    this.#hadGap = true;
    this.#ahead.clear();
    if (task.id !== this.taskId || this.isOver) return [];
    const missed: StreamEvent[] = this.#missedOf(task, from);
    const { status } = task;
    if (this.#isOld(status)) return missed;
    const update: StatusUpdate = { kind: 'status-update', ...partOf(task), status, final: isStopped(task) };
    this.add(update);
    return [...missed, update];
  }

  /** Takes what the stored task has made beyond what was told; the end itself is for the stream to tell. */
  complete(task: Task): StreamEvent[] {
    return task.id === this.taskId ? this.#missedOf(task) : [];
  }

  /** Takes what artifacts have beyond what was told of them. */
  #missedOf(task: Task, from: 'stream' | 'store' = 'store'): ArtifactUpdate[] {
    return task.artifacts.flatMap(artifact => {
      const missed = this.#missedOfArtifact(artifact, isTerminal(task));
      if (!missed) return [];
      const update = { ...missed, ...partOf(task) };
      this.add(update);
      if (from === 'store') this.#expect(artifact.artifactId, update.artifact.parts);
      return update;
    });
  }

  /** These parts were told from a snapshot: their own events may still come. */
  #expect(artifactId: string, parts: readonly Part[]): void {
    this.#ahead.set(artifactId, { parts: parts.map(print), at: 0 });
  }

  /** What a stored artifact has beyond what was told; all of it where the two do not fit. */
  #missedOfArtifact(artifact: Artifact, isLast: boolean): Omit<ArtifactUpdate, 'taskId'> | undefined {
    const told = this.artifact(artifact.artifactId)?.parts;
    const update = { kind: 'artifact-update', append: false, lastChunk: isLast } as const;
    if (!told) return { ...update, artifact };
    const common = Math.min(told.length, artifact.parts.length);
    let parts = artifact.parts.slice(common);
    if (told.slice(0, common).some((part, index) => print(part) !== print(artifact.parts[index]))) {
      // Some stores merge what came in pieces.
      const [before, now] = [textIn(told), textIn(artifact.parts)];
      if (before === undefined || now === undefined) return { ...update, artifact };
      // And may lag behind the stream, until the end.
      if (before.startsWith(now)) return isLast && before !== now ? { ...update, artifact } : undefined;
      if (!now.startsWith(before)) return { ...update, artifact };
      parts = [{ kind: 'text', text: now.slice(before.length) }];
    }
    if (parts.length > 0) return { ...update, append: true, artifact: { ...artifact, parts } };
    return isLast && told.length > common ? { ...update, artifact } : undefined;
  }

  /** Whether a snapshot told these parts already, because it was taken after they were sent. */
  #isAhead({ artifact, append }: ArtifactUpdate): boolean {
    const { artifactId, parts } = artifact;
    const ahead = this.#ahead.get(artifactId);
    if (!ahead) return false;
    const came = parts.map(print);
    const fits = (at: number) => came.every((each, index) => each === ahead.parts[at + index]);
    // Where the first of them stands; equal ones all over must not take for ever.
    let at = append ? ahead.parts.indexOf(came[0] ?? '', ahead.at) : 0;
    for (let tried = 0; append && at >= 0 && tried < 100 && !fits(at); tried += 1) {
      at = ahead.parts.indexOf(came[0] ?? '', at + 1);
    }
    const repeats = at >= 0 && came.length > 0 && fits(at);
    // What comes after it in the snapshot may be repeated too, but nothing else.
    if (repeats) ahead.at = at + came.length;
    else this.#ahead.delete(artifactId);
    return repeats;
  }

  /** Whether a status is the one that was told last, or from before it. */
  #isOld(status: TaskStatus): boolean {
    // An end is always news, whatever a clock says.
    if (!isTask(this.value) || isTerminal(status.state)) return false;
    const { status: told } = this.value;
    const [then, since] = [instant(told.timestamp), instant(status.timestamp)];
    if (then < since || since < then) return since < then;
    if (print(status) === print(told)) return true;
    return status.state === 'submitted' && told.state !== 'submitted';
  }
}

function partOf({ id, contextId }: Task): { taskId: string; contextId?: string } {
  return contextId === undefined ? { taskId: id } : { taskId: id, contextId };
}

/** The text of parts that are nothing but text. */
function textIn(parts: readonly Part[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'text' || part.metadata) return undefined;
    text += part.text;
  }
  return text;
}

/** Same print, same content. */
function print(value: Part | TaskStatus | undefined): string {
  return JSON.stringify(value);
}

/** ms since 1970; NaN for none. */
function instant(timestamp: string | undefined): number {
  return Date.parse(timestamp ?? '');
}
