import type { Message } from '../../model/message.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json } from '../fields.js';
import { usualManner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import { isOver } from '../states.js';
import { plainHttpError, v1Fault, v1Thrown } from './errors.js';
import { inBand } from './push-methods.js';
import { listTasks } from './v1-list.js';
import { pushMethods, v1PushFault } from './v1-push.js';
import { readHistoryLength, readSend } from './v1-read.js';
import { v1Rest } from './v1-rest.js';
import { shortened, writeAnswer, writeEvent, writeTask } from './v1-write.js';
import type { Call, CardFacts, Method, Outcome, Writer } from './writer.js';

function card({ interfaces, extendedCard, bearerAuth, pushNotifications }: CardFacts): Json {
  return {
    name: 'Reference agent',
    description: 'An agent for tests.',
    supportedInterfaces: interfaces.map(({ url, binding }) => ({
      url,
      protocolBinding: binding,
      protocolVersion: '1.0',
    })),
    provider: { url: 'https://example.com', organization: 'a2a-await' },
    version: '1.0.0',
    capabilities: { streaming: true, pushNotifications, extendedAgentCard: extendedCard },
    ...(bearerAuth && {
      securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: 'bearer' } } },
      securityRequirements: [{ schemes: { bearer: {} } }],
    }),
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    skills: [{ id: 'test', name: 'Test', description: 'Does what the test wrote.', tags: ['test'] }],
  };
}

const sendMessage: Method = async (params, call) => {
  const { desk } = call;
  const { message, historyLength, returnImmediately, ...sent } = readSend(params, call.strict);
  const push = inBand(sent.push, call, v1PushFault);
  const record = continued(message, desk);
  const answer = await desk.send(message, { record, push, blocking: call.blocks(!returnImmediately) });
  return writeAnswer(answer.kind === 'task' ? shortened(answer, historyLength) : answer);
};

const sendStreamingMessage: Method = (params, call) => {
  const { message, ...sent } = readSend(params, call.strict);
  const push = inBand(sent.push, call, v1PushFault);
  return call.desk.stream(message, { record: continued(message, call.desk), push });
};

const subscribeToTask: Method = (params, { desk, strict }) => {
  const request = new Fields(params, ['tenant', 'id'], strict);
  request.string('tenant');
  const record = find(request.required('id', request.string('id')), desk);
  // As the specification and the JavaScript server have it.
  if (isOver(record.state)) {
    throw unsupported(`Task ${record.id} is in a terminal state and cannot be subscribed to.`);
  }
  return desk.subscribe(record);
};

const getTask: Method = (params, { desk, strict }) => {
  const request = new Fields(params, ['tenant', 'id', 'historyLength'], strict);
  request.string('tenant');
  const historyLength = readHistoryLength(request);
  const task = find(request.required('id', request.string('id')), desk).snapshot();
  return writeTask(shortened(task, historyLength));
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

/** The task that a message continues, if it names one. */
function continued({ taskId, contextId }: Message, desk: Call['desk']): TaskRecord | undefined {
  if (taskId === undefined) return undefined;
  const record = find(taskId, desk, `Task ${taskId} not found`);
  if (isOver(record.state)) {
    throw unsupported(`Task ${record.id} is in a terminal state and cannot be modified.`);
  }
  if (contextId !== undefined && contextId !== record.contextId) {
    throw v1Fault(-32602, `Task ${record.id} is not in context ${contextId}`, 'INVALID_PARAMS');
  }
  return record;
}

function find(id: string, desk: Call['desk'], message = 'Task not found'): TaskRecord {
  const record = desk.store.get(id);
  if (!record) throw v1Fault(-32001, message, 'TASK_NOT_FOUND');
  return record;
}

function unsupported(message: string): RpcFault {
  return v1Fault(-32004, message, 'UNSUPPORTED_OPERATION');
}

function envelope(id: unknown, outcome: Outcome): Json {
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  if ('result' in outcome) return { result: outcome.result, id: known, jsonrpc: '2.0' };
  const { code, message, data } = outcome.error;
  return { error: { code, message, ...(data !== undefined && { data }) }, id: known, jsonrpc: '2.0' };
}

const methods = new Map<string, Method>([
  ['SendMessage', sendMessage],
  ['GetTask', getTask],
  ['ListTasks', listTasks],
  ['CancelTask', cancelTask],
  ['GetExtendedAgentCard', getExtendedAgentCard],
  ['SendStreamingMessage', sendStreamingMessage],
  ['SubscribeToTask', subscribeToTask],
  ...pushMethods('null'),
]);

/** A2A 1.0, as a2a-python 1.1 writes it; the params and results of JSON-RPC are those of HTTP+JSON too. */
export const v1Writer: Writer = {
  cardPaths: ['/.well-known/agent-card.json'],
  endpointPath: '/',
  manner: usualManner,
  methods,
  card,
  documents: new Map(),
  envelope,
  frame(id, item) {
    if (item.kind === 'end') return undefined;
    // The stored task has failed; of a throw the Python server tells the error, and no status.
    if ('cause' in item) return { event: 'error', data: envelope(id, { error: v1Thrown(item.cause) }) };
    return { data: envelope(id, { result: writeEvent(item) }) };
  },
  open(headers, { strict }) {
    const type = headers.get('content-type');
    if (!strict || type === null || /^application\/([\w.-]+\+)?json\b/i.test(type)) return;
    throw v1Fault(-32005, `Content type '${type}' is not supported`, 'CONTENT_TYPE_NOT_SUPPORTED');
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
  // A delete gives protobuf's Empty, as of the Python server, whose client cannot do without a body.
  rest: { ...v1Rest, methods: new Map([...methods, ...pushMethods('empty')]) },
  httpError: plainHttpError,
};
