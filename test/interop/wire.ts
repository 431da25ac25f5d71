import { expect } from 'vitest';
import type { Peer, RecordedRequest } from './peers.js';

/**
 * What a request may have in it, written from the specifications (1.0: section 4 and 9.4; 0.3: sections 6 and 7) and,
 * for PraisonAI, from its source (praisonaiagents/ui/a2a/a2a.py). Not from our encoders: they are what is tested.
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
  jsonrpc: unknown;
  id: unknown;
  method: string;
  params: Record<string, unknown>;
}

export function callOf(request: RecordedRequest): Call | undefined {
  return request.method === 'POST' ? (request.body as Call) : undefined;
}

/** Everything about a request that a strict server would object to; empty is good. */
export function objections(
  dialect: Peer['dialect'],
  request: RecordedRequest,
  /** Methods that a test called by name, on purpose. */
  raw: ReadonlySet<string>,
): string[] {
  const call = callOf(request);
  const version = request.headers['a2a-version'];
  const strange = Object.keys(request.headers).filter(
    name => ![...usualHeaders, 'a2a-version', 'authorization', extensionsHeader[dialect]].includes(name),
  );
  const found = strange.map(name => `header ${name}`);
  if (!call) {
    // The card is asked for before anything is known: as 1.0 wants it.
    if (version !== '1.0') found.push(`a2a-version ${version} for ${request.path}`);
    if (request.method !== 'GET' || !request.path.includes('/.well-known/')) {
      found.push(`${request.method} ${request.path}`);
    }
    if (request.body !== null) found.push('a body');
    return found;
  }

  // A server without a card is first asked, as 1.0 asks, for a task that does not exist.
  const probe = dialect !== '1.0' && call.method === 'GetTask' && version === '1.0';
  const spoken = probe ? '1.0' : dialect;
  if (version !== (spoken === '1.0' ? '1.0' : undefined)) found.push(`a2a-version ${version}`);
  if (request.headers['content-type'] !== 'application/json') found.push('content-type');
  if (Object.keys(call).sort().join() !== 'id,jsonrpc,method,params' || call.jsonrpc !== '2.0') {
    found.push(`envelope ${Object.keys(call)}`);
  }
  if (typeof call.id !== 'string' || call.id === '') found.push(`id ${call.id}`);
  if (raw.has(call.method)) return found;
  const shape = methods[spoken][call.method];
  if (!shape) return [...found, `method ${call.method}`];
  return [
    ...found,
    ...strangersIn(call.params, shape, 'params'),
    ...partsOf(call).flatMap(part => wrongPart(spoken, part)),
    ...wrongValues(spoken, call),
  ];
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
  return ((params['message'] as { parts?: WirePart[] } | undefined)?.parts ?? []) as WirePart[];
}

/** A part holds exactly one thing, and in 0.3 says which. */
function wrongPart(dialect: Peer['dialect'], part: WirePart): string[] {
  const contents = ['text', 'raw', 'url', 'data', 'file'].filter(name => part[name] !== undefined);
  const wrong = contents.length === 1 ? [] : [`a part with ${contents.join(' and ') || 'nothing'}`];
  if (dialect === '0.3' && part['kind'] !== contents[0]) wrong.push(`a part of kind ${part['kind']}`);
  return wrong;
}

/** Role and discriminator as the dialect spells them. */
export function checkMessage(dialect: Peer['dialect'], message: Record<string, unknown>): void {
  expect(message['role']).toBe(dialect === '1.0' ? 'ROLE_USER' : 'user');
  expect(message['kind']).toBe(dialect === '0.3' ? 'message' : undefined);
}
