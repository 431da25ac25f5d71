import type { Agent } from './agent.js';
import type { Binding } from './bindings.js';
import { type CardSigner, checkSigner } from './card-signature.js';
import { demand } from './demand.js';
import { type FaultyRequest, readFault } from './fault-option.js';
import type { Filled } from './filled.js';
import { readStore, type StoreName, type StoreQuirks, type StoreSettings } from './listing/quirks.js';
import { oneOf } from './push/format.js';
import { type PushOptions, type PushSettings, readPush } from './push/options.js';
import type { RequestFault } from './request-fault.js';
import { checkAuth, type ServerAuth } from './server-auth.js';
import { checkExtensionList, type ServerExtension } from './server-extension.js';
import { artifact, completed, working } from './steps.js';
import { checkCut, type OpeningStream, type StreamCut } from './stream-cut.js';
import { readStreamMishap, type StreamMishap, type UpcomingEvent } from './stream-mishap.js';

/** What kind of server, and how it behaves. */
export interface ReferenceServerOptions {
  /** Where it pretends to be. A path is kept; a trailing slash is not. @default 'http://agent.test' */
  url?: string | undefined;
  /** @default '1.0', or that of the profile */
  dialect?: '1.0' | '0.3' | 'praison' | undefined;
  /**
   * A real server to be like, as it was recorded: its cards, words, statuses, framing and habits. Without one, the server
   * keeps to the specification, and takes nothing that it does not know.
   *
   * - `'python-1.1'`, `'js-1.3'`: the official libraries for 1.0, a2a-python 1.1.0 and @a2a-js/sdk 1.3.0. With the
   *   dialect `'0.3'`: what they answer to clients of that version.
   * - `'python-0.3'`, `'js-0.3'`: the same for 0.3, a2a-python 0.3.26 and @a2a-js/sdk 0.3.14.
   * - `'praison'`: `praisonaiagents.ui.a2a`.
   *
   * Only what was recorded can be asked for: another dialect or binding is a TypeError. What other options say, goes.
   *
   * @default undefined
   * @example createReferenceServer({ profile: 'js-1.3', bindings: ['HTTP+JSON'] })
   */
  profile?: 'python-1.1' | 'js-1.3' | 'python-0.3' | 'js-0.3' | 'praison' | undefined;
  /**
   * How calls are put on HTTP, the preferred one first, as the card lists them. JSON-RPC is at the url itself (of
   * PraisonAI at `/a2a`), HTTP+JSON below `/rest`. PraisonAI has JSON-RPC only.
   *
   * @default ['JSONRPC'], or the first of the profile's
   */
  bindings?: readonly Binding[] | undefined;
  /** What answers the messages. Default: one that works, says `You said: …` and completes. */
  agent?: Agent | undefined;
  /**
   * Calls need this Bearer token, or this key in a header, else 401; a function is asked for each call. The card stays
   * public.
   *
   * @example auth: { bearer: () => currentToken }
   * @example auth: { apiKey: 'secret', header: 'X-API-Key' }
   */
  auth?: ServerAuth | undefined;
  /** Whether a send waits as the request asked, whatever it asked, or never. @default 'honour' */
  blocking?: 'honour' | 'always' | 'never' | undefined;
  /**
   * Breaks streams off, as a network does: the connection is lost, or the body fails with a TypeError where there
   * is none. The agent goes on. A function is asked for each stream; `undefined` leaves it whole.
   *
   * @example cutStream: ({ nth }) => (nth === 1 ? { afterEvents: 2 } : undefined)
   */
  cutStream?: StreamCut | ((stream: OpeningStream) => StreamCut | undefined) | undefined;
  /**
   * What goes wrong with the events of streams on their way: one is lost, comes twice, after the next one, or later;
   * or the stream goes deaf. What happens is told nowhere else, and the task goes on. A function is asked for each
   * event; `undefined` lets it through.
   *
   * @default undefined
   * @example streamMishap: ({ nth, event }) => (nth === 1 && event === 2 ? 'deaf' : undefined)
   * @example streamMishap: ({ state }) => (state === 'completed' ? 'lose' : undefined)
   * @example streamMishap: { delay: 100 }
   */
  streamMishap?: StreamMishap | ((event: UpcomingEvent) => StreamMishap | undefined) | undefined;
  /**
   * Whether there are push notifications, and of what kind. `true` is how most servers of the dialect send them; of
   * PraisonAI it is the extension `WebhookA2A` of its guide. Webhooks at addresses that are not public, such as this
   * machine's, need `{ allowPrivate: true }`.
   *
   * @default false
   * @example push: { allowPrivate: true, sign: { secret: 'secret' } }
   */
  push?: boolean | PushOptions | undefined;
  /**
   * What goes wrong with requests: see {@link RequestFault}. A function is asked for each request; `undefined` lets it
   * through.
   *
   * @default undefined
   * @example fault: ({ operation, nth }) => (operation === 'get' && nth <= 2 ? { status: 503, retryAfter: 1 } : undefined)
   * @example fault: ({ operation, nth }) => (operation && nth === 1 ? { status: 401 } : undefined)
   * @example fault: { latency: 200 }
   */
  fault?: RequestFault | ((request: FaultyRequest) => RequestFault | undefined) | undefined;
  /** Whether there are streams; without, they are refused as the dialect has it. @default true */
  streaming?: boolean | undefined;
  /**
   * The extensions that the card names. Of 1.0, a call without `A2A-Extensions` for one that is required is refused
   * with -32008.
   *
   * @default []
   */
  extensions?: readonly ServerExtension[] | undefined;
  /** The tenant that the card names, of 1.0; calls for another one are refused with -32602. @default none */
  tenant?: string | undefined;
  /**
   * Signs the card, whatever the option `card` made of it, as section 8.4 of 1.0 has it.
   *
   * @example signCard: { privateKey, kid: 'key-1' } // of crypto.subtle.generateKey, for ECDSA on P-256
   */
  signCard?: CardSigner | undefined;
  /**
   * The time that the server writes: ms since 1970. Its sleeps do not follow it.
   *
   * @default Date.now
   * @example clock: () => Date.now() + 3_600_000 // an hour fast
   */
  clock?: (() => number) | undefined;
  /** `'counting'` makes ids that a test can foretell: `task-1`, `context-1`, `message-1`, `artifact-1`. @default 'random' */
  ids?: 'random' | 'counting' | undefined;
  /** Has the last word on the card: for odd ones. `undefined` makes it a 404. */
  card?: ((card: Record<string, unknown>) => unknown) | undefined;
  /** How long the card may be kept, in seconds; it has an ETag besides. @default 3600, or as the profile's server */
  cardMaxAge?: number | undefined;
  /** Rejects unknown request fields, as the Python and Java servers do; PraisonAI never does. @default true */
  strict?: boolean | undefined;
  /**
   * The version of the specification whose HTTP statuses 1.0 has over HTTP+JSON: a task that cannot be canceled is 409
   * in 1.0.0 and 400 in 1.0.1, a content type that is not supported 415 and 400, an agent's bad answer 502 and 500.
   *
   * @default '1.0.1'
   */
  restStatuses?: '1.0.0' | '1.0.1' | undefined;
  /**
   * Whether there is an extended card; PraisonAI answers with its plain one in any case. `'not-configured'` is promised
   * by the card and refused, of 1.0 with -32007.
   *
   * @default true
   */
  extendedCard?: boolean | 'not-configured' | undefined;
  /**
   * How the tasks are listed, by `ListTasks` and PraisonAI's `tasks/list`: soundly, as the stores of real servers do
   * it, `'js'`, `'python'` or `'go'`, or with quirks of your own. An artifact moves no time, in any of them.
   *
   * @default 'sound'
   * @example store: 'js'
   * @example store: { totalSize: 'absent', mishap: ({ nth }) => (nth === 1 ? 'lose' : undefined) }
   */
  store?: StoreName | StoreQuirks | undefined;
  /** How many tasks are stored; the oldest that is over goes first. @default 10_000 */
  maxTasks?: number | undefined;
}

const behaviours = [
  ...(['agent', 'auth', 'blocking', 'card', 'clock', 'cutStream', 'extendedCard', 'extensions'] as const),
  ...(['fault', 'push', 'store', 'streaming', 'streamMishap', 'strict'] as const),
] as const;

/** What of a server may change while it runs; what is `undefined` is as without the option. */
export type ServerBehaviour = Pick<ReferenceServerOptions, (typeof behaviours)[number]>;

export type Settings = Filled<
  Omit<
    ReferenceServerOptions,
    | 'auth'
    | 'bindings'
    | 'card'
    | 'cardMaxAge'
    | 'cutStream'
    | 'fault'
    | 'profile'
    | 'push'
    | 'signCard'
    | 'store'
    | 'streamMishap'
    | 'tenant'
  >
> &
  Pick<ReferenceServerOptions, 'auth' | 'card' | 'cardMaxAge' | 'signCard' | 'tenant'> & {
    bindings: readonly [Binding, ...Binding[]];
    cutStream: (stream: OpeningStream) => StreamCut | undefined;
    fault: (request: FaultyRequest) => RequestFault | undefined;
    push: PushSettings;
    store: StoreSettings;
    streamMishap: (event: UpcomingEvent) => StreamMishap | undefined;
  };

const echo: Agent = function* (turn) {
  yield working();
  yield artifact(`You said: ${turn.text}`);
  yield completed();
};

/** Fills the defaults in; a value that makes no sense is a TypeError that names the option. */
export function readOptions(options: ReferenceServerOptions): Settings {
  oneOf('dialect', options.dialect ?? '1.0', ['1.0', '0.3', 'praison']);
  checkTypes(options);
  const settings: Settings = {
    ...options,
    // There, so that a change of theirs can be taken back.
    auth: options.auth,
    card: options.card,
    url: readUrl(options.url ?? 'http://agent.test'),
    dialect: options.dialect ?? '1.0',
    bindings: readBindings(options),
    agent: options.agent ?? echo,
    blocking: options.blocking ?? 'honour',
    strict: options.strict ?? true,
    extendedCard: options.extendedCard ?? true,
    restStatuses: options.restStatuses ?? '1.0.1',
    store: readStore(options.store),
    maxTasks: options.maxTasks ?? 10_000,
    cutStream: readCut(options.cutStream),
    fault: readFault(options.fault),
    streaming: options.streaming ?? true,
    extensions: options.extensions ?? [],
    // Looked up at each call: tests fake it.
    clock: options.clock ?? (() => Date.now()),
    ids: options.ids ?? 'random',
    streamMishap: readStreamMishap(options.streamMishap),
    push: readPush(options.push ?? false, options.dialect ?? '1.0'),
  };
  oneOf('blocking', settings.blocking, ['honour', 'always', 'never']);
  oneOf('ids', settings.ids, ['random', 'counting']);
  oneOf('extendedCard', settings.extendedCard, [true, false, 'not-configured']);
  if (settings.tenant !== undefined && settings.dialect !== '1.0') {
    throw new TypeError('tenant is of dialect 1.0 only.');
  }
  oneOf('restStatuses', settings.restStatuses, ['1.0.0', '1.0.1']);
  const { cardMaxAge = 0 } = settings;
  if (!Number.isInteger(cardMaxAge) || cardMaxAge < 0) {
    throw new TypeError(`cardMaxAge must be a whole number of at least 0, not ${cardMaxAge}.`);
  }
  if (!Number.isInteger(settings.maxTasks) || settings.maxTasks < 1) {
    throw new TypeError(`maxTasks must be a whole number of at least 1, not ${settings.maxTasks}.`);
  }
  return settings;
}

function checkTypes(options: ReferenceServerOptions): void {
  for (const name of ['agent', 'card', 'clock'] as const) demand(name, options[name], 'function');
  for (const name of ['streaming', 'strict'] as const) demand(name, options[name], 'boolean');
  if (typeof options.push !== 'object') demand('push', options.push, 'boolean');
  demand('tenant', options.tenant, 'string');
  checkAuth(options.auth);
  checkExtensionList(options.extensions);
  checkSigner(options.signCard);
}

/** The same for what is to change, of these options as they are then. The rest stays what it is. */
export function readBehaviour(
  behaviour: ServerBehaviour,
  options: ReferenceServerOptions,
): Partial<Settings> {
  const names = Object.keys(behaviour) as (typeof behaviours)[number][];
  for (const name of names) oneOf('use', name, behaviours);
  const settings = readOptions(options);
  return Object.fromEntries(names.map(name => [name, settings[name]]));
}

function readBindings({ bindings = ['JSONRPC'], dialect }: ReferenceServerOptions): Settings['bindings'] {
  for (const binding of bindings) oneOf('bindings', binding, ['JSONRPC', 'HTTP+JSON']);
  const [first, ...others] = bindings;
  if (!first || new Set(bindings).size < bindings.length) {
    throw new TypeError('bindings must name at least one binding, and none twice.');
  }
  if (dialect === 'praison' && bindings.includes('HTTP+JSON')) {
    throw new TypeError('bindings must not have HTTP+JSON where the dialect is praison.');
  }
  return [first, ...others];
}

function readCut(option: ReferenceServerOptions['cutStream']): Settings['cutStream'] {
  if (typeof option !== 'function') {
    const cut = option && checkCut(option);
    return () => cut;
  }
  return stream => {
    const cut = option(stream);
    return cut && checkCut(cut);
  };
}

function readUrl(url: string): string {
  if (!URL.canParse(url)) throw new TypeError(`url must be an absolute URL, not "${url}".`);
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}
