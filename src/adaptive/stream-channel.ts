import type { A2AClient } from '../client/client.js';
import type { RequestOptions } from '../client/options.js';
import { A2AError } from '../errors/base.js';
import { Accumulation } from '../model/accumulate.js';
import { isInterrupted, isTerminal } from '../model/state.js';
import { isTask, type Task } from '../model/task.js';
import { within } from '../time/within.js';
import type { Hunt, Pursuit } from '../wait/pursuit.js';
import type { Channel } from './channel.js';

/** How many streams may be open: a page may have six connections to an origin, and streams keep theirs. */
const mostStreams = 'document' in globalThis ? 2 : Infinity;
/** For the store to give what a stream has told the end of, ms. */
const patience = 2_000;
/** How many are, by origin. */
const streams: Record<string, number> = {};

function count(origin: string, more: number): number {
  const open = (streams[origin] ?? 0) + more;
  streams[origin] = open;
  return open;
}

/** News by a stream of events, which is taken up again when the agent goes on after a question. */
export function streamChannel(
  client: A2AClient,
  { source, turns }: Pick<Hunt, 'source' | 'turns'>,
  pursuit: Pursuit,
  origin: string,
  headers: RequestOptions['headers'],
): Channel {
  const { taskId } = pursuit;
  /** The task as it is stored when it is over; a stream may have lost what it made. */
  const stored = async ({ status }: Task, signal: AbortSignal) => {
    const ask = (stop: AbortSignal) => turns.run(stop, () => source.getTask(taskId, { signal: stop }));
    const task = await within(patience, signal, ask).catch(() => undefined);
    return isTask(task) && task.id === taskId && task.status.state === status.state ? task : undefined;
  };
  return async (signal, hear) => {
    for (;;) {
      const told = new Accumulation();
      try {
        if (count(origin, 1) > mostStreams) throw new A2AError('Enough streams are open.');
        for await (const event of client.subscribe(taskId, { signal, headers })) {
          if (pursuit.isOver) return;
          hear();
          told.add(event);
          const { value } = told;
          if (!isTask(value)) continue;
          if (event.kind !== 'artifact-update') {
            const whole = isTerminal(value) && (await stored(value, signal));
            pursuit.take(whole || value, event);
            // That stays as it stood; a copy of it grows.
            told.add(value);
          } else {
            // It grows; those who wait are not woken for it.
            pursuit.task = { ...value };
            pursuit.tell(event);
          }
        }
      } finally {
        count(origin, -1);
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
