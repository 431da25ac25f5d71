import type { ReferenceServer } from 'a2a-await/testing';
import { readRestAnswer, restRequest, speaksRest } from './rest-support.js';

export type Json = Record<string, unknown>;

/** What came over the wire: the tests say what it has to be. */
// biome-ignore lint/suspicious/noExplicitAny: a type here would be believed rather than tested.
export type Wire = any;

/** Sends what a client would, by hand; a 1.0 version header unless the headers say otherwise. */
export async function post(
  server: ReferenceServer,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  return server.fetch(server.endpoint, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers ?? { 'a2a-version': '1.0' }) },
  });
}

/** Asks for the operation of a JSON-RPC method, in the server's first binding. */
export function ask(
  server: ReferenceServer,
  method: string,
  params: unknown = {},
  init: RequestInit = {},
): Promise<Response> {
  if (!speaksRest(server)) return post(server, { jsonrpc: '2.0', id: 7, method, params }, init);
  const [url, request] = restRequest(server, method, params);
  const headers = { 'content-type': 'application/json', ...(init.headers ?? request.headers) };
  return server.fetch(url, { ...request, ...init, headers });
}

/** What it answers; an error in the words of JSON-RPC. */
export function readAnswer(
  server: ReferenceServer,
  response: Response,
): Promise<{ result?: Wire; error?: Wire; id?: unknown; jsonrpc?: unknown }> {
  return speaksRest(server) ? readRestAnswer(response) : response.json();
}

export async function call(
  server: ReferenceServer,
  method: string,
  params: unknown = {},
  init?: RequestInit,
): ReturnType<typeof readAnswer> {
  return readAnswer(server, await ask(server, method, params, init));
}

let messages = 0;

/** A v1.0 message. */
export function v1Message(text: string, fields: Json = {}): Json {
  return { messageId: `m-${++messages}`, role: 'ROLE_USER', parts: [{ text }], ...fields };
}

/** A v0.3 message. */
export function v03Message(text: string, fields: Json = {}): Json {
  const parts = [{ kind: 'text', text }];
  return { kind: 'message', messageId: `m-${++messages}`, role: 'user', parts, ...fields };
}

/** A v0.3 message over HTTP+JSON. */
export function v03RestMessage(text: string, fields: Json = {}): Json {
  return { messageId: `m-${++messages}`, role: 'ROLE_USER', content: [{ text }], ...fields };
}

/** A message as PraisonAI reads it. */
export function praisonMessage(text: string, fields: Json = {}): Json {
  return { messageId: `m-${++messages}`, role: 'user', parts: [{ text }], ...fields };
}

/** What a message says first, whatever its dialect calls its parts. */
export function textOf({ parts, content = parts }: Wire): string {
  return content[0].text;
}

const jsonRpc = ['JSONRPC'] as const;
const httpJson = ['HTTP+JSON'] as const;

const v1 = {
  title: '1.0',
  dialect: '1.0' as const,
  bindings: jsonRpc as typeof jsonRpc | typeof httpJson,
  send: 'SendMessage',
  get: 'GetTask',
  cancel: 'CancelTask',
  notBlocking: { returnImmediately: true } as Json,
  message: v1Message,
  taskOf: (result: Wire) => result.task,
  states: {
    submitted: 'TASK_STATE_SUBMITTED',
    working: 'TASK_STATE_WORKING',
    inputRequired: 'TASK_STATE_INPUT_REQUIRED',
    completed: 'TASK_STATE_COMPLETED',
    failed: 'TASK_STATE_FAILED',
    canceled: 'TASK_STATE_CANCELED',
  },
};

const v03 = {
  ...v1,
  title: '0.3',
  dialect: '0.3' as const,
  send: 'message/send',
  get: 'tasks/get',
  cancel: 'tasks/cancel',
  notBlocking: { blocking: false },
  message: v03Message,
  taskOf: (result: Wire) => result,
  states: {
    submitted: 'submitted',
    working: 'working',
    inputRequired: 'input-required',
    completed: 'completed',
    failed: 'failed',
    canceled: 'canceled',
  },
};

const praison = {
  ...v03,
  title: 'praison',
  dialect: 'praison' as const,
  notBlocking: { return_immediately: true },
  message: praisonMessage,
  states: { ...v03.states, inputRequired: 'input_required', canceled: 'cancelled' },
};

/** How each dialect says the same, in each of its bindings; for tables of tests. */
export const dialects = [
  v1,
  v03,
  praison,
  { ...v1, title: '1.0 over HTTP+JSON', bindings: httpJson },
  {
    ...v03,
    title: '0.3 over HTTP+JSON',
    bindings: httpJson,
    message: v03RestMessage,
    taskOf: v1.taskOf,
    states: { ...v1.states, canceled: 'TASK_STATE_CANCELLED' },
  },
];
