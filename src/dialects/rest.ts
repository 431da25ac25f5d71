import type { Operation } from './dialect.js';

/** Where each operation lies. Source: A2A specification 1.0, section 11.3 (HTTP+JSON/REST binding). */
const routes: Readonly<Record<Operation, string>> = {
  send: 'POST /message:send',
  stream: 'POST /message:stream',
  get: 'GET /tasks/{id}',
  list: 'GET /tasks',
  cancel: 'POST /tasks/{id}:cancel',
  subscribe: 'POST /tasks/{id}:subscribe',
  extendedCard: 'GET /extendedAgentCard',
};

/** One request of the HTTP+JSON binding. */
export interface RestRequest {
  url: URL;
  /** Posted; without one it is got. */
  body?: string;
}

/** Writes the params of a JSON-RPC call as a request of the HTTP+JSON binding of A2A 1.0. */
export function writeRest(operation: Operation, endpoint: URL, params: object): RestRequest {
  const [verb, route = ''] = routes[operation].split(' ');
  const { id, ...rest } = params as Record<string, unknown>;
  const segment = (value: unknown) => encodeURIComponent(String(value));
  const { tenant } = rest;
  const url = new URL(endpoint);
  url.pathname = `${endpoint.pathname.replace(/\/+$/, '')}${tenant ? `/${segment(tenant)}` : ''}${route.replace('{id}', segment(id))}`;
  if (verb === 'POST') return { url, body: JSON.stringify(rest) };
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && name !== 'tenant') url.searchParams.set(name, String(value));
  }
  return { url };
}
