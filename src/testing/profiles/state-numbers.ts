import type { TaskState } from '../../model/state.js';

const order: readonly TaskState[] = [
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

/** The number of a state in the protobuf of 1.0, which some servers tell people. */
export function numberOf(state: TaskState): number {
  return order.indexOf(state);
}
