import { RpcFault } from '../fault.js';
import { Fields, type Json } from '../fields.js';
import { usualManner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import { isOver } from '../states.js';
import { plainHttpError, v1Fault, v1Thrown } from './errors.js';
import { listTasks } from './v1-list.js';
import { pushNotSupported, readHistoryLength, readSend } from './v1-read.js';
import { writeMessage, writeTask } from './v1-write.js';
import type { Call, CardFacts, Method, Writer } from './writer.js';

function card({ base, extendedCard, bearerAuth }: CardFacts): Json {
  return {
    name: 'Reference agent',
    description: 'An agent for tests.',
    supportedInterfaces: [{ url: `${base}/`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    provider: { url: 'https://example.com', organization: 'a2a-await' },
    version: '1.0.0',
    capabilities: { streaming: false, pushNotifications: false, extendedAgentCard: extendedCard },
    ...(bearerAuth && {
      securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: 'bearer' } } },
      securityRequirements: [{ schemes: { bearer: {} } }],
    }),
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    skills: [{ id: 'test', name: 'Test', description: 'Does what the test wrote.', tags: ['test'] }],
  };
}

const sendMessage: Method = async (params, { desk, strict, blocks }) => {
  const { message, historyLength, returnImmediately } = readSend(params, strict);
  const record =
    message.taskId === undefined ? undefined : find(message.taskId, desk, `Task ${message.taskId} not found`);
  if (record && isOver(record.state)) {
    throw unsupported(`Task ${record.id} is in a terminal state and cannot be modified.`);
  }
  if (record && message.contextId !== undefined && message.contextId !== record.contextId) {
    throw v1Fault(-32602, `Task ${record.id} is not in context ${message.contextId}`, 'INVALID_PARAMS');
  }
  const answer = await desk.send(message, { record, blocking: blocks(!returnImmediately) });
  return answer.kind === 'message'
    ? { message: writeMessage(answer) }
    : { task: writeTask(answer, historyLength) };
};

const getTask: Method = (params, { desk, strict }) => {
  const request = new Fields(params, ['tenant', 'id', 'historyLength'], strict);
  request.string('tenant');
  const historyLength = readHistoryLength(request);
  return writeTask(find(request.required('id', request.string('id')), desk).snapshot(), historyLength);
};

const cancelTask: Method = (params, { desk, strict }) => {
  const request = new Fields(params, ['tenant', 'id', 'metadata'], strict);
  request.string('tenant');
  const record = find(request.required('id', request.string('id')), desk);
  if (isOver(record.state)) throw v1Fault(-32002, 'Task cannot be canceled', 'TASK_NOT_CANCELABLE');
  return writeTask(desk.cancel(record));
};

const getExtendedAgentCard: Method = (params, call) => {
  new Fields(params, ['tenant'], call.strict).string('tenant');
  if (!call.extendedCard) throw unsupported('The agent does not support authenticated extended cards');
  return { ...card(call), description: 'An agent for tests, to those who are known.' };
};

function find(id: string, desk: Call['desk'], message = 'Task not found'): TaskRecord {
  const record = desk.store.get(id);
  if (!record) throw v1Fault(-32001, message, 'TASK_NOT_FOUND');
  return record;
}

function unsupported(message: string): RpcFault {
  return v1Fault(-32004, message, 'UNSUPPORTED_OPERATION');
}

function noStreaming(): never {
  throw unsupported('Streaming is not supported by the agent');
}

function noPush(): never {
  throw pushNotSupported();
}

/** A2A 1.0 over JSON-RPC, as a2a-python 1.1 writes it. */
export const v1Writer: Writer = {
  cardPaths: ['/.well-known/agent-card.json'],
  endpointPath: '/',
  manner: usualManner,
  methods: new Map<string, Method>([
    ['SendMessage', sendMessage],
    ['GetTask', getTask],
    ['ListTasks', listTasks],
    ['CancelTask', cancelTask],
    ['GetExtendedAgentCard', getExtendedAgentCard],
    ['SendStreamingMessage', noStreaming],
    ['SubscribeToTask', noStreaming],
    ['CreateTaskPushNotificationConfig', noPush],
    ['GetTaskPushNotificationConfig', noPush],
    ['ListTaskPushNotificationConfigs', noPush],
    ['DeleteTaskPushNotificationConfig', noPush],
  ]),
  card,
  documents: new Map(),
  envelope(id, outcome) {
    const known = typeof id === 'string' || typeof id === 'number' ? id : null;
    if ('result' in outcome) return { result: outcome.result, id: known, jsonrpc: '2.0' };
    const { code, message, data } = outcome.error;
    return { error: { code, message, ...(data !== undefined && { data }) }, id: known, jsonrpc: '2.0' };
  },
  admit(headers) {
    // Without the header a request is one of version 0.3: A2A specification 1.0, section 3.6.2.
    const version = headers.get('a2a-version') || '0.3';
    if (/^1(\.\d+)*$/.test(version)) return;
    const message = `A2A version '${version}' is not supported by this handler. Expected version '1.0'.`;
    throw v1Fault(-32009, message, 'VERSION_NOT_SUPPORTED');
  },
  refuse: {
    badJson: () => new RpcFault(-32700, 'Expecting value: line 1 column 1 (char 0)'),
    notAnObject: body =>
      new RpcFault(-32600, Array.isArray(body) ? 'Batch requests are not supported' : 'Invalid Request'),
    noMethod: () => new RpcFault(-32600, 'Invalid Request'),
    unknownMethod: () => new RpcFault(-32601, 'Method not found'),
    badParams: () => new RpcFault(-32602, 'Invalid params', 'Failed to parse params: expected an object.'),
    thrown: v1Thrown,
  },
  httpError: plainHttpError,
};
