import type { Peer, RecordedRequest } from './peers.js';

/**
 * Where the HTTP+JSON binding has each method, written from the specifications (1.0: section 11.3; 0.3: section 3.5.3).
 * 0.3 has lists in this binding only, and no server here that answers one.
 */
const routes: Record<Peer['dialect'], Record<string, string>> = {
  '1.0': {
    'POST /message:send': 'SendMessage',
    'POST /message:stream': 'SendStreamingMessage',
    'POST /tasks/{id}:subscribe': 'SubscribeToTask',
    'POST /tasks/{id}:cancel': 'CancelTask',
    'GET /tasks/{id}': 'GetTask',
    'GET /tasks': 'ListTasks',
    'GET /extendedAgentCard': 'GetExtendedAgentCard',
  },
  '0.3': {
    'POST /v1/message:send': 'message/send',
    'POST /v1/message:stream': 'message/stream',
    'GET /v1/tasks/{id}:subscribe': 'tasks/resubscribe',
    'POST /v1/tasks/{id}:cancel': 'tasks/cancel',
    'GET /v1/tasks/{id}': 'tasks/get',
    'GET /v1/tasks': 'tasks/list',
    'GET /v1/card': 'agent/getAuthenticatedExtendedCard',
  },
  praison: {},
};

export interface RestCall {
  method: string;
  params: Record<string, unknown>;
}

/** What was asked, by its name in JSON-RPC, and the members of path, query and body in one; undefined if nothing was. */
export function restCallOf(
  dialect: Peer['dialect'],
  { method: verb, path, body }: Pick<RecordedRequest, 'method' | 'path' | 'body'>,
): RestCall | undefined {
  const { pathname, searchParams } = new URL(path, 'http://peer');
  // Where every peer has the binding.
  const [, below = ''] = /\/rest(\/.*)$/.exec(pathname) ?? [];
  const [, id, action = ''] = /\/tasks\/([^/:]+)(:\w+)?$/.exec(below) ?? [];
  const route = id === undefined ? below : below.replace(`${id}${action}`, `{id}${action}`);
  const method = routes[dialect][`${verb} ${route}`];
  if (!method) return undefined;
  const query = [...searchParams].map(([name, value]) => [name, jsonOf(name, value)]);
  const params = { ...Object.fromEntries(query), ...(body as object | null) };
  return { method, params: id === undefined ? params : { ...params, id: decodeURIComponent(id) } };
}

/** A member of the query as JSON would have it; what is spelled otherwise stays a string, which is then objected to. */
function jsonOf(name: string, value: string): unknown {
  if (['historyLength', 'pageSize'].includes(name) && /^\d+$/.test(value)) return Number(value);
  if (name === 'includeArtifacts' && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

/** What a strict server would object to in the HTTP request itself, whatever it asks for. */
export function restObjections({ method, path, headers, body }: RecordedRequest): string[] {
  const found: string[] = [];
  if (method === 'GET') {
    if (body !== null) found.push('a body');
    if (headers['content-type'] !== undefined) found.push('a content-type without a body');
  } else {
    if (headers['content-type'] !== 'application/json') found.push('content-type');
    if (typeof body !== 'object' || body === null || Array.isArray(body)) found.push('no object as body');
    if (path.includes('?')) found.push('a query beside a body');
  }
  return found;
}

/** Error reasons by which the servers of 1.0, and codes by which one of 0.3, say that the request was malformed. */
const malformed: unknown[] = ['INVALID_PARAMS', 'INVALID_REQUEST', 'METHOD_NOT_FOUND', -32602, -32700];

/**
 * Whether an answer says that the request itself was wrong: its body, its version or its path. The Python server of 0.3
 * says less: any request that it cannot read is an "unknown exception", as is an agent that throws.
 */
export function isRestRefusal(status: number, body: unknown): boolean {
  const { error, code, message } = (body ?? {}) as Record<string, unknown>;
  if (status < 400) return false;
  const { details = [] } = (error ?? {}) as { details?: Array<{ reason?: string }> };
  const said = error ? details[0]?.reason : code;
  if (said !== undefined) return malformed.includes(said) || said === 'VERSION_NOT_SUPPORTED';
  if (status === 500) return message === 'unknown exception';
  // Without a word in the protocol's own form, 404 is a router's.
  return status === 404 ? message === undefined : [405, 415, 422].includes(status);
}
