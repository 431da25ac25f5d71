/** What runtimes say, in their different ways, when a connection could not even be made. */
const refusals = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'ConnectionRefused'];

/** Whether a request certainly never reached the server. Browsers do not say, so there it is always false. */
export function isRefused(error: unknown): boolean {
  // Deno gives no code.
  return refusals.includes(codeOf(error)) || /connection refused/i.test(String(error));
}

/** Whether the runtime's own time limit was shorter than ours. */
export function isRuntimeTimeout(error: unknown): boolean {
  return /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(codeOf(error));
}

/** What the runtime calls a failure, e.g. `ECONNRESET`; empty if it does not say. */
export function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause ? codeOf(cause) : '';
}
