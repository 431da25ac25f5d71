import { useEffect, useState, useSyncExternalStore } from 'react';
import type { RunRecord } from './record.js';
import type { Run } from './run.js';

/** Anew with what happens, soon. */
export const useRecord = (run: Run): RunRecord => useSyncExternalStore(run.subscribe, run.record);

/** Date.now(), ten times a second while something is going on; once a second for whoever wants less motion. */
export function useNow(goesOn: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!goesOn) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const timer = setInterval(() => setNow(Date.now()), calm ? 1_000 : 100);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}

const onNetworkChange = (listener: () => void) => {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
};

export const useOnline = (): boolean => useSyncExternalStore(onNetworkChange, () => navigator.onLine);
