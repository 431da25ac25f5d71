/** What became of a promise so far; asking changes nothing, and handles its rejection. */
export interface Outcome<T> {
  state: 'pending' | 'resolved' | 'rejected';
  value?: T;
  error?: unknown;
}

export function watched<T>(promise: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { state: 'pending' };
  promise.then(
    value => Object.assign(outcome, { state: 'resolved', value }),
    error => Object.assign(outcome, { state: 'rejected', error }),
  );
  return outcome;
}

/** Lets so many microtasks pass, and no timer. */
export async function microtasks(count = 50): Promise<void> {
  for (let done = 0; done < count; done += 1) await undefined;
}

/** What a promise rejects with; fails the test if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const marker = Symbol('resolved');
  const outcome = await promise.then(
    () => marker,
    error => error,
  );
  if (outcome === marker) throw new Error('It resolved, and should have rejected.');
  return outcome as Error & Record<string, unknown>;
}

/** Waits by real timers until something holds, a few seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 3_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${ms} ms.`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
