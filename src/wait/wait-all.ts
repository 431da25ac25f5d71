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
  const leave = () => left.abort(signal?.reason);
  if (signal?.aborted) leave();
  const deafen = signal && onAbort(signal, leave);
  try {
    crowd.begin();
    for (;;) {
      for (const settled of crowd.take()) yield settled;
      if (crowd.isOver) return;
      await within(Infinity, left.signal, () => crowd.news(), hunt.open);
    }
  } catch (error) {
    // Whoever left the loop does not want to hear how.
    if (!(error instanceof AbortedError) || !left.signal.aborted || signal?.aborted) throw error;
  } finally {
    deafen?.();
    left.abort();
    if (cancelOnAbort && signal?.aborted) crowd.cancel();
    crowd.end();
  }
}
