import { type FakeMethod, type InstalledClock, timers, withGlobal } from '@sinonjs/fake-timers';

// What vitest has in `vi`, by the library that vitest has it from.

let clock: InstalledClock | undefined;

function faked(): InstalledClock {
  if (!clock) throw new Error('Timers are not faked.');
  return clock;
}

export function useFakeTimers({ toFake }: { toFake?: FakeMethod[] } = {}): void {
  useRealTimers();
  const usual = (Object.keys(timers) as FakeMethod[]).filter(
    name => name !== 'nextTick' && name !== 'queueMicrotask',
  );
  clock = withGlobal(globalThis).install({
    now: Date.now(),
    toFake: toFake ?? usual,
    ignoreMissingTimers: true,
  });
}

export function useRealTimers(): void {
  clock?.uninstall();
  clock = undefined;
}

export const advanceTimersByTime = (ms: number): number => faked().tick(ms);
export const advanceTimersByTimeAsync = (ms: number): Promise<number> => faked().tickAsync(ms);
export const getTimerCount = (): number => faked().countTimers();
export const setSystemTime = (time: number | Date): void => faked().setSystemTime(time);
