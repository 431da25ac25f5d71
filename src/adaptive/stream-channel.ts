import type { A2AClient } from '../client/client.js';
import { Accumulation } from '../model/accumulate.js';
import { isInterrupted } from '../model/state.js';
import { isTask, type Task } from '../model/task.js';
import { within } from '../time/within.js';
import type { Channel } from './channel.js';

/** How many streams may be open: a page may have six connections to an origin, and streams keep theirs. */
export const mostStreams = 'document' in globalThis ? 2 : Number.POSITIVE_INFINITY;

/** News by a stream of events, which is taken up again when the agent goes on after a question. */
export function streamChannel(client: A2AClient): Channel {
  return async (pursuit, signal, hear) => {
    for (;;) {
      const told = new Accumulation();
      for await (const event of client.subscribe(pursuit.taskId, { signal })) {
        hear();
        told.add(event);
        const { value } = told;
        if (!isTask(value)) continue;
        if (event.kind !== 'artifact-update') pursuit.take(copied(value), event);
        else {
          // It grows; those who wait are not woken for it.
          if (!pursuit.isOver) pursuit.task = { ...value };
          pursuit.tell(event);
        }
      }
      if (pursuit.isOver) return;
      pursuit.live = undefined;
      pursuit.wake();
      // Not before asking has said something: a question may be older than what is known.
      do await within(Infinity, signal, () => pursuit.news);
      while (pursuit.task && isInterrupted(pursuit.task));
    }
  };
}

/** As it stands now: what is gathered grows. */
function copied(task: Task): Task {
  const artifacts = task.artifacts.map(artifact => ({ ...artifact, parts: [...artifact.parts] }));
  return { ...task, artifacts, history: [...task.history] };
}
