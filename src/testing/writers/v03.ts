import type { Message } from '../../model/message.js';
import type { Task } from '../../model/task.js';
import { RpcFault } from '../fault.js';
import { Fields, type Json } from '../fields.js';
import { usualManner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import { isOver } from '../states.js';
import { plainHttpError, v03Thrown } from './errors.js';
import { inBand } from './push-methods.js';
import { pushMethods, v03PushFault } from './v03-push.js';
import { readSend, type V03Send } from './v03-read.js';
import { v03Rest } from './v03-rest.js';
import { pushMethods as restPushMethods } from './v03-rest-push.js';
import { readSend as readRestSend } from './v03-rest-read.js';
import { writeAnswer as writeRestAnswer, writeTask as writeRestTask } from './v03-rest-write.js';
import { writeEvent } from './v03-stream.js';
import { shortened, writeAnswer, writeTask } from './v03-write.js';
import type { Call, CardFacts, Method, Outcome, Writer } from './writer.js';

function card({ interfaces, extendedCard, bearerAuth, pushNotifications }: CardFacts): Json {
  const [main, ...others] = interfaces;
  const additional = others.map(({ binding, url }) => ({ transport: binding, url }));
  return {
    ...(additional.length > 0 && { additionalInterfaces: additional }),
    capabilities: { pushNotifications, streaming: true },
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    description: 'An agent for tests.',
    name: 'Reference agent',
    preferredTransport: main?.binding,
    protocolVersion: '0.3.0',
    ...(bearerAuth && {
      security: [{ bearer: [] }],
      securitySchemes: { bearer: { scheme: 'bearer', type: 'http' } },
    }),
    skills: [{ description: 'Does what the test wrote.', id: 'test', name: 'Test', tags: ['test'] }],
    ...(extendedCard && { supportsAuthenticatedExtendedCard: true }),
    url: main?.url,
    version: '1.0.0',
  };
}

/** Where the bindings differ. */
interface Shapes {
  readSend(params: Json, strict: boolean): V03Send;
  cancelFields: readonly string[];
  writeTask(task: Task): Json;
  /** Of a send. */
  writeAnswer(answer: Task | Message): Json;
  pushMethods: readonly [string, Method][];
}

function methodsOf({
  readSend,
  cancelFields,
  writeTask,
  writeAnswer,
  pushMethods,
}: Shapes): ReadonlyMap<string, Method> {
  const sendMessage: Method = async (params, call) => {
    const { desk } = call;
    const { message, historyLength, blocking, ...sent } = readSend(params, call.strict);
    const push = inBand(sent.push, call, v03PushFault);
    const record = continued(message, desk);
    const answer = await desk.send(message, { record, push, blocking: call.blocks(blocking) });
    return writeAnswer(answer.kind === 'task' ? shortened(answer, historyLength) : answer);
  };

  const streamMessage: Method = (params, call) => {
    const { message, ...sent } = readSend(params, call.strict);
    const push = inBand(sent.push, call, v03PushFault);
    return call.desk.stream(message, { record: continued(message, call.desk), push });
  };

  const getTask: Method = (params, { desk, strict }) => {
    const request = new Fields(params, ['id', 'historyLength', 'metadata'], strict);
    const historyLength = request.integer('historyLength');
    const task = find(request.required('id', request.string('id')), desk).snapshot();
    return writeTask(shortened(task, historyLength));
  };

  const cancelTask: Method = (params, { desk, strict }) => {
    const request = new Fields(params, cancelFields, strict);
    const record = find(request.required('id', request.string('id')), desk);
    if (isOver(record.state)) {
      throw new RpcFault(-32002, `Task cannot be canceled - current state: TaskState.${record.state}`);
    }
    return writeTask(desk.cancel(record));
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

/** As the JavaScript server: with the task first, which is all there is of one that is over. */
const resubscribe: Method = (params, { desk, strict }) => {
  const request = new Fields(params, ['id', 'metadata'], strict);
  return desk.subscribe(find(request.required('id', request.string('id')), desk));
};

const getExtendedCard: Method = (_params, call) => {
  if (!call.extendedCard) throw new RpcFault(-32007, 'Authenticated Extended Card is not configured');
  return { ...card(call), description: 'An agent for tests, to those who are known.' };
};

/** The task that a message continues, if it names one. */
function continued({ taskId, contextId }: Message, desk: Call['desk']): TaskRecord | undefined {
  if (taskId === undefined) return undefined;
  const record = find(taskId, desk, `Task ${taskId} was specified but does not exist`);
  if (isOver(record.state)) {
    // As the JavaScript server reports it.
    throw new RpcFault(
      -32600,
      `Task ${record.id} is in a terminal state (${record.state}) and cannot be modified.`,
    );
  }
  if (contextId !== undefined && contextId !== record.contextId) {
    throw new RpcFault(-32602, `Task ${record.id} is not in context ${contextId}`);
  }
  return record;
}

function find(id: string, desk: Call['desk'], message = 'Task not found'): TaskRecord {
  const record = desk.store.get(id);
  if (!record) throw new RpcFault(-32001, message);
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

/** A2A 0.3, as a2a-python 0.3 writes it. */
export const v03Writer: Writer = {
  cardPaths: ['/.well-known/agent-card.json', '/.well-known/agent.json'],
  endpointPath: '/',
  manner: { ...usualManner, subscribed: 'turn' },
  methods: methodsOf({ readSend, cancelFields: ['id', 'metadata'], writeTask, writeAnswer, pushMethods }),
  card,
  documents: new Map(),
  envelope,
  // Of a throw it tells the failed status, as the JavaScript server; the Python one breaks the connection off.
  frame: (id, item) =>
    item.kind === 'end' ? undefined : { data: envelope(id, { result: writeEvent(item) }) },
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
    ...v03Rest,
    methods: methodsOf({
      readSend: readRestSend,
      // The name of the task, `tasks/{id}`, comes in the body again from the Python client.
      cancelFields: ['id', 'metadata', 'name'],
      writeTask: writeRestTask,
      writeAnswer: writeRestAnswer,
      pushMethods: restPushMethods,
    }),
  },
  httpError: plainHttpError,
};
