import type { Dialect } from 'a2a-await';
import { type Capture, callIn } from './capture.js';
import { serverOf } from './servers.js';

/** What of a request a server looks at. */
export interface Sent {
  http: 'GET' | 'POST';
  url: string;
  /** `A2A-Version` */
  version: string | null;
  contentType: string | null;
  rpc?: { jsonrpc: unknown; method: unknown; params: unknown };
}

/** How what our client sends differs from what was recorded, beyond the table below. */
export interface Instead {
  because: string;
  version?: string | null;
  method?: string;
  params?: object;
}

type Params = Record<string, unknown>;

/** What "all of the history" is on 0.3, where none at all is "none" to some and zero is "all" to others. */
export const wholeHistory = 10_000;

/** How messages differ, streamed or not. */
const sent: Record<'0.3' | 'praison', (recorded: Params) => Params> = {
  // Servers differ in their defaults, and some require the list: both are always said.
  '0.3': recorded => ({
    ...recorded,
    configuration: { blocking: true, acceptedOutputModes: [], ...(recorded['configuration'] as object) },
  }),
  // Which spelling is read depends on the server's version: both are said.
  praison: recorded => {
    const { returnImmediately, return_immediately } = (recorded['configuration'] ?? {}) as Params;
    return returnImmediately || return_immediately
      ? { ...recorded, configuration: { returnImmediately: true, return_immediately: true } }
      : recorded;
  },
};

/**
 * What our client writes differently from the recorded requests, and why. Whatever is not here must be equal.
 */
const habits: Readonly<Record<Dialect, Readonly<Record<string, (recorded: Params) => Params>>>> = {
  '1.0': {},
  '0.3': {
    'message/send': sent['0.3'],
    'message/stream': sent['0.3'],
    'tasks/get': recorded => ({ ...recorded, historyLength: recorded['historyLength'] || wholeHistory }),
    // No server of 0.3 filters by these.
    'tasks/list': ({ includeArtifacts: _, status: __, ...recorded }) => recorded,
  },
  praison: {
    'message/send': sent.praison,
    'message/stream': sent.praison,
  },
};

/** The params a server sees: in 1.0, which is protobuf, an empty configuration says as much as none. */
export function seenParams(method: unknown, params: unknown): unknown {
  if (method !== 'SendMessage' && method !== 'SendStreamingMessage') return params;
  const { configuration, ...rest } = params as Params;
  const said = configuration !== undefined && Object.keys(configuration as object).length > 0;
  return said ? params : rest;
}

/** The call that our client is to make where a capture's was recorded. `verbatim`: `callMethod` changes nothing. */
export function expectedCall(
  capture: Capture,
  { verbatim = false, instead }: { verbatim?: boolean | undefined; instead?: Instead | undefined } = {},
): Sent {
  const { origin, dialect } = serverOf(capture.server);
  const { method, path } = capture.request;
  const recorded = callIn(capture);
  const rpcMethod = instead?.method ?? recorded?.method;
  const habit = verbatim ? undefined : habits[dialect][rpcMethod ?? ''];
  const params = recorded?.params;
  return {
    http: method as 'POST',
    url: origin + path,
    version: instead?.version === undefined ? headerOf(capture, 'A2A-Version') : instead.version,
    contentType: headerOf(capture, 'content-type'),
    rpc: {
      jsonrpc: '2.0',
      method: rpcMethod,
      params: instead?.params ?? (params && habit ? habit(params) : params),
    },
  };
}

/** The request for a card: always with the newest version's header, which older servers do not look at. */
export function expectedCardRequest({ server, request }: Capture, version: string | null = '1.0'): Sent {
  return {
    http: request.method as 'GET',
    url: serverOf(server).origin + request.path,
    version,
    contentType: null,
  };
}

export function headerOf({ request }: Capture, name: string): string | null {
  return new Headers(request.headers).get(name);
}
