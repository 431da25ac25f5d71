import type { TaskState } from '../model/state.js';

// Written here rather than taken from the model: this server must not agree with the client by construction.
const terminal: ReadonlySet<TaskState> = new Set<TaskState>(['completed', 'failed', 'canceled', 'rejected']);
const interrupted: ReadonlySet<TaskState> = new Set<TaskState>(['input-required', 'auth-required']);

export function isOver(state: TaskState): boolean {
  return terminal.has(state);
}

export function endsTurn(state: TaskState): boolean {
  return terminal.has(state) || interrupted.has(state);
}
