import { AbortedError } from '../errors/aborted.js';
import { signalOption } from '../errors/options.js';
import type { Task } from '../model/task.js';
import { endAtOnce } from '../time/end-at-once.js';
import { onAbort, within } from '../time/within.js';
import { Crowd, type CrowdHunt, type Settled, type WaitAllOptions } from './crowd.js';

/** Waits for many tasks as `waitForCompletion` does for one, and tells how each ended, in the order they end. */
export function waitAll(
  tasks: Iterable<string | Task>,
  options: WaitAllOptions,
  hunt: CrowdHunt,
): AsyncGenerator<Settled, void, undefined> {
  const left = new AbortController();
  return endAtOnce(settle(tasks, options, hunt, left), left);
}

async function* settle(
  tasks: Iterable<string | Task>,
  options: WaitAllOptions,
  hunt: CrowdHunt,
  left: AbortController,
): AsyncGenerator<Settled, void, undefined> {
  const { signal, cancelOnAbort } = options;
  signalOption(signal);
  const crowd = new Crowd(tasks, options, hunt, left.signal);
  const { open } = hunt;
  // Also while whoever listens is busy, or does not come back.
  const end = () => {
    if (cancelOnAbort && signal?.aborted) crowd.cancel();
    crowd.end();
    left.abort(open.closed ?? signal?.reason);
  };
  if (signal?.aborted) end();
  const deafen = signal && onAbort(signal, end);
  open.add(end);
  try {
    if (!left.signal.aborted) crowd.begin();
    for (;;) {
      for (const settled of crowd.take()) yield settled;
      if (crowd.isOver && !left.signal.aborted) return;
      await within(Infinity, left.signal, () => crowd.news(), open);
    }
  } catch (error) {
    // Whoever left the loop does not want to hear how.
    if (!(error instanceof AbortedError) || signal?.aborted || open.closed) throw error;
  } finally {
    deafen?.();
    open.delete(end);
    left.abort();
    crowd.end();
  }
}
