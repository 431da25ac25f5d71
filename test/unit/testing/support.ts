import { readdirSync, readFileSync } from 'node:fs';
import type { ReferenceServer } from 'a2a-await/testing';

export type Json = Record<string, unknown>;

/** What came over the wire: the tests say what it has to be. */
// biome-ignore lint/suspicious/noExplicitAny: a type here would be believed rather than tested.
export type Wire = any;

export interface Capture {
  case: string;
  request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: string };
}

const captures = new URL('../../captures/', import.meta.url);

/** The recorded exchanges with one server, in their order. */
export function readCaptures(server: string): Capture[] {
  const folder = new URL(`${server}/`, captures);
  return readdirSync(folder)
    .sort()
    .map(file => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}

export function readCapture(server: string, name: string): Capture {
  const found = readCaptures(server).find(capture => capture.case === name);
  if (!found) throw new Error(`${server} has no recording of ${name}`);
  return found;
}

/** Sends what a client would, by hand; a 1.0 version header unless the headers say otherwise. */
export async function post(
  server: ReferenceServer,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  return server.fetch(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

export async function call(
  server: ReferenceServer,
  method: string,
  params: unknown = {},
  init?: RequestInit,
): Promise<{ result?: Wire; error?: Wire; id?: unknown; jsonrpc?: unknown }> {
  const response = await post(server, { jsonrpc: '2.0', id: 7, method, params }, init);
  return response.json();
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

/** A message as PraisonAI reads it. */
export function praisonMessage(text: string, fields: Json = {}): Json {
  return { messageId: `m-${++messages}`, role: 'user', parts: [{ text }], ...fields };
}

/** How each dialect says the same; for tables of tests. */
export const dialects = [
  {
    dialect: '1.0' as const,
    send: 'SendMessage',
    get: 'GetTask',
    cancel: 'CancelTask',
    notBlocking: { returnImmediately: true },
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
  },
  {
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
  },
  {
    dialect: 'praison' as const,
    send: 'message/send',
    get: 'tasks/get',
    cancel: 'tasks/cancel',
    notBlocking: { return_immediately: true },
    message: praisonMessage,
    taskOf: (result: Wire) => result,
    states: {
      submitted: 'submitted',
      working: 'working',
      inputRequired: 'input_required',
      completed: 'completed',
      failed: 'failed',
      canceled: 'cancelled',
    },
  },
];
