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

/** Whatever may have members. */
type Wire = { readonly [member: string]: Wire } | null | undefined;

export const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const list = (value: unknown): Wire[] => (Array.isArray(value) ? value : []);
/** `@a2a-js/sdk` 1.3 has it in `content.value`. */
const textOfParts = (parts: Wire[]) =>
  parts.map(part => text(part?.text ?? part?.content?.value) ?? '').join('');

/** Reads a task leniently; `undefined` for whatever is not a task. */
export function readSnapshot(task: unknown): Snapshot | undefined {
  const { status, artifacts, history, contextId } = (task ?? {}) as NonNullable<Wire>;
  const rawState: unknown = status?.state ?? status;
  if (typeof rawState !== 'string' && typeof rawState !== 'number') return undefined;
  const state = readState(rawState);
  const message = status?.message;
  const said = text(textOfParts(list(message?.parts)));
  const timestamp = text(status?.timestamp);
  const made = list(artifacts).flatMap(artifact => list(artifact?.parts));
  return {
    state,
    said,
    contextId: text(contextId),
    timestamp,
    statusKey: [state, timestamp, message?.messageId, said].join(),
    // Cheap and good enough: artifacts grow by parts, and parts by text.
    print: [rawState, timestamp, said, list(history).length, made.length, textOfParts(made).length].join(),
  };
}
