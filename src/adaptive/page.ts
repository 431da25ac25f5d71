import { never, within } from '../time/within.js';
import type { Pursuit } from '../wait/pursuit.js';

/** Over how long the questions of one page are spread when it comes back, ms. */
const spread = 1_500;

/** Timers of a page that is hidden, frozen or offline are late: what is overdue is made up for when it comes back. */
export function wakeWithPage(pursuit: Pursuit, signal: AbortSignal): void {
  const { document } = globalThis as { document?: Document };
  const wake = () => {
    if (document?.visibilityState === 'hidden') return;
    within(Math.random() * spread, signal, never).then(
      () => pursuit.wake(),
      () => {},
    );
  };
  for (const name of ['online', 'pageshow']) globalThis.addEventListener?.(name, wake, { signal });
  document?.addEventListener('visibilitychange', wake, { signal });
}
