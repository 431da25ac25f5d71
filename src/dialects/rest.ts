import { InvalidParamsError } from '../errors/rpc.js';
import { below } from './below.js';
import type { Dialect, Operation } from './dialect.js';
import { notSent } from './errors.js';

/** Where each operation lies. Source: A2A specification 1.0, section 11.3; 0.3.0, section 3.5.3. */
const routes: Readonly<Record<Operation, string>> = {
  send: 'POST /message:send',
  stream: 'POST /message:stream',
  get: 'GET /tasks/{id}',
  list: 'GET /tasks',
  cancel: 'POST /tasks/{id}:cancel',
  subscribe: 'POST /tasks/{id}:subscribe',
  extendedCard: 'GET /extendedAgentCard',
  pushSet: 'POST /tasks/{taskId}/pushNotificationConfigs',
  pushGet: 'GET /tasks/{taskId}/pushNotificationConfigs/{id}',
  pushList: 'GET /tasks/{taskId}/pushNotificationConfigs',
  pushDelete: 'DELETE /tasks/{taskId}/pushNotificationConfigs/{id}',
};

/** One request of the HTTP+JSON binding. */
export interface RestRequest {
  url: URL;
  method?: string | undefined;
  body?: string | undefined;
}

/** What 0.3 has elsewhere, below its prefix; only the Go and JavaScript servers take a subscription by POST, too. */
const olderRoutes: Partial<typeof routes> = {
  subscribe: 'GET /tasks/{id}:subscribe',
  extendedCard: 'GET /card',
};

/** @throws {InvalidParamsError} for what would not be a segment of its own, however it is written */
function segment(value: unknown, method: string): string {
  try {
    if (value !== undefined && value !== '.' && value !== '..') return encodeURIComponent(String(value));
  } catch {
    // Half a character.
  }
  throw notSent(InvalidParamsError, method, 'its id cannot be in a url');
}

/** Writes the params of a JSON-RPC call as a request of the HTTP+JSON binding. */
export function writeRest(
  operation: Operation,
  endpoint: URL,
  params: object,
  dialect: Dialect,
): RestRequest {
  const isOlder = dialect === '0.3';
  const [method, route = ''] = ((isOlder && olderRoutes[operation]) || routes[operation]).split(' ');
  const rest = { ...params } as Record<string, unknown>;
  const { tenant } = rest;
  const part = (value: unknown) => segment(value, operation);
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = part(rest[name]);
    // Some servers read what a configuration is for in its body only, in 0.3 strict ones must not find it there.
    if (isOlder || operation !== 'pushSet') delete rest[name];
    return value;
  });
  // Some cards name the prefix of 0.3, too.
  const prefix = isOlder && !/\/v1\/*$/.test(endpoint.pathname) ? '/v1' : '';
  const url = below(endpoint, `${prefix}${tenant ? `/${part(tenant)}` : ''}${path}`);
  if (method === 'POST') return { url, body: JSON.stringify(rest) };
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && name !== 'tenant') url.searchParams.set(name, String(value));
  }
  return { url, method };
}
