/** What runtimes say, in their different ways, when a connection could not even be made. */
const refusals = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'ConnectionRefused'];

/** Whether a request certainly never reached the server. Browsers do not say, so there it is always false. */
export function isRefused(error: unknown): boolean {
  // Deno gives no code.
  const { message } = (error ?? {}) as { message?: unknown };
  return (
    refusals.includes(codeOf(error)) || (typeof message === 'string' && /connection refused/i.test(message))
  );
}

/** Whether the runtime's own time limit was shorter than ours. */
export function isRuntimeTimeout(error: unknown): boolean {
  return /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(codeOf(error));
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
