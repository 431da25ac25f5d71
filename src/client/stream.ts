import { AbortedError } from '../errors/aborted.js';
import { durationOption, signalOption } from '../errors/options.js';
import type { StreamEvent } from '../model/stream-event.js';
import { endAtOnce } from '../time/end-at-once.js';
import type { OpenSteps } from '../time/open-steps.js';
import { never, onAbort, timedOut, within } from '../time/within.js';
import type { SubscribeOptions } from './call-options.js';
import type { Bounds } from './caller.js';
import { follow, type Line, reconnectOption } from './follow.js';

/**
 * The events of a task as an application iterates over them. Leaving the loop, aborting, and closing the client take
 * effect at once, and let go of whatever connection there is.
 *
 * @param fallback ms; the timeout where the options have none
 * @param connect how to begin, once the application asks for the first event
 * @param taskId where it is known already
 */
export function streamOf(
  { signal, headers, timeout: given, reconnect }: SubscribeOptions,
  fallback: number,
  open: OpenSteps,
  connect: (bounds: Bounds) => Promise<Pick<Line, 'open' | 'resume' | 'getTask'>>,
  taskId?: string,
): AsyncGenerator<StreamEvent, void, undefined> {
  const left = new AbortController();
  const events = async function* (): AsyncGenerator<StreamEvent, void, undefined> {
    const timeout = durationOption('timeout', given, fallback, Infinity);
    const policy = reconnectOption(reconnect);
    const leave = () => left.abort(signal?.reason);
    signalOption(signal);
    if (signal?.aborted) leave();
    const deafen = signal && onAbort(signal, leave);
    try {
      const line: Line = {
        ...(await connect({ headers, timeout, signal: left.signal })),
        pause: ms => within(ms, left.signal, never, open),
        soon: async (ms, step) => {
          // Where the stream was left meanwhile, nobody looks at it any more.
          step.catch(() => {});
          const came = await within(ms, left.signal, () => step, open);
          return came === timedOut ? undefined : came;
        },
      };
      for await (const news of follow(line, policy, taskId)) {
        for (const event of news) {
          if (left.signal.aborted) throw new AbortedError('The stream', left.signal.reason);
          yield event;
        }
      }
    } catch (error) {
      // Whoever left the loop does not want to hear how.
      if (!(error instanceof AbortedError) || !left.signal.aborted || signal?.aborted) throw error;
    } finally {
      deafen?.();
      // Some servers hold the connection when all is told.
      left.abort();
    }
  };
  return endAtOnce(events(), left);
}
