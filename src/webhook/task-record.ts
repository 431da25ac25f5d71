import { Accumulation } from '../model/accumulate.js';
import type { Message } from '../model/message.js';
import { isTerminal } from '../model/state.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isMessage, isTask, type Task } from '../model/task.js';
import { readInstant } from './instant.js';
import { readJson } from './json.js';

/** What notifications have told of one task. */
export interface TaskRecord {
  task?: Task | Message;
  /** Prints of the latest notifications. */
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
 * - `late-artifact`: an artifact of a task that is over.
 */
export type Standing = 'news' | 'duplicate' | 'stale' | 'conflict' | 'late-artifact';

export interface Reduced {
  standing: Standing;
  /** What to remember from now on, if it is something else than before. */
  record?: TaskRecord;
}

/** Characters, of some 256 prints. */
const printsKept = 4_096;
const messagesKept = 16;

/**
 * Takes a notification into what is known of its task. Pure. An end wins over all else, and absorbs what comes after it;
 * otherwise the later timestamp wins, and where there is none, what came later.
 *
 * @param print of the notification; empty where it cannot be known again
 * @param time epoch ms
 */
export function reduce(before: TaskRecord, event: StreamEvent, print: string, time: number): Reduced {
  if (print && before.seen.includes(print)) return { standing: 'duplicate' };
  const standing = standingOf(before.task, event, time);
  if (standing !== 'news') return { standing };
  const record: TaskRecord = { seen: (before.seen + print).slice(-printsKept) };
  const task = taken(before.task, event);
  if (task) record.task = task;
  if (before.isPartial && !isTask(event)) record.isPartial = true;
  return { standing, record };
}

function taken(known: Task | Message | undefined, event: StreamEvent): Task | Message | undefined {
  // What an agent says about its progress is in the status; all of it would make each notification cost more.
  if (isTask(known) && event.kind === 'status-update') return { ...known, status: event.status };
  const accumulation = new Accumulation();
  if (known) accumulation.add(known);
  accumulation.add(isTask(event) ? withKnown(event, known) : event);
  const { value } = accumulation;
  if (isTask(value)) value.history = historyOf(event, known).slice(-messagesKept);
  return value;
}

/** What was said apart from statuses. */
function historyOf(event: StreamEvent, known: Task | Message | undefined): Message[] {
  const before = isTask(known) ? known.history : [];
  if (isMessage(event)) return [...before.filter(({ messageId }) => messageId !== event.messageId), event];
  return isTask(event) && event.history.length > 0 ? event.history : before;
}

function standingOf(known: Task | Message | undefined, event: StreamEvent, time: number): Standing {
  if (!isTask(known) || isMessage(event)) return 'news';
  const isOver = isTerminal(known);
  if (event.kind === 'artifact-update') return isOver ? 'late-artifact' : 'news';
  if (isOver) {
    if (!isTerminal(event)) return 'stale';
    if (event.status.state !== known.status.state) return 'conflict';
    // Some tell the end first, and then the task with what was made.
    return isTask(event) && extentOf(event) > extentOf(known) ? 'news' : 'stale';
  }
  // Nothing comes after an end, whatever clocks say.
  if (isTerminal(event)) return 'news';
  return isOlder(event, known, time) ? 'stale' : 'news';
}

/** By their timestamps, if both have one. */
export function isOlder(one: Pick<Task, 'status'>, other: Pick<Task, 'status'>, time: number): boolean {
  const at = ({ status }: Pick<Task, 'status'>) => readInstant(status.timestamp, time) ?? Number.NaN;
  return at(one) < at(other);
}

const extentOf = ({ artifacts, history }: Task) => JSON.stringify([artifacts, history]).length;

/** A task that comes without what was made says nothing about that. */
function withKnown(event: Task, known: Task | Message | undefined): Task {
  if (!isTask(known)) return event;
  return event.artifacts.length > 0 ? event : { ...event, artifacts: known.artifacts };
}

/** Reads what a store gave; whatever else may be there is as good as nothing. */
export function readTaskRecord(text: string | undefined): TaskRecord {
  const record = readJson<TaskRecord>(text);
  return typeof record?.seen === 'string' ? record : { seen: '' };
}

/**
 * As text for a store. A sender may tell more than is worth keeping: the record then is without that, and says so; the
 * task itself has to be asked for.
 *
 * @param most characters, beside the prints
 */
export function writeTaskRecord(record: TaskRecord, most: number): string {
  const { seen, task } = record;
  const text = JSON.stringify(record);
  if (text.length - seen.length <= most || !isTask(task)) return text;
  record.isPartial = true;
  const { id, status } = task;
  return JSON.stringify({ ...record, task: { kind: 'task', id, status, artifacts: [], history: [] } });
}

/**
 * By what a text is known again, between spaces: 64 bits, so that no two have the same by chance. Not for secrets. SHA-256
 * would go through another thread, and take longer than all else that is done here.
 */
export function printOf(text: string): string {
  let one = 0x811c9dc5;
  let other = 0;
  for (let at = 0; at < text.length; at += 1) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    // Of the way, not only of where it leads.
    other = ((other << 7) | (other >>> 25)) ^ one;
  }
  return ` ${(one >>> 0).toString(36)}${(other >>> 0).toString(36)} `;
}
