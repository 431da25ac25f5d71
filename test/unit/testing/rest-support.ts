import type { ReferenceServer } from 'a2a-await/testing';
import type { Json, Wire } from './support.js';

/** Where operations lie, by what they are called in JSON-RPC; those of 0.3 below `/v1`. */
const places: Record<string, string> = {
  SendMessage: 'POST /message:send',
  SendStreamingMessage: 'POST /message:stream',
  GetTask: 'GET /tasks/{id}',
  ListTasks: 'GET /tasks',
  CancelTask: 'POST /tasks/{id}:cancel',
  SubscribeToTask: 'POST /tasks/{id}:subscribe',
  GetExtendedAgentCard: 'GET /extendedAgentCard',
  'message/send': 'POST /v1/message:send',
  'message/stream': 'POST /v1/message:stream',
  'tasks/get': 'GET /v1/tasks/{id}',
  'tasks/cancel': 'POST /v1/tasks/{id}:cancel',
  'tasks/resubscribe': 'GET /v1/tasks/{id}:subscribe',
  'agent/getAuthenticatedExtendedCard': 'GET /v1/card',
};

/** The A2A errors of 1.0, by which the tests that know JSON-RPC recognise them. */
const codes: Record<string, number> = {
  TASK_NOT_FOUND: -32001,
  TASK_NOT_CANCELABLE: -32002,
  UNSUPPORTED_OPERATION: -32004,
  EXTENDED_AGENT_CARD_NOT_CONFIGURED: -32007,
  EXTENSION_SUPPORT_REQUIRED: -32008,
  INVALID_PARAMS: -32602,
  INTERNAL_ERROR: -32603,
};

export function speaksRest({ endpoint }: ReferenceServer): boolean {
  return endpoint.endsWith('/rest');
}

/** The request that asks for the same as a JSON-RPC call. */
export function restRequest(
  { endpoint }: ReferenceServer,
  method: string,
  params: unknown,
): [string, RequestInit] {
  const [verb = '', path = ''] = places[method]?.split(' ') ?? [];
  const { id, ...fields } = params as Json;
  const url = new URL(endpoint + path.replace('{id}', encodeURIComponent(String(id))));
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
  if (verb === 'GET') {
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
    return [url.href, { headers }];
  }
  const asked = method === 'message/send' ? { ...fields, configuration: blocking(fields) } : fields;
  return [url.href, { method: 'POST', headers, body: JSON.stringify(asked) }];
}

/** In 0.3 a send blocks only where it says so, which in JSON-RPC it need not. */
function blocking({ configuration }: Json): Json {
  return { blocking: true, ...(configuration as Json) };
}

/** An answer in the words of JSON-RPC. */
export async function readRestAnswer(response: Response): Promise<{ result?: Wire; error?: Wire }> {
  const body: Wire = await response.json();
  if (response.ok) return { result: body };
  if (!body.error) return { error: body };
  const { message, details } = body.error;
  return { error: { code: codes[details[0].reason], message, data: details } };
}
