import type { Message } from '../../model/message.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json } from '../fields.js';
import { usualFraming } from '../framing.js';
import { usualManner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import { isOver } from '../states.js';
import { TaskStream } from '../task-stream.js';
import { plainHttpError, v03Thrown } from './errors.js';
import { inBand } from './push-methods.js';
import type { TaskFaults } from './task-faults.js';
import { v03Card } from './v03-card.js';
import { pushMethods, v03PushFault } from './v03-push.js';
import { v03RestOf } from './v03-rest.js';
import { pushMethods as restPushMethods } from './v03-rest-push.js';
import { type AnswerShapes, usualV03Ways, type V03Binding, type V03Ways } from './v03-ways.js';
import type { Call, Method, Outcome, Writer } from './writer.js';

/** Where the bindings differ. */
interface BindingParts extends V03Binding<AnswerShapes> {
  cancelFields: readonly string[];
  pushMethods: readonly [string, Method][];
}

function methodsOf(
  { readSend, cancelFields, shapes, pushMethods }: BindingParts,
  { faults, shortened, resubscribed, extendedCard }: V03Ways,
): ReadonlyMap<string, Method> {
  const { writeTask, writeAnswer } = shapes;

  const sendMessage: Method = async (params, call) => {
    const { desk } = call;
    const { message, historyLength, blocking, ...sent } = readSend(params, call.strict);
    const push = inBand(sent.push, call, v03PushFault);
    const record = continued(message, desk, faults);
    const answer = await desk.send(message, { record, push, blocking: call.blocks(blocking) });
    return writeAnswer(answer.kind === 'task' ? shortened(answer, historyLength, 'send') : answer);
  };

  const streamMessage: Method = (params, call) => {
    checkStreaming(call);
    const { message, ...sent } = readSend(params, call.strict);
    const push = inBand(sent.push, call, v03PushFault);
    return call.desk.stream(message, { record: continued(message, call.desk, faults), push });
  };

  const getTask: Method = (params, { desk, strict }) => {
    const request = new Fields(params, ['id', 'historyLength', 'metadata'], strict);
    const historyLength = request.integer('historyLength');
    const task = find(request.required('id', request.string('id')), desk, faults).snapshot();
    return writeTask(shortened(task, historyLength, 'get'));
  };

  const cancelTask: Method = (params, { desk, strict }) => {
    const request = new Fields(params, cancelFields, strict);
    const record = find(request.required('id', request.string('id')), desk, faults);
    if (!isOver(record.state)) return writeTask(desk.cancel(record));
    const fault = faults.over(record, 'cancel');
    if (fault) throw fault;
    return writeTask(record.snapshot());
  };

  const resubscribe: Method = (params, call) => {
    checkStreaming(call);
    const { desk, strict } = call;
    const request = new Fields(params, ['id', 'metadata'], strict);
    const record = find(request.required('id', request.string('id')), desk, faults);
    const fault = isOver(record.state) ? faults.over(record, 'subscribe') : undefined;
    if (fault) throw fault;
    const stream = desk.subscribe(record);
    return resubscribed === 'task' ? stream : new TaskStream(undefined, stream.updates);
  };

  const getExtendedCard: Method = (_params, call) => {
    if (!call.extendedCard || !call.extendedCardConfigured)
      throw new RpcFault(-32007, 'Authenticated Extended Card is not configured');
    return extendedCard(call);
  };

  return new Map<string, Method>([
    ['message/send', sendMessage],
    ['tasks/get', getTask],
    ['tasks/cancel', cancelTask],
    ['agent/getAuthenticatedExtendedCard', getExtendedCard],
    ['message/stream', streamMessage],
    ['tasks/resubscribe', resubscribe],
    ...pushMethods,
  ]);
}

function checkStreaming({ streaming }: Call): void {
  if (!streaming) throw new RpcFault(-32004, 'Streaming is not supported by the agent');
}

/** The task that a message continues, if it names one. */
function continued(
  { taskId, contextId }: Message,
  desk: Call['desk'],
  faults: TaskFaults,
): TaskRecord | undefined {
  if (taskId === undefined) return undefined;
  const record = find(taskId, desk, faults, 'message');
  const fault = isOver(record.state) ? faults.over(record, 'message') : undefined;
  if (fault) throw fault;
  if (contextId !== undefined && contextId !== record.contextId) {
    throw new RpcFault(-32602, `Task ${record.id} is not in context ${contextId}`);
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

function notARequest(body: unknown): RpcFault {
  const msg = 'Input should be a valid dictionary or instance of JSONRPCRequest';
  return new RpcFault(-32600, 'Request payload validation error', [
    { type: 'model_type', loc: [], msg, input: body, ctx: { class_name: 'JSONRPCRequest' } },
  ]);
}

function envelope(id: unknown, outcome: Outcome): Json {
  // Where it could not read an id, this server leaves it out.
  const known = typeof id === 'string' || typeof id === 'number' ? { id } : {};
  if ('result' in outcome) return { ...known, jsonrpc: '2.0', result: outcome.result };
  const { code, message, data } = outcome.error;
  return { error: { code, ...(data !== undefined && { data }), message }, ...known, jsonrpc: '2.0' };
}

export const streamingMethods: ReadonlySet<string> = new Set(['message/stream', 'tasks/resubscribe']);

/** A2A 0.3, with the ways of a kind of server. */
export function v03WriterOf(ways: V03Ways): Writer {
  return {
    cardPaths: ['/.well-known/agent-card.json', '/.well-known/agent.json'],
    endpointPath: '/',
    manner: { ...usualManner, subscribed: 'turn' },
    methods: methodsOf({ ...ways.rpc, cancelFields: ['id', 'metadata'], pushMethods }, ways),
    card: v03Card,
    documents: new Map(),
    envelope,
    framing: usualFraming,
    // Of a throw it tells the failed status, as the JavaScript server; the Python one breaks the connection off.
    frame: (id, item) =>
      item.kind === 'end' ? undefined : { data: envelope(id, { result: ways.rpc.shapes.writeEvent(item) }) },
    // The version header means nothing to a server of this version.
    admit: () => {},
    refuse: {
      badJson: () => new RpcFault(-32700, 'Expecting value: line 1 column 1 (char 0)'),
      notAnObject: notARequest,
      noMethod: body =>
        new RpcFault(-32600, 'Request payload validation error', [
          { type: 'missing', loc: ['method'], msg: 'Field required', input: body },
        ]),
      unknownMethod: () => new RpcFault(-32601, 'Method not found'),
      badParams: params =>
        new RpcFault(-32602, 'Invalid parameters', [
          { type: 'dict_type', loc: ['params'], msg: 'Input should be a valid dictionary', input: params },
        ]),
      thrown: v03Thrown,
    },
    rest: {
      ...v03RestOf(ways),
      methods: methodsOf(
        {
          ...ways.rest,
          // The name of the task, `tasks/{id}`, comes in the body again from the Python client.
          cancelFields: ['id', 'metadata', 'name'],
          pushMethods: restPushMethods,
        },
        ways,
      ),
    },
    httpError: plainHttpError,
  };
}

/** A2A 0.3, as a2a-python 0.3 writes it, unless it says otherwise. */
export const v03Writer = v03WriterOf(usualV03Ways);
