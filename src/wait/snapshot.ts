import { readState, type TaskState } from '../model/state.js';

/** What a wait reads from a task of any client. */
export interface Snapshot {
  state: TaskState;
  /** The agent's words about the state. */
  said: string | undefined;
  contextId: string | undefined;
  timestamp: string | undefined;
  /** Same key, same interruption: an answered question is not asked again. */
  statusKey: string;
  /** Same print, nothing new to tell anybody. */
  print: string;
}

/** A member of whatever may have members. */
const member = (value: unknown, key: string) => (value as Record<string, unknown> | null | undefined)?.[key];
export const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOfParts = (parts: unknown[]) => parts.map(part => text(member(part, 'text')) ?? '').join('');

/** Reads a task leniently; `undefined` for whatever is not a task. */
export function readSnapshot(task: unknown): Snapshot | undefined {
  const status = member(task, 'status');
  const rawState = member(status, 'state') ?? status;
  if (typeof rawState !== 'string' && typeof rawState !== 'number') return undefined;
  const state = readState(rawState);
  const message = member(status, 'message');
  const said = text(textOfParts(list(member(message, 'parts'))));
  const timestamp = text(member(status, 'timestamp'));
  const made = list(member(task, 'artifacts')).flatMap(artifact => list(member(artifact, 'parts')));
  return {
    state,
    said,
    contextId: text(member(task, 'contextId')),
    timestamp,
    statusKey: [state, timestamp, member(message, 'messageId'), said].join(),
    // Cheap and good enough: artifacts grow by parts, and parts by text.
    print: [
      rawState,
      timestamp,
      said,
      list(member(task, 'history')).length,
      made.length,
      textOfParts(made).length,
    ].join(),
  };
}
