import { afterEach, describe, expect, it, vi } from 'vitest';
import { readRetryAfter } from '../../../src/time/retry-after.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['3', 3_000],
    [' 120 ', 120_000],
    ['1.5', 1_500],
  ])('"%s" is %d ms', (header, ms) => {
    expect(readRetryAfter(header)).toBe(ms);
  });

  it('may be a date, which is that long from now', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 0) });
    expect(readRetryAfter('Thu, 01 Jan 2026 12:00:30 GMT')).toBe(30_000);
  });

  it('is 0, not negative, for a date that has passed', () => {
    expect(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  });

  it.each([null, '', 'soon', '10 seconds', '1e3', '0x10', 'NaN', 'Infinity'])('%o says nothing', header => {
    expect(readRetryAfter(header)).toBeUndefined();
  });

  it.each(['-5', '-1', 'soon 5', '2,5', '5, 6'])(
    '%o is no date, although Date.parse makes one of it',
    header => {
      expect(readRetryAfter(header)).toBeUndefined();
    },
  );
});
