import { signalOption } from '../errors/options.js';
import { endAtOnce } from '../time/end-at-once.js';
import { checkWaitOptions, type WaitOptions } from './options.js';
import type { TaskLike, TaskSource } from './source.js';
import { cancelUnawaited, waitUntilStopped } from './wait.js';

/**
 * Waits as `waitForCompletion` does, and yields each snapshot that differs from the one before, the last one too. A
 * consumer that is slower than the task skips snapshots that are out of date. Leaving the loop ends the asking.
 *
 * @throws as `waitForCompletion`, after the last snapshot was yielded
 * @example
 * for await (const task of watchTask(client, taskId)) console.log(task.status.state);
 */
export function watchTask<T extends TaskLike>(
  source: TaskSource<T>,
  taskId: string,
  options: WaitOptions<T> = {},
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  return endAtOnce(watch(source, taskId, options, left), left);
}

async function* watch<T extends TaskLike>(
  source: TaskSource<T>,
  taskId: string,
  options: WaitOptions<T>,
  left: AbortController,
): AsyncGenerator<T, void, undefined> {
  checkWaitOptions(source, taskId, options);
  const { signal, onUpdate, cancelOnAbort } = options;
  signalOption(signal);
  const leave = () => {
    left.abort(signal?.reason);
    if (cancelOnAbort) cancelUnawaited(source, taskId);
  };
  if (signal?.aborted) leave();
  signal?.addEventListener('abort', leave, { once: true });
  let news: { task: T } | undefined;
  let wake = () => {};
  let over: { error?: unknown } | undefined;
  const tell = (task: T) => {
    news = { task };
    wake();
    return onUpdate?.(task);
  };
  // Leaving the loop is not the caller's signal: it must not cancel the task.
  const inner = { ...options, onUpdate: tell, signal: left.signal, cancelOnAbort: false };
  waitUntilStopped(source, taskId, inner).then(
    () => {
      over = {};
      wake();
    },
    error => {
      over = { error };
      wake();
    },
  );
  try {
    for (;;) {
      if (news) {
        const { task } = news;
        news = undefined;
        yield task;
      } else if (over) {
        // Whoever left the loop does not want to hear how.
        if ('error' in over && (signal?.aborted || !left.signal.aborted)) throw over.error;
        return;
      } else {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    left.abort();
  }
}
