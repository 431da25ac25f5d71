import type { A2AClient, A2AClientOptions, StreamEvent } from 'a2a-await';
import { type Answer, type Capture, callIn } from './capture.js';
import type { Step } from './replay.js';
import type { Instead } from './request.js';

/** A capture that is replayed through the client. */
export interface Replayed {
  call: (client: A2AClient, capture: Capture, told: StreamEvent[]) => Promise<unknown>;
  /** The model value, in full, or a `Failure`. */
  expect: (answer: Answer) => unknown;
  /** The call's params go out as they are, without our habits. */
  verbatim?: boolean;
  /** An exchange that our client never makes as recorded: what it sends where it gets this answer. */
  instead?: Instead;
  /** Calls go straight to the endpoint: the card would lead to a second attempt in another dialect. */
  direct?: boolean;
  /** The exchanges, where they are other than the card and then the call. */
  script?: (capture: Capture) => Step[];
  options?: A2AClientOptions;
  warnings?: readonly string[];
}

/** The class of an error, exactly and not a subclass, and its members. */
export class Failure {
  constructor(
    readonly type: abstract new (...details: never[]) => Error,
    readonly members: Readonly<Record<string, unknown>>,
    /** Words of the server that the message passes on. */
    readonly says = '',
    /** What a stream told before that. */
    readonly told: readonly StreamEvent[] = [],
  ) {}
}

export type Entries = Record<string, Replayed>;

/** The same expectation for a case of several servers. */
export function on(servers: readonly string[], name: string, entry: Replayed): Entries {
  return Object.fromEntries(servers.map(server => [`${server}/${name}`, entry]));
}

/** The call exactly as it was recorded, whatever our client would write itself. */
export const asRecorded: Pick<Replayed, 'call' | 'verbatim'> = {
  call: (client, capture) => {
    const { method = '', params = {} } = callIn(capture) ?? {};
    return client.callMethod(method, params);
  },
  verbatim: true,
};
