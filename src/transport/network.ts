/** What runtimes say, in their different ways, when a connection could not even be made. */
const refusals = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
]);

const undiciTimeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * Whether a request certainly never reached the server. Browsers do not say, so there it is always false.
 */
export function isRefused(error: unknown): boolean {
  const found = codes(error);
  return found.length > 0 && found.every(code => refusals.has(code));
}

/** Whether the runtime's own time limit was shorter than ours. */
export function isRuntimeTimeout(error: unknown): boolean {
  return codes(error).some(code => undiciTimeouts.has(code));
}

/** The codes of an error, its causes, and of each address that was tried. */
function codes(error: unknown, depth = 4): string[] {
  if (typeof error !== 'object' || error === null || depth === 0) return [];
  const { code, cause, errors, message } = error as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown;
    message?: unknown;
  };
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap(each => codes(each, depth - 1));
  if (typeof code === 'string') return [code];
  // Deno gives no code.
  if (typeof message === 'string' && /\bconnection refused\b/i.test(message)) return ['ECONNREFUSED'];
  return codes(cause, depth - 1);
}
