import type { Message } from '../../model/message.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json } from '../fields.js';
import { usualFraming } from '../framing.js';
import { usualManner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import { isOver } from '../states.js';
import { TaskStream } from '../task-stream.js';
import { plainHttpError, v1Fault } from './errors.js';
import { inBand } from './push-methods.js';
import type { TaskFaults } from './task-faults.js';
import { v1Card } from './v1-card.js';
import { listTasks } from './v1-list.js';
import { pushMethods, v1PushFault } from './v1-push.js';
import { readHistoryLength } from './v1-read.js';
import { v1RestOf } from './v1-rest.js';
import { unsupported, usualV1Ways, type V1Ways } from './v1-ways.js';
import { shortened } from './v1-write.js';
import type { Call, Method, Outcome, Writer } from './writer.js';

/** A method, as a kind of server has it. */
type V1Method = (params: Json, call: Call, ways: V1Ways) => unknown;

const sendMessage: V1Method = async (params, call, ways) => {
  const { desk } = call;
  const { message, historyLength, returnImmediately, ...sent } = ways.readSend(params, call.strict);
  const push = inBand(sent.push, call, v1PushFault);
  const record = continued(message, desk, ways);
  const answer = await desk.send(message, { record, push, blocking: call.blocks(!returnImmediately) });
  return ways.shapes.writeAnswer(answer.kind === 'task' ? shortened(answer, historyLength) : answer);
};

const sendStreamingMessage: V1Method = async (params, call, ways) => {
  checkStreaming(call);
  const { message, historyLength, ...sent } = ways.readSend(params, call.strict);
  const push = inBand(sent.push, call, v1PushFault);
  const stream = await call.desk.stream(message, { record: continued(message, call.desk, ways), push });
  const { first, updates } = stream;
  if (first?.kind !== 'task' || !ways.shortensStreams) return stream;
  return new TaskStream(shortened(first, historyLength), updates);
};

const subscribeToTask: V1Method = (params, call, { faults }) => {
  checkStreaming(call);
  const { desk, strict } = call;
  const request = new Fields(params, ['tenant', 'id'], strict);
  request.string('tenant');
  const record = find(request.required('id', request.string('id')), desk, faults);
  const fault = isOver(record.state) ? faults.over(record, 'subscribe') : undefined;
  if (fault) throw fault;
  return desk.subscribe(record);
};

const getTask: V1Method = (params, { desk, strict }, { faults, shapes }) => {
  const request = new Fields(params, ['tenant', 'id', 'historyLength'], strict);
  request.string('tenant');
  const historyLength = readHistoryLength(request);
  const task = find(request.required('id', request.string('id')), desk, faults).snapshot();
  return shapes.writeTask(shortened(task, historyLength));
};

const cancelTask: V1Method = (params, { desk, strict }, { faults, shapes }) => {
  const request = new Fields(params, ['tenant', 'id', 'metadata'], strict);
  request.string('tenant');
  const record = find(request.required('id', request.string('id')), desk, faults);
  if (!isOver(record.state)) return shapes.writeTask(desk.cancel(record));
  const fault = faults.over(record, 'cancel');
  if (fault) throw fault;
  return shapes.writeTask(record.snapshot());
};

const getExtendedAgentCard: V1Method = (params, call, ways) => {
  new Fields(params, ['tenant'], call.strict).string('tenant');
  if (!call.extendedCard) throw unsupported('The agent does not support authenticated extended cards');
  if (!call.extendedCardConfigured) {
    throw v1Fault(-32007, 'There is no extended card', 'EXTENDED_AGENT_CARD_NOT_CONFIGURED');
  }
  return ways.extendedCard(call);
};

function checkStreaming({ streaming }: Call): void {
  if (!streaming) throw unsupported('The agent does not support streaming');
}

/** Source: A2A specification 1.0, section 3.3.4. */
export function checkExtensions(headers: Headers, { extensions }: Call): void {
  const asked = (headers.get('a2a-extensions') ?? '').split(',').map(uri => uri.trim());
  const missing = extensions.find(({ uri, required }) => required && !asked.includes(uri));
  if (!missing) return;
  const message = `The extension ${missing.uri} is required: name it in A2A-Extensions.`;
  throw v1Fault(-32008, message, 'EXTENSION_SUPPORT_REQUIRED');
}

/** The task that a message continues, if it names one. */
function continued(
  { taskId, contextId }: Message,
  desk: Call['desk'],
  { faults }: V1Ways,
): TaskRecord | undefined {
  if (taskId === undefined) return undefined;
  const record = find(taskId, desk, faults, 'message');
  const fault = isOver(record.state) ? faults.over(record, 'message') : undefined;
  if (fault) throw fault;
  if (contextId !== undefined && contextId !== record.contextId) {
    throw v1Fault(-32602, `Task ${record.id} is not in context ${contextId}`, 'INVALID_PARAMS');
  }
  return record;
}

function find(
  id: string,
  desk: Call['desk'],
  faults: TaskFaults,
  by: 'message' | 'call' = 'call',
): TaskRecord {
  const record = desk.store.get(id);
  if (!record) throw faults.unknown(id, by);
  return record;
}

function envelope(id: unknown, outcome: Outcome): Json {
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  if ('result' in outcome) return { result: outcome.result, id: known, jsonrpc: '2.0' };
  const { code, message, data } = outcome.error;
  return { error: { code, message, ...(data !== undefined && { data }) }, id: known, jsonrpc: '2.0' };
}

const methods: readonly [string, V1Method][] = [
  ['SendMessage', sendMessage],
  ['GetTask', getTask],
  ['ListTasks', listTasks],
  ['CancelTask', cancelTask],
  ['GetExtendedAgentCard', getExtendedAgentCard],
  ['SendStreamingMessage', sendStreamingMessage],
  ['SubscribeToTask', subscribeToTask],
];

/** A2A 1.0, with the ways of a kind of server; the params and results of JSON-RPC are those of HTTP+JSON too. */
export function v1WriterOf(ways: V1Ways): Writer {
  const { shapes, thrown } = ways;
  const own = methods.map(([name, method]): [string, Method] => [
    name,
    (params, call) => method(params, call, ways),
  ]);
  return {
    cardPaths: ['/.well-known/agent-card.json'],
    endpointPath: '/',
    manner: usualManner,
    methods: new Map([...own, ...pushMethods('null')]),
    card: v1Card,
    documents: new Map(),
    envelope,
    framing: usualFraming,
    frame(id, item) {
      if (item.kind === 'end') return undefined;
      // The stored task has failed; of a throw the Python server tells the error, and no status.
      if ('cause' in item) return { event: 'error', data: envelope(id, { error: thrown(item.cause) }) };
      return { data: envelope(id, { result: shapes.writeEvent(item) }) };
    },
    open(headers) {
      const type = headers.get('content-type');
      if (type === null || /^application\/([\w.-]+\+)?json\b/i.test(type)) return;
      throw v1Fault(-32005, `Content type '${type}' is not supported`, 'CONTENT_TYPE_NOT_SUPPORTED');
    },
    admit(headers, call) {
      // Without the header a request is one of version 0.3: A2A specification 1.0, section 3.6.2.
      const version = headers.get('a2a-version') || '0.3';
      if (/^1(\.\d+)*$/.test(version)) return checkExtensions(headers, call);
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
      thrown,
    },
    // A delete gives protobuf's Empty, as of the Python server, whose client cannot do without a body.
    rest: { ...v1RestOf(ways), methods: new Map([...own, ...pushMethods('empty')]) },
    httpError: plainHttpError,
  };
}

/** A2A 1.0, as the specification has it: with versions in queries by section 3.6.1. */
export const v1Writer: Writer = {
  ...v1WriterOf({ ...usualV1Ways, shortensStreams: true }),
  versionInQuery: true,
};
