import { oneOf } from './push/format.js';
import type { RequestFault } from './request-fault.js';
import type { ReceivedRequest } from './request-log.js';

/** A request that is about to be answered. */
export interface FaultyRequest extends ReceivedRequest {
  /** Counts the requests for the same operation, from 1; those for documents, such as the card, by their path. */
  nth: number;
}

type FaultOption = RequestFault | ((request: FaultyRequest) => RequestFault | undefined);

const words = ['reset', 'lose-answer', 'hang', 'html', 'garbage', 'wrong-id'];
/** The number that makes each a fault of its kind, and the least it may be. */
const least = { status: 200, latency: 0, truncate: 0, drip: 1, oversize: 1 };
const kinds = [...(Object.keys(least) as (keyof typeof least)[]), 'regress' as const];

/** The option as a function; what makes no sense is a TypeError that names it. */
export function readFault(
  option: FaultOption | undefined,
): (request: FaultyRequest) => RequestFault | undefined {
  if (typeof option !== 'function') {
    const always = option && check(option);
    return () => always;
  }
  return request => {
    const fault = option(request);
    return fault && check(fault);
  };
}

function check(fault: RequestFault): RequestFault {
  if (typeof fault === 'string' && words.includes(fault)) return fault;
  if (typeof fault === 'object') {
    const members = fault as Partial<Record<string, unknown>>;
    const [kind, other] = kinds.filter(name => members[name] !== undefined);
    if (other) throw new TypeError(`fault must be of one kind, not both ${kind} and ${other}.`);
    if (kind === 'regress') oneOf('fault.regress', members[kind], ['submitted', 'working']);
    else if (kind) atLeast(kind, members[kind], least[kind]);
    if (kind === 'status') checkStatus(members);
    if (kind === 'drip') atLeast('every', members['every'], 0);
    if (kind) return fault;
  }
  const all = [...words, ...kinds].join(', ');
  throw new TypeError(`fault must be one of ${all}, not ${JSON.stringify(fault)}.`);
}

function checkStatus({ status, retryAfter, body, headers }: Partial<Record<string, unknown>>): void {
  if (Number(status) > 599) throw refused('status', status, 'from 200 to 599');
  if (typeof retryAfter !== 'string' && retryAfter !== undefined) atLeast('retryAfter', retryAfter, 0);
  if (body !== undefined && typeof body !== 'string') {
    throw new TypeError(`fault.body must be a string, not ${String(body)}.`);
  }
  try {
    new Headers(headers as HeadersInit | undefined);
  } catch (cause) {
    throw new TypeError('fault.headers must be headers.', { cause });
  }
}

function atLeast(name: string, number: unknown, minimum: number): void {
  if (!Number.isInteger(number) || Number(number) < minimum) {
    throw refused(name, number, `of at least ${minimum}`);
  }
}

function refused(name: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`fault.${name} must be a whole number ${allowed}, not ${String(value)}.`);
}
