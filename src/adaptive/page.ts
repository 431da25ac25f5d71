import { never, within } from '../time/within.js';
import type { Pursuit } from '../wait/pursuit.js';

/** Over how long the questions of one page are spread when it comes back, ms. */
const spread = 1_500;

/**
 * Timers of a page that is hidden, frozen or offline are late: what is overdue is made up for when it comes back.
 * (That its visibility changes is told to the document first, and to the window after it.)
 */
export function wakeWithPage(pursuit: Pursuit, signal: AbortSignal): void {
  const wake = () => {
    within(Math.random() * spread, signal, never).then(
      () => pursuit.wake(),
      () => {},
    );
  };
  for (const name of ['online', 'pageshow', 'visibilitychange']) {
    globalThis.addEventListener?.(name, wake, { signal });
  }
}
