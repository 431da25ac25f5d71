/** How far ahead a server's clock may be, s. */
const mostAhead = 86_400;

/**
 * Reads a timestamp of ISO 8601: epoch s, with its fraction as exact as a number can have it (a quarter of a microsecond),
 * because servers stamp finer than the milliseconds of dates. What is none, or is more than a day ahead of `time` (epoch
 * ms), is `undefined`.
 */
export function readInstant(timestamp: string | undefined, time: number): number | undefined {
  if (timestamp === undefined || timestamp.length > 64) return undefined;
  const fraction = /\.\d+/.exec(timestamp)?.[0] ?? '';
  const seconds = Date.parse(timestamp.replace(fraction, '')) / 1_000 + Number(`0${fraction}`);
  return seconds <= time / 1_000 + mostAhead ? seconds : undefined;
}
