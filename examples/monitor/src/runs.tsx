import { useCallback, useSyncExternalStore } from 'react';
import { lengthFor } from './drawing.js';
import { useNow } from './hooks.js';
import type { Run } from './run.js';
import { RunCard } from './run-card.js';

interface Props {
  runs: readonly Run[];
  again(run: Run): void;
  announce(text: string): void;
}

/** All runs, the latest first, drawn to the same scale. */
export function Runs({ runs, again, announce }: Props) {
  const going = useGoing(runs);
  const now = useNow(going);
  const longest = Math.max(
    ...runs.map(run =>
      Math.max((run.settings.work?.duration ?? 0) * 1.05, run.record().endedAt ?? now - run.begunAt),
    ),
  );
  const length = lengthFor(runs.length > 0 ? longest : 0);
  return (
    <section className="runs" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      {runs.length === 0 && (
        <div className="empty">
          <p>Nothing has been sent yet. Send the message, and watch here how its result comes.</p>
        </div>
      )}
      {runs.map(run => (
        <RunCard key={run.id} run={run} now={now} length={length} again={again} announce={announce} />
      ))}
    </section>
  );
}

/** Whether any of them has not ended. */
function useGoing(runs: readonly Run[]): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const leave = runs.map(run => run.subscribe(listener));
      return () => {
        for (const each of leave) each();
      };
    },
    [runs],
  );
  return useSyncExternalStore(subscribe, () => runs.some(run => run.record().endedAt === undefined));
}
