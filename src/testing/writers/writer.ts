import type { Binding } from '../bindings.js';
import type { CardCaching } from '../card-response.js';
import type { Desk } from '../desk.js';
import type { Frame, StreamFate } from '../event-stream.js';
import type { HttpFault, RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import type { Framing } from '../framing.js';
import type { Listing } from '../listing/listing.js';
import type { Manner } from '../manner.js';
import type { Route } from '../routes.js';
import type { AuthFacts } from '../server-auth.js';
import type { ServerExtension } from '../server-extension.js';
import type { StreamItem } from '../task-stream.js';

/** One way to call a server. */
export interface Interface {
  binding: Binding;
  url: string;
}

/** What a card tells about this very server. */
export interface CardFacts {
  /** Where it answers, each binding at a url of its own; the preferred one first. */
  interfaces: readonly Interface[];
  extendedCard: boolean;
  auth: AuthFacts;
  pushNotifications: boolean;
  streaming: boolean;
  extensions: readonly ServerExtension[];
  tenant: string | undefined;
}

/** What a method may use. */
export interface Call extends CardFacts {
  /** Whether the extended card, which is promised, is there. */
  extendedCardConfigured: boolean;
  desk: Desk;
  listing: Listing;
  strict: boolean;
  restStatuses: '1.0.0' | '1.0.1';
  /** Whether a send waits for the end, given what the request asked for. */
  blocks(asked: boolean): boolean;
  /** What goes wrong with the stream that this method opens. */
  fateOf(rpcMethod: string): StreamFate;
}

/** What it returns is the result; a `TaskStream` becomes server-sent events. */
export type Method = (params: Json, call: Call) => unknown;

/** How a call ended. */
export type Outcome = { result: unknown } | { error: RpcFault };

/** What a stream says that is refused: one event, or it breaks off at once. */
export type RefusedStream = Frame | 'broken';

/** A request that no method answers, as far as it matters. */
export interface Unanswered {
  verb: string;
  path: string;
  /** The verbs that would have been answered there. */
  allowed: readonly string[];
}

/** The HTTP+JSON binding of a dialect. */
export interface RestWriter {
  routes: readonly Route[];
  /** By their names in JSON-RPC, which the routes refer to. */
  methods: ReadonlyMap<string, Method>;
  /** Of whatever is no stream. */
  contentType: string;
  /** Of an answer without a body. @default none */
  emptyType?: string;
  /** The operations that are answered with 201; one without a result is with 204, and the others with 200. */
  creates: ReadonlySet<string>;
  /** Where it throws, the stream breaks off. */
  frame(item: StreamItem, call: Call): Frame | undefined;
  /** The answer to a call that threw this; of a content type of its own, if it is told. */
  refusal(error: unknown, call: Call): { status: number; body: Json; type?: string };
  /** Instead of that of JSON-RPC. */
  admit?(headers: Headers, call: Call): void;
  /** As in JSON-RPC. */
  refusedStream?(rpcMethod: string): RefusedStream | undefined;
  /** The binding of another version, which has what this one does not know. */
  beside?: RestWriter;
}

/** One dialect, as servers really write it; by hand, and by nobody else's code. */
export interface Writer {
  /** Below the base; the first is the one to name. */
  cardPaths: readonly [string, ...string[]];
  /** Of JSON-RPC. */
  endpointPath: string;
  manner: Manner;
  methods: ReadonlyMap<string, Method>;
  /** The card, for a request with these headers. */
  card(facts: CardFacts, headers: Headers): Json;
  /** @default 'usual' */
  caching?: CardCaching;
  /** Other documents, by path. */
  documents: ReadonlyMap<string, (card: Json) => Json>;
  envelope(id: unknown, outcome: Outcome): Json;
  framing: Framing;
  /** One event of a stream; nothing for what this dialect does not tell. Where it throws, the stream breaks off. */
  frame(id: unknown, item: StreamItem): Frame | undefined;
  /** Refuses a request before it is read, e.g. for its content type. */
  open?(headers: Headers): void;
  /** Refuses a call that would otherwise be run, e.g. for its version. */
  admit(headers: Headers, call: Call): void;
  /** Whether the version may be told in the query instead, by the name of its header. @default false */
  versionInQuery?: boolean;
  refuse: {
    badJson(text: string): RpcFault | HttpFault;
    notAnObject(body: unknown): RpcFault | HttpFault;
    noMethod(body: Json): RpcFault | HttpFault;
    unknownMethod(method: string): RpcFault | HttpFault;
    badParams(params: unknown): RpcFault | HttpFault;
    /** Whatever a method threw that is not a fault already. */
    thrown(error: unknown): RpcFault | HttpFault;
  };
  /** What is answered to a method that streams and is refused, by servers that begin the stream before. */
  refusedStream?(rpcMethod: string, id: unknown, fault: RpcFault): RefusedStream | undefined;
  /** The methods of another version, for a server that has them too: it is asked for what this one does not know. */
  beside?: Writer;
  /** Absent where servers of this dialect have JSON-RPC only. */
  rest?: RestWriter;
  httpError(status: 401 | 404 | 405, request: Unanswered): Response;
}
