import { afterAll, beforeAll, expect } from 'vitest';

/** Fails the file if any promise in it was rejected without anybody to hear. */
export function expectNoUnhandledRejections(): void {
  const seen: unknown[] = [];
  const listener = (reason: unknown) => {
    seen.push(reason);
  };
  beforeAll(() => {
    process.on('unhandledRejection', listener);
  });
  afterAll(async () => {
    await new Promise(resolve => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(seen).toEqual([]);
  });
}
