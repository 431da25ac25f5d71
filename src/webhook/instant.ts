/** A moment, as exact as it was written: servers stamp to the microsecond and finer, and dates know milliseconds. */
export interface Instant {
  /** Epoch s. */
  seconds: number;
  /** Nanoseconds of that second. */
  nanoseconds: number;
}

/** How far ahead a server's clock may be, s. */
const mostAhead = 86_400;

/** Reads a timestamp of ISO 8601; `undefined` for what is none, and for what is more than a day ahead of `time` (epoch ms). */
export function readInstant(timestamp: string | undefined, time: number): Instant | undefined {
  if (timestamp === undefined || timestamp.length > 64) return undefined;
  const dot = timestamp.indexOf('.');
  const fraction = dot < 0 ? '' : (/^\d+/.exec(timestamp.slice(dot + 1))?.[0] ?? '');
  const whole = dot < 0 ? timestamp : timestamp.slice(0, dot) + timestamp.slice(dot + 1 + fraction.length);
  const seconds = Date.parse(whole) / 1_000;
  if (!(seconds <= time / 1_000 + mostAhead)) return undefined;
  return { seconds, nanoseconds: Number(fraction.padEnd(9, '0').slice(0, 9)) };
}

/** Whether one is before the other. */
export function isBefore(one: Instant, other: Instant): boolean {
  return one.seconds === other.seconds ? one.nanoseconds < other.nanoseconds : one.seconds < other.seconds;
}
