/** The longest delay a timer takes; a longer one fires at once. */
const longest = 2 ** 31 - 1;

/**
 * Waits `ms` milliseconds, `Infinity` included. The global timers are looked up at the call, so that faked ones
 * count; an abort rejects with the signal's reason at once and leaves no timer.
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const slept = sleepInChunks(ms, signal);
  // A test's agent may drop the promise: closing the server must not become an unhandled rejection then.
  slept.catch(() => {});
  return slept;
}

/** Never resolves, and needs no timer: a process may end, and a test may count them. Rejects as the above does. */
export function silence(signal: AbortSignal): Promise<never> {
  const silent = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  silent.catch(() => {});
  return silent;
}

async function sleepInChunks(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; ; left -= longest) {
    await chunk(Math.min(left, longest), signal);
    if (!(left > longest)) return;
  }
}

function chunk(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      globalThis.clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = globalThis.setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
