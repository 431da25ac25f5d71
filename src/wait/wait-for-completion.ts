import type { WaitOptions } from './options.js';
import type { TaskLike, TaskSource } from './source.js';
import { waitUntilStopped } from './wait.js';

/**
 * Waits until a task is over, by asking whatever client you have: anything with `getTask(id)`.
 *
 * Asks often while the task is young and less as it ages, backs off from failures, and gives one last chance at the
 * deadline. Unknown states, failed requests and late answers end nothing; only the task's own end, the deadline or
 * the signal does.
 *
 * @returns the task as the source gave it, completed
 * @throws {TaskFailedError} (also Canceled, Rejected, Interrupted) with the task; `throwOnFailure: false` resolves instead
 * @throws {WaitTimeoutError} with what was seen, the last snapshot and how to go on
 * @throws {TaskLostError} the server forgot it; `TaskNotFoundError` of the source if it never knew it
 * @throws {TaskUnreachableError} 5 failures in a row and 2 minutes of silence
 * @throws {AbortedError} the signal fired
 * @throws {TypeError} an option cannot be right
 * @example
 * const source = { getTask: (id: string) => otherClient.getTask({ id }) };
 * const task = await waitForCompletion(source, taskId, { timeout: 600_000, onUpdate: t => console.log(t.status) });
 */
export function waitForCompletion<T extends TaskLike>(
  source: TaskSource<T>,
  taskId: string,
  options: WaitOptions<T> = {},
): Promise<T> {
  return waitUntilStopped(source, taskId, options);
}
