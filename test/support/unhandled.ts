import { afterAll, beforeAll, expect } from 'vitest';

/**
 * Tells of promises that are rejected without anybody to hear, in whatever runtime this is. Where that tells of them in
 * both ways, they are told of twice.
 *
 * @returns ends it
 */
export function hearUnhandled(listener: (reason: unknown) => void): () => void {
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    listener(event.reason);
  };
  globalThis.process?.on('unhandledRejection', listener);
  globalThis.addEventListener?.('unhandledrejection', hear);
  return () => {
    globalThis.process?.off('unhandledRejection', listener);
    globalThis.removeEventListener?.('unhandledrejection', hear);
  };
}

/** Fails the file if any promise in it was rejected without anybody to hear. */
export function expectNoUnhandledRejections(): void {
  const seen: unknown[] = [];
  let end = () => {};
  beforeAll(() => {
    end = hearUnhandled(reason => seen.push(reason));
  });
  afterAll(async () => {
    // They are told of when the microtasks are done.
    await new Promise(resolve => setTimeout(resolve));
    end();
    expect(seen).toEqual([]);
  });
}
