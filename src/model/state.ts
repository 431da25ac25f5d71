/**
 * Where a task stands. `canceled` is A2A's own spelling; `unknown` is a state this package has no name for
 * (the server's own word is then in `status.rawState`) and is never an end.
 *
 * Source: A2A specification 1.0, section 4.1.3 (TaskState).
 */
export type TaskState =
  | 'submitted'
  | 'working'
  | 'input-required'
  | 'auth-required'
  | 'completed'
  | 'failed'
  | 'canceled'
  | 'rejected'
  | 'unknown';

/** States in which a task stays for ever. */
export type TerminalState = 'completed' | 'failed' | 'canceled' | 'rejected';

/** States in which the agent waits for somebody. */
export type InterruptedState = 'input-required' | 'auth-required';

/** The protobuf enum in its own order: a client generated from it reports numbers. */
const byNumber: readonly TaskState[] = [
  'unknown',
  'submitted',
  'working',
  'completed',
  'failed',
  'canceled',
  'input-required',
  'rejected',
  'auth-required',
];

/**
 * Reads a state in any spelling: `TASK_STATE_INPUT_REQUIRED`, `input_required`, `cancelled`, `COMPLETED`, or the
 * number of the protobuf enum. Whatever else arrives is `'unknown'`.
 *
 * @example readState('TASK_STATE_CANCELLED') // 'canceled'
 */
export function readState(raw: unknown): TaskState {
  const word =
    typeof raw === 'string'
      ? raw
          .trim()
          .toLowerCase()
          .replace(/^task_state_/, '')
          .replaceAll('_', '-')
          .replace('cancelled', 'canceled')
      : typeof raw === 'number' && byNumber[raw];
  return byNumber.includes(word as TaskState) ? (word as TaskState) : 'unknown';
}

/**
 * Whether a task in this state is over.
 *
 * @example isTerminal(task) || isTerminal('completed')
 */
export function isTerminal(taskOrState: { status: { state: TaskState } } | TaskState): boolean {
  const state = stateOf(taskOrState);
  return state === 'completed' || state === 'failed' || state === 'canceled' || state === 'rejected';
}

/**
 * Whether a task in this state waits for somebody: for an answer (`input-required`) or for credentials
 * (`auth-required`).
 *
 * @example if (isInterrupted(task)) await client.sendMessage('Yes, go on', { taskId: task.id })
 */
export function isInterrupted(taskOrState: { status: { state: TaskState } } | TaskState): boolean {
  const state = stateOf(taskOrState);
  return state === 'input-required' || state === 'auth-required';
}

/** Whether it is either of these: nothing more comes of it by itself. */
export function isStopped(taskOrState: { status: { state: TaskState } } | TaskState): boolean {
  return isTerminal(taskOrState) || isInterrupted(taskOrState);
}

function stateOf(taskOrState: { status: { state: TaskState } } | TaskState): TaskState {
  return typeof taskOrState === 'string' ? taskOrState : taskOrState.status.state;
}
