import { decodeStreamEvent } from '../dialects/decode-event.js';
import { identifier, isObject, objectAt } from '../dialects/read.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isMessage, isTask } from '../model/task.js';
import { readInstant } from './instant.js';
import { Refusal } from './refusal.js';

/** What a body says. */
export interface Reading {
  /** Absent where the body is of a shape that nobody knows. */
  event?: StreamEvent;
  /** The task it is about, as far as the body says; else empty. */
  taskId: string;
  /** Whether it tells of a state and nothing else: the task itself has to be asked for. */
  isThin: boolean;
}

/** The members that wrap an event, of which there may be one. */
const wrappers = ['task', 'message', 'statusUpdate', 'artifactUpdate', 'status_update', 'artifact_update'];

/** Longer ones are no ids, but an attempt to fill the store. */
const longestId = 512;

/**
 * Reads a notification in any shape that servers send: wrapped in a member that names it (in camelCase or snake_case),
 * bare with a kind, a bare task, or a task's id with a state. The body decides, not the version that was agreed on.
 *
 * @param time epoch ms: a timestamp far ahead of it is left out
 * @throws {Refusal} for two events at once
 */
export function readNotification(body: Record<string, unknown>, time: number): Reading {
  const wire = objectAt(body, '', 'body');
  const told = wrappers.filter(name => isObject(body[name]));
  if (told.length > 1) throw new Refusal(400, `The body has both ${told.join(' and ')}.`);
  const thin = thinUpdateOf(wire);
  const event = decode(told.length > 0 || !thin ? wire : thin) ?? decode(thin);
  if (!event) return { isThin: false, taskId: idOf(wire['taskId'] ?? wire['id']) };
  if ('status' in event && readInstant(event.status.timestamp, time) === undefined) {
    delete event.status.timestamp;
  }
  const isThin = !!thin && event.kind === 'status-update' && told.length === 0;
  return { event, isThin, taskId: idOf(taskIdOf(event)) };
}

/** A task's id with a state beside it, as PraisonAI's guide and inference-gateway write it. */
function thinUpdateOf(wire: Record<string, unknown>): Record<string, unknown> | undefined {
  const { taskId, contextId, kind, status, state, timestamp, metadata } = wire;
  const told = status ?? state;
  if (!identifier(taskId) || kind !== undefined || told === undefined || told === null) return undefined;
  const given = isObject(told) ? told : { state: told };
  return { taskId, contextId, metadata, status: { timestamp, ...withoutNull(given) } };
}

function withoutNull(wire: Record<string, unknown>): Record<string, unknown> {
  return wire['timestamp'] === null ? { ...wire, timestamp: undefined } : wire;
}

function decode(wire: Record<string, unknown> | undefined): StreamEvent | undefined {
  if (!wire) return undefined;
  try {
    const event = decodeStreamEvent(wire, 'body');
    // A status that says nothing at all is none.
    if ('status' in event && event.status.state === 'unknown' && !event.status.rawState) return undefined;
    return (taskIdOf(event) ?? '').length > longestId ? undefined : event;
  } catch {
    return undefined;
  }
}

function taskIdOf(event: StreamEvent): string | undefined {
  return isTask(event) ? event.id : event.taskId;
}

function idOf(value: unknown): string {
  const id = identifier(value);
  return id.length <= longestId ? id : '';
}

/** Says of which task an event is, where it did not say so itself. */
export function assignTask(event: StreamEvent, taskId: string): void {
  if (isMessage(event)) event.taskId ??= taskId;
  else if (!isTask(event)) event.taskId ||= taskId;
}
