/**
 * Reads a Retry-After header: seconds, or a date.
 *
 * @returns ms from now, never negative; undefined if there is none or it cannot be read
 * Source: RFC 9110, section 10.2.3.
 */
export function readRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  // Runtimes find dates in nearly anything; one without a time of day is none.
  const date = header.includes(':') ? Date.parse(header) - Date.now() : Number.NaN;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : date;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
