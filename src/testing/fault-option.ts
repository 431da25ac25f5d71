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
    const numbers = fault as Partial<Record<string, unknown>>;
    if (numbers['regress'] === 'submitted' || numbers['regress'] === 'working') return fault;
    for (const [name, minimum] of Object.entries(least)) {
      const number = numbers[name];
      if (number === undefined) continue;
      atLeast(name, number, minimum);
      if (name === 'status' && Number(number) > 599) throw refused(name, number, 'from 200 to 599');
      if (name === 'drip') atLeast('every', numbers['every'], 0);
      return fault;
    }
  }
  const kinds = [...words, ...Object.keys(least), 'regress'];
  throw new TypeError(`fault must be one of ${kinds.join(', ')}, not ${JSON.stringify(fault)}.`);
}

function atLeast(name: string, number: unknown, minimum: number): void {
  if (!Number.isInteger(number) || Number(number) < minimum) {
    throw refused(name, number, `of at least ${minimum}`);
  }
}

function refused(name: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`fault.${name} must be a whole number ${allowed}, not ${String(value)}.`);
}
