import { Accumulation } from '../model/accumulate.js';
import type { Message } from '../model/message.js';
import { isTerminal } from '../model/state.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isMessage, isTask, type Task } from '../model/task.js';
import { isBefore, readInstant } from './instant.js';
import { readJson } from './json.js';

/** What notifications have told of one task. */
export interface TaskRecord {
  task?: Task | Message;
  /** Prints of the latest notifications, each with a space before it. */
  seen: string;
  /** Whether artifacts were left out because there were too many. */
  isPartial?: true;
}

/**
 * What a notification is to what was told before:
 *
 * - `news`: something new.
 * - `duplicate`: told before.
 * - `stale`: of a state that the task has left.
 * - `conflict`: another end than the one it had.
 * - `late`: an artifact of a task that is over.
 */
export type Standing = 'news' | 'duplicate' | 'stale' | 'conflict' | 'late';

export interface Reduced {
  standing: Standing;
  /** What to remember from now on, if it is something else than before. */
  record?: TaskRecord;
}

const printsKept = 256;
const printLength = 15;

/**
 * Takes a notification into what is known of its task. Pure. An end absorbs all that comes after it; otherwise the later
 * timestamp wins, and where there is none, what came later.
 *
 * @param print of the notification; absent if two that look alike may both be new
 * @param time epoch ms
 */
export function reduce(
  before: TaskRecord,
  event: StreamEvent,
  print: string | undefined,
  time: number,
): Reduced {
  if (print !== undefined && before.seen.includes(` ${print}`)) return { standing: 'duplicate' };
  const standing = standingOf(before.task, event, time);
  if (standing !== 'news') return { standing };
  const accumulation = new Accumulation();
  if (before.task) accumulation.add(before.task);
  accumulation.add(isTask(event) ? withKnown(event, before.task) : event);
  const seen = print === undefined ? before.seen : `${before.seen} ${print}`.slice(-printsKept * printLength);
  const record: TaskRecord = { seen };
  if (accumulation.value) record.task = accumulation.value;
  if (before.isPartial && !isTask(event)) record.isPartial = true;
  return { standing, record };
}

function standingOf(known: Task | Message | undefined, event: StreamEvent, time: number): Standing {
  if (!isTask(known) || isMessage(event)) return 'news';
  const isOver = isTerminal(known);
  if (event.kind === 'artifact-update') return isOver ? 'late' : 'news';
  if (isOver) {
    if (!isTerminal(event)) return 'stale';
    if (event.status.state !== known.status.state) return 'conflict';
    // Some tell the end first, and then the task with what was made.
    return isTask(event) && contentOf(event) > contentOf(known) ? 'news' : 'stale';
  }
  const [from, to] = [readInstant(known.status.timestamp, time), readInstant(event.status.timestamp, time)];
  return from && to && isBefore(to, from) ? 'stale' : 'news';
}

const contentOf = ({ artifacts, history }: Task): number =>
  artifacts.reduce((sum, { parts }) => sum + 1 + parts.length, 0) * 1_000 + history.length;

/** A task that comes without what was made says nothing about that. */
function withKnown(event: Task, known: Task | Message | undefined): Task {
  if (!isTask(known)) return event;
  const artifacts = event.artifacts.length > 0 ? event.artifacts : known.artifacts;
  const history = event.history.length > 0 ? event.history : known.history;
  return { ...event, artifacts, history };
}

/** Reads what a store gave; whatever else may be there is as good as nothing. */
export function readTaskRecord(text: string | undefined): TaskRecord {
  const record = readJson<TaskRecord>(text);
  return typeof record?.seen === 'string' ? record : { seen: '' };
}

/**
 * As text for a store. A sender may tell more than is worth keeping: then the task itself has to be asked for.
 *
 * @param most characters
 */
export function writeTaskRecord(record: TaskRecord, most: number): string {
  const text = JSON.stringify(record);
  const { task, seen } = record;
  if (text.length <= most || !isTask(task)) return text;
  const { id, status } = task;
  const rest: Task = { kind: 'task', id, status, artifacts: [], history: [] };
  return JSON.stringify({ task: rest, seen, isPartial: true });
}

/** A print of so much text that no two notifications have the same by chance; 14 characters. Not for secrets. */
export function printOf(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x2f0b4a6d;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul((other << 5) ^ (other >>> 27) ^ code, 0x5bd1e995);
  }
  return (one >>> 0).toString(36).padStart(7, '0') + (other >>> 0).toString(36).padStart(7, '0');
}
