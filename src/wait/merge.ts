import { isInterrupted, isTerminal } from '../model/state.js';
import type { Task } from '../model/task.js';

/** How long a store may be behind what its server has told, ms. */
const longestLag = 10_000;

/**
 * Whether what was learned of a task is older than what is known of it. An end never is: it may come late, but it is
 * one. Nor is a question that is still asked when no store is behind any more: clocks differ within one server, too, and
 * one that is ahead must not hide for ever what the task waits for.
 *
 * @param begun when it was asked for, or told (the clock of `now`)
 * @param knownAt when what is known was learned
 */
export function isOutdated(learned: Task, begun: number, known: Task, knownAt: number): boolean {
  if (isTerminal(learned) || (isInterrupted(learned) && begun - knownAt >= longestLag)) return false;
  const [later, earlier] = [instant(learned), instant(known)];
  if (later !== earlier && later > 0 && earlier > 0) return later < earlier;
  return begun < knownAt;
}

/** ms since 1970; 0 if the server does not say. */
function instant({ status: { timestamp = '' } }: Task): number {
  return Date.parse(timestamp) || 0;
}
