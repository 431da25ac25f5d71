/** ms on a clock that only goes forward; says nothing about the date. Read anew each time, so that tests may fake it. */
export function now(): number {
  return performance.now();
}
