import { PushNotificationNotSupportedError, RpcError } from '../errors/rpc.js';
import { now } from '../time/clock.js';
import { never, within } from '../time/within.js';
import type { Pursuit } from '../wait/pursuit.js';
import type { Channel } from './channel.js';
import type { Strategy, Tell } from './events.js';
import { wakeWithPage } from './page.js';
import type { PushVerdict } from './push-support.js';

/** How long a way that failed is left alone, ms. */
const rest = 60_000;
/** How much later than by asking something may be told, ms. */
const lateness = 2_000;

/**
 * Opens what brings news of a task, the best way that there is, until the signal fires: while somebody waits.
 *
 * @param strategies best first
 * @param poll what helps asking, while nothing else brings news
 */
export async function attend(
  pursuit: Pursuit,
  signal: AbortSignal,
  strategies: readonly Strategy[],
  channels: Partial<Record<Strategy, Channel | undefined>>,
  poll: (stop: AbortSignal) => Promise<unknown>,
  verdict: PushVerdict,
  tell: Tell,
): Promise<void> {
  const { taskId } = pursuit;
  let heardAt = -Infinity;
  let reason = 'no other way';
  let cause: unknown;
  const isDone = () => signal.aborted || pursuit.isOver;
  const change = (strategy: Strategy, why: string) => {
    if (isDone()) return;
    pursuit.live = strategy === 'poll' ? undefined : strategy;
    tell('strategy', { taskId, strategy, reason: why, cause });
    // What happened meanwhile is known to nobody.
    pursuit.wake();
  };
  pursuit.onAhead = () => {
    // What was told just before may be what made us ask.
    const since = now() - lateness;
    const judge = () => {
      if (pursuit.live && heardAt < since) change('poll', 'silent');
    };
    within(lateness, signal, never).then(judge, () => {});
  };
  wakeWithPage(pursuit, signal);
  for (let mayPass = true; mayPass; ) {
    mayPass = false;
    for (const strategy of strategies) {
      const hear = () => {
        heardAt = now();
        if (!pursuit.live)
          change(
            strategy,
            strategy === 'push' ? 'the server took the webhook' : 'the server opened the stream',
          );
      };
      try {
        // Whoever waits next has ways of its own: those of this wait are let go of, whatever they still do.
        await within(Infinity, signal, stop => channels[strategy]?.(stop, hear));
      } catch (error) {
        cause = error;
        reason = `${strategy}: ${error}`;
        if (!(error instanceof RpcError)) mayPass = true;
        if (error instanceof PushNotificationNotSupportedError) verdict.support = 'no';
      } finally {
        pursuit.live = undefined;
      }
      if (isDone()) return;
    }
    change('poll', reason);
    await within(mayPass ? rest : Infinity, signal, poll);
  }
}
