import { expect } from 'vitest';
import type { RecordedAnswer } from './answers.js';
import type { Column } from './columns.js';
import type { Peer, RecordedRequest } from './peers.js';
import { isRestRefusal, restCallOf, restObjections } from './rest-wire.js';

/**
 * What a request may have in it, written from the specifications (1.0: section 4 and 9.4; 0.3: sections 6 and 7, and
 * specification/grpc/a2a.proto, whose names HTTP+JSON has) and, for PraisonAI, from its source (praisonaiagents/ui/a2a/a2a.py). Not from our encoders: they are what is tested.
 */
type Shape = { [member: string]: Shape | 'anything' | Shape[] };

const part1: Shape = {
  text: 'anything',
  raw: 'anything',
  url: 'anything',
  data: 'anything',
  metadata: 'anything',
  filename: 'anything',
  mediaType: 'anything',
};

const messageIds: Shape = {
  messageId: 'anything',
  contextId: 'anything',
  taskId: 'anything',
  role: 'anything',
  metadata: 'anything',
  extensions: 'anything',
  referenceTaskIds: 'anything',
};

const part03: Shape = {
  kind: 'anything',
  text: 'anything',
  data: 'anything',
  file: { bytes: 'anything', uri: 'anything', mimeType: 'anything', name: 'anything' },
  metadata: 'anything',
};

const id: Shape = { id: 'anything' };

const send1: Shape = {
  tenant: 'anything',
  message: { ...messageIds, parts: [part1] },
  configuration: {
    acceptedOutputModes: 'anything',
    taskPushNotificationConfig: 'anything',
    historyLength: 'anything',
    returnImmediately: 'anything',
  },
  metadata: 'anything',
};

const send03: Shape = {
  message: { kind: 'anything', ...messageIds, parts: [part03] },
  configuration: {
    acceptedOutputModes: 'anything',
    blocking: 'anything',
    historyLength: 'anything',
    pushNotificationConfig: 'anything',
  },
  metadata: 'anything',
};

const { referenceTaskIds: _, ...messageIdsOfProto } = messageIds;

/** The members of HTTP+JSON in 0.3 that differ: the proto has other names, and less. */
const rest03: Record<string, Shape> = Object.fromEntries(
  ['message/send', 'message/stream'].map(method => [
    method,
    {
      ...send03,
      message: {
        ...messageIdsOfProto,
        content: [
          {
            text: 'anything',
            data: { data: 'anything' },
            file: {
              fileWithBytes: 'anything',
              fileWithUri: 'anything',
              mimeType: 'anything',
              name: 'anything',
            },
            metadata: 'anything',
          },
        ],
      },
      configuration: {
        acceptedOutputModes: 'anything',
        blocking: 'anything',
        historyLength: 'anything',
        pushNotification: 'anything',
      },
    },
  ]),
);

const sendPraison: Shape = {
  // "kind", "raw" and "file" would be dropped in silence.
  message: {
    ...messageIds,
    parts: [
      {
        text: 'anything',
        url: 'anything',
        data: 'anything',
        mediaType: 'anything',
        filename: 'anything',
        name: 'anything',
        metadata: 'anything',
      },
    ],
  },
  configuration: { returnImmediately: 'anything', return_immediately: 'anything' },
  metadata: 'anything',
};

const methods: Record<Peer['dialect'], Record<string, Shape>> = {
  '1.0': {
    SendMessage: send1,
    SendStreamingMessage: send1,
    SubscribeToTask: { tenant: 'anything', id: 'anything' },
    GetTask: { tenant: 'anything', id: 'anything', historyLength: 'anything' },
    ListTasks: {
      tenant: 'anything',
      contextId: 'anything',
      status: 'anything',
      pageSize: 'anything',
      pageToken: 'anything',
      historyLength: 'anything',
      statusTimestampAfter: 'anything',
      includeArtifacts: 'anything',
    },
    CancelTask: { tenant: 'anything', id: 'anything', metadata: 'anything' },
    GetExtendedAgentCard: { tenant: 'anything' },
  },
  '0.3': {
    'message/send': send03,
    'message/stream': send03,
    'tasks/resubscribe': { id: 'anything', metadata: 'anything' },
    'tasks/get': { id: 'anything', historyLength: 'anything', metadata: 'anything' },
    'tasks/cancel': { id: 'anything', metadata: 'anything' },
    // Not in the specification; these names are the Go server's, which has it.
    'tasks/list': { contextId: 'anything', pageSize: 'anything', pageToken: 'anything' },
    'agent/getAuthenticatedExtendedCard': {},
  },
  praison: {
    'message/send': sendPraison,
    'message/stream': sendPraison,
    'tasks/get': id,
    'tasks/cancel': id,
    'tasks/list': { contextId: 'anything' },
    'agent/getExtendedCard': {},
  },
};

/** Where each dialect names the extensions in use. */
const extensionsHeader = { '1.0': 'a2a-extensions', '0.3': 'x-a2a-extensions', praison: undefined };

/** What Node's fetch adds by itself, and what any HTTP request has. */
const usualHeaders = [
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'content-type',
  'host',
  'sec-fetch-mode',
  'user-agent',
];

interface Call {
  /** JSON-RPC only. */
  id?: unknown;
  method: string;
  params: Record<string, unknown>;
}

type Spoken = Pick<Column, 'dialect' | 'binding'>;

/** The call that a request is; undefined if it asks for something else, such as the card. */
export function callOf(
  { dialect, binding }: Spoken,
  request: Pick<RecordedRequest, 'method' | 'path' | 'body'>,
): Call | undefined {
  if (binding === 'HTTP+JSON') return restCallOf(dialect, request);
  return request.method === 'POST' ? (request.body as Call) : undefined;
}

/** The method of a request that the server refused for its form; undefined if it did not. */
export function refusedMethod(spoken: Spoken, { request, status, body }: RecordedAnswer): string | undefined {
  const { error } = (body ?? {}) as { error?: { code?: unknown } };
  if (spoken.binding === 'JSONRPC') {
    return error?.code === -32602 || error?.code === -32009 ? callOf(spoken, request)?.method : undefined;
  }
  const isQuestion = isForCard(request) || isJsonRpc(request) || isRestProbe(spoken, request);
  if (isQuestion || !isRestRefusal(status, body)) return undefined;
  return callOf(spoken, request)?.method ?? `${request.method} ${request.path}`;
}

function isForCard({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): boolean {
  return method === 'GET' && path.includes('/.well-known/');
}

/** A server without a card is first asked for a task that does not exist where 1.0 has it. */
function isRestProbe(
  { dialect, binding }: Spoken,
  { method, path }: Pick<RecordedRequest, 'method' | 'path'>,
): boolean {
  const isTask = method === 'GET' && /^\/rest\/tasks\/[\da-f-]{36}$/.test(path);
  return isTask && binding === 'HTTP+JSON' && dialect === '0.3';
}

function isJsonRpc({ body }: Pick<RecordedRequest, 'body'>): boolean {
  return typeof body === 'object' && body !== null && 'jsonrpc' in body;
}

/** Everything about a request that a strict server would object to; empty is good. */
export function objections(
  column: Spoken,
  request: RecordedRequest,
  /** Methods that a test called by name, on purpose. */
  raw: ReadonlySet<string>,
): string[] {
  const { dialect, binding } = column;
  const isRest = binding === 'HTTP+JSON';
  if (isRest && isJsonRpc(request)) {
    // An endpoint alone does not say what is spoken there, so it is asked for a task that does not exist.
    const { method } = request.body as Call;
    const found = objections({ dialect, binding: 'JSONRPC' }, request, raw);
    return method === 'GetTask' || method === 'tasks/get' ? found : [...found, `method ${method}`];
  }
  const call = callOf(column, request);
  const version = request.headers['a2a-version'];
  const strange = Object.keys(request.headers).filter(
    name => ![...usualHeaders, 'a2a-version', 'authorization', extensionsHeader[dialect]].includes(name),
  );
  const found = strange.map(name => `header ${name}`);
  if (!call) {
    // The card is asked for before anything is known: as 1.0 wants it.
    if (version !== '1.0') found.push(`a2a-version ${version} for ${request.path}`);
    if (!isForCard(request) && !isRestProbe(column, request)) found.push(`${request.method} ${request.path}`);
    if (request.body !== null) found.push('a body');
    return found;
  }

  // A server without a card is first asked, as 1.0 asks, for a task that does not exist.
  const probe = !isRest && dialect !== '1.0' && call.method === 'GetTask' && version === '1.0';
  const spoken = probe ? '1.0' : dialect;
  if (version !== (spoken === '1.0' ? '1.0' : undefined)) found.push(`a2a-version ${version}`);
  found.push(...(isRest ? restObjections(request) : envelopeObjections(request)));
  if (raw.has(call.method)) return found;
  const shape = (isRest && dialect === '0.3' && rest03[call.method]) || methods[spoken][call.method];
  if (!shape) return [...found, `method ${call.method}`];
  return [
    ...found,
    ...strangersIn(call.params, shape, 'params'),
    ...partsOf(call).flatMap(part => wrongPart({ dialect: spoken, binding }, part)),
    ...wrongValues(spoken, call),
  ];
}

function envelopeObjections({ headers, body }: RecordedRequest): string[] {
  const call = body as Record<string, unknown>;
  const found: string[] = [];
  if (headers['content-type'] !== 'application/json') found.push('content-type');
  if (Object.keys(call).sort().join() !== 'id,jsonrpc,method,params' || call['jsonrpc'] !== '2.0') {
    found.push(`envelope ${Object.keys(call)}`);
  }
  if (typeof call['id'] !== 'string' || call['id'] === '') found.push(`id ${call['id']}`);
  return found;
}

const states = 'SUBMITTED WORKING INPUT_REQUIRED AUTH_REQUIRED COMPLETED FAILED CANCELED REJECTED'.split(' ');

/** Values that are rejected or misread, though their names are right. */
function wrongValues(dialect: Peer['dialect'], { method, params }: Call): string[] {
  const wrong: string[] = [];
  const configuration = params['configuration'] as Record<string, unknown> | undefined;
  const { status, statusTimestampAfter: after } = params;
  const lengths = [params['historyLength'], configuration?.['historyLength']];
  for (const length of lengths.filter(one => one !== undefined)) {
    if (!Number.isInteger(length) || Number(length) < 0) wrong.push(`historyLength ${length}`);
    // Zero means all of it to both servers of 0.3.
    if (dialect === '0.3' && length === 0) wrong.push('historyLength 0');
  }
  if (dialect === '1.0') {
    if (status !== undefined && !states.includes(String(status).replace('TASK_STATE_', ''))) {
      wrong.push(`status ${status}`);
    }
    // Protobuf's JSON takes RFC 3339 only.
    if (after !== undefined && !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(String(after))) {
      wrong.push(`statusTimestampAfter ${after}`);
    }
  }
  if (dialect === '0.3' && (method === 'message/send' || method === 'message/stream')) {
    // Servers differ in their default, and fasta2a requires the list.
    if (typeof configuration?.['blocking'] !== 'boolean') wrong.push('no word on blocking');
    if (!Array.isArray(configuration?.['acceptedOutputModes'])) wrong.push('no acceptedOutputModes');
  }
  if (dialect === 'praison' && configuration) {
    // Which of the two is read depends on its version.
    const { returnImmediately, return_immediately } = configuration;
    if (returnImmediately !== return_immediately) wrong.push('one spelling of returnImmediately');
  }
  return wrong;
}

function strangersIn(value: unknown, shape: Shape | Shape[] | 'anything', at: string): string[] {
  if (value === null || value === undefined) return [`${at} is ${value}`];
  // Free-form: a null in there is the application's own.
  if (shape === 'anything') return [];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no array`];
    return value.flatMap((item, index) => strangersIn(item, shape[0] as Shape, `${at}.${index}`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`];
  return Object.entries(value).flatMap(([member, inner]) => {
    const allowed = shape[member];
    return allowed ? strangersIn(inner, allowed, `${at}.${member}`) : [`${at}.${member}`];
  });
}

type WirePart = Record<string, unknown>;

function partsOf({ params }: Call): WirePart[] {
  const { parts, content = [] } = (params['message'] ?? {}) as { parts?: WirePart[]; content?: WirePart[] };
  return parts ?? content;
}

/** A part holds exactly one thing, and in 0.3 says which, but not over HTTP+JSON. */
function wrongPart({ dialect, binding }: Spoken, part: WirePart): string[] {
  const contents = ['text', 'raw', 'url', 'data', 'file'].filter(name => part[name] !== undefined);
  const wrong = contents.length === 1 ? [] : [`a part with ${contents.join(' and ') || 'nothing'}`];
  if (dialect === '0.3' && binding === 'JSONRPC' && part['kind'] !== contents[0]) {
    wrong.push(`a part of kind ${part['kind']}`);
  }
  return wrong;
}

/** Role and discriminator as the dialect spells them. */
export function checkMessage({ dialect, binding }: Spoken, message: Record<string, unknown>): void {
  const isProto = dialect === '1.0' || binding === 'HTTP+JSON';
  expect(message['role']).toBe(isProto ? 'ROLE_USER' : 'user');
  expect(message['kind']).toBe(isProto || dialect === 'praison' ? undefined : 'message');
}
