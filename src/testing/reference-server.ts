/// <reference lib="esnext.disposable" preserve="true" />
import type { HttpHandler } from 'msw';
import type { Task } from '../model/task.js';
import { pathOf } from './bindings.js';
import { Desk } from './desk.js';
import { createHandler } from './handle.js';
import { createFetch } from './in-process-fetch.js';
import { counting } from './manner.js';
import { createMswHandlers } from './msw.js';
import {
  type ReferenceServerOptions,
  readBehaviour,
  readOptions,
  type ServerBehaviour,
  type Settings,
} from './options.js';
import { withProfile } from './profiles/profiles.js';
import type { SentNotification } from './push/sender.js';
import type { ReceivedRequest } from './request-log.js';
import { TaskStore } from './store.js';
import type { Writer } from './writers/writer.js';

/** The tasks a server stores, in the client's own model; what is returned is a snapshot. */
export interface StoredTasks {
  /** In the order of their creation. */
  list(): Task[];
  get(id: string): Task | undefined;
  readonly size: number;
}

/** An A2A server for tests and demos. */
export interface ReferenceServer extends AsyncDisposable {
  /** The base url, without a trailing slash. */
  readonly url: string;
  /** Where the card is. */
  readonly cardUrl: string;
  /** Where calls go: over HTTP+JSON, if that is the first binding, what their paths begin with. */
  readonly endpoint: string;
  /**
   * For msw's `setupServer(...server.handlers)` or `setupWorker(...server.handlers)`. msw keeps a copy of each
   * response, so an abort ends a stream there, and a `cancel()` of its body does not.
   */
  readonly handlers: HttpHandler[];
  /** Answers in this process, without a network; a request that is not at `url` fails with a TypeError. */
  readonly fetch: typeof globalThis.fetch;
  /** Answers one request at any origin: for adapters. Rejects with a TypeError once the server is closed. */
  handle(request: Request): Promise<Response>;
  readonly tasks: StoredTasks;
  /** Every request so far, in order; the last 10,000. */
  readonly requests: ReceivedRequest[];
  /** Every push notification so far, in the order in which their deliveries ended; the last 10,000. */
  readonly notifications: SentNotification[];
  /**
   * How many streams still follow a task, or are deaf: 0 once they all ended, were cut, or were left by their
   * readers.
   */
  readonly openStreams: number;
  /**
   * Changes how it behaves from now on, until `reset()`.
   *
   * @throws TypeError if an option makes no sense, or cannot be changed; then nothing is
   * @example server.use({ fault: ({ operation }) => (operation === 'get' ? 'reset' : undefined) })
   */
  use(behaviour: ServerBehaviour): void;
  /**
   * Begins anew, with the options it was created with and no tasks, requests or notifications: for `afterEach`. What
   * runs is aborted, as by `close()`.
   */
  reset(): Promise<void>;
  /**
   * Aborts the agents that run, and their sleeps, and the notifications that are on their way. Whoever waits for
   * them, reads a stream of theirs, or asks later, gets an error.
   */
  close(): Promise<void>;
}

/**
 * An A2A server in memory that speaks as real servers do: A2A 1.0, 0.3 or PraisonAI's mixture, over JSON-RPC and,
 * but for PraisonAI's, over HTTP+JSON. For tests and demos only: it forgets everything, and shares no code with the
 * client that it tests.
 *
 * @throws TypeError if an option makes no sense; the message names it
 * @example
 * const server = createReferenceServer({
 *   async *agent(turn) {
 *     yield working();
 *     await turn.sleep(60_000);
 *     yield artifact(`The report on ${turn.text}`);
 *   },
 * });
 * const client = new A2AClient(server.url, { fetch: server.fetch });
 *
 * Source: A2A specification 1.0, sections 3, 9 and 11; recordings of a2a-python 1.1 and 0.3, of the JavaScript SDK
 * 1.3 (HTTP+JSON), and of PraisonAI.
 */
export function createReferenceServer(options: ReferenceServerOptions = {}): ReferenceServer {
  const { writer, options: effective } = withProfile(options);
  const initial = readOptions(effective);
  // Read anew for each request, so that a test may change them.
  const settings = { ...initial };
  const { url } = settings;
  let state = createState(settings, writer);
  const handle = (request: Request) => state.handle(request);
  const close = () => state.desk.close();
  return {
    url,
    cardUrl: url + writer.cardPaths[0],
    endpoint: url + pathOf(settings.bindings[0], writer.endpointPath),
    handlers: createMswHandlers(url, handle),
    fetch: createFetch(url, handle),
    handle,
    tasks: {
      list: () => state.store.all().map(record => record.snapshot()),
      get: id => state.store.get(id)?.snapshot(),
      get size() {
        return state.store.size;
      },
    },
    get requests() {
      return state.requests;
    },
    get notifications() {
      return state.desk.sender.sent;
    },
    get openStreams() {
      return state.desk.streams.count;
    },
    use(behaviour) {
      const { options: changed } = withProfile({ ...options, ...behaviour });
      Object.assign(settings, readBehaviour(behaviour, changed));
    },
    async reset() {
      const { desk } = state;
      if (desk.closed) throw new TypeError('The reference server is closed.');
      Object.assign(settings, initial);
      state = createState(settings, writer);
      await desk.close();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a server has gathered since it began, or was reset. */
function createState(settings: Settings, writer: Writer) {
  const timed = { ...writer.manner, now: () => settings.clock() };
  const manner = settings.ids === 'counting' ? counting(timed) : timed;
  const store = new TaskStore(manner, settings.maxTasks);
  const desk = new Desk(
    turn => settings.agent(turn),
    manner,
    store,
    () => settings.push,
  );
  const requests: ReceivedRequest[] = [];
  return { store, desk, requests, handle: createHandler(settings, writer, desk, requests) };
}
