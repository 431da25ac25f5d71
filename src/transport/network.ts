import { NetworkError, RequestTimeoutError } from '../errors/wire.js';

/** What runtimes say, in their different ways, when a connection could not even be made. Deno gives words only. */
const refusal = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT) |connection ?refused/i;

/** A `fetch` that is missing, or calls what is not there. */
const mistake = /is not a function$/;

/**
 * What a failure of `fetch`, or of reading a body, means. Browsers do not say whether the request reached the server,
 * so there it counts as one that may have.
 */
export function networkErrorOf(error: unknown, where: string, waited: number): unknown {
  const words = `${(error as Error | undefined)?.message}`;
  if (mistake.test(words)) return error;
  const code = codeOf(error);
  // The runtime's own time limit was shorter than ours.
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code))
    return new RequestTimeoutError(`${where} was given up by the runtime's fetch.`, waited);
  const refused = refusal.test(`${code} ${words}`);
  let said = `no connection could be made${code && ` (${code})`}. Is it running?`;
  if (!refused) {
    // Pages are told nothing, lest they find out what there is in a private network.
    said = code
      ? `the connection broke (${code}).`
      : 'why is not told. Is it running, and may it be called from here (CORS, permissions)?';
  }
  return new NetworkError(`${where} got no answer: ${said}`, {
    cause: error,
    refused,
  });
}

/** What the runtime calls a failure, e.g. `ECONNRESET`; empty if it does not say. */
export function codeOf(error: unknown): string {
  let found = error;
  // Causes may go in a circle.
  for (let depth = 0; depth < 9 && typeof found === 'object' && found !== null; depth += 1) {
    const { code, cause } = found as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    found = cause;
  }
  return '';
}
