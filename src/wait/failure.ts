import { text } from './snapshot.js';

/** What a failed poll means for a wait, whoever's error it is: by name, HTTP status and JSON-RPC code. */
export interface Failure {
  kind: 'not-found' | 'fatal' | 'transient';
  /** For the tally in `WaitTimeoutError`, e.g. `HTTP 503`. */
  label: string;
  /** ms; what the server asked to wait. */
  hint: number | undefined;
}

/** HTTP statuses that another attempt may cure; any other 4xx and 501 will stay as it is. */
const curable = [408, 409, 425, 429];

/** Codes of this package's own errors that will not pass. */
const hopeless: unknown[] = ['response-limit', 'unsupported-agent', 'closed'];

export function readFailure(error: unknown, everSucceeded: boolean): Failure {
  const { name, code, rpcCode, status, statusCode, retryAfter } = (error ?? {}) as Record<string, unknown>;
  const http = number(status ?? statusCode);
  const rpc = number(rpcCode ?? code);
  const hint = number(retryAfter);
  let kind: Failure['kind'] = 'transient';
  let label = text(code) ?? text(name) ?? 'error';
  if (name === 'TaskNotFoundError' || rpc === -32001) {
    kind = 'not-found';
    label = 'task not found';
  } else if (http !== undefined) {
    label = `HTTP ${http}`;
    // A route may vanish for a moment while a server is replaced, but one that was never there is a wrong url.
    const passes = http === 404 ? everSucceeded : curable.includes(http);
    if (http === 501 || (http > 399 && http < 500 && !passes)) kind = 'fatal';
  } else if (rpc !== undefined) {
    label = `error ${rpc}`;
    if (rpc < -32000 && rpc !== -32603) kind = 'fatal';
  } else if (hopeless.includes(code) || isMistake(error)) {
    kind = 'fatal';
  }
  return { kind, label, hint };
}

const number = (value: unknown) => (Number.isFinite(value) ? (value as number) : undefined);

/**
 * A mistake in the code around, such as a wrapper that calls what is not there, must show at once. The platform
 * reports a broken connection as a `TypeError` too, so the words decide.
 */
function isMistake(error: unknown): boolean {
  return (
    (error instanceof TypeError || error instanceof ReferenceError) &&
    /not a function|defined|of null/.test(error.message)
  );
}
