import type { Message } from '../../model/message.js';
import { RpcFault } from '../fault.js';
import { isJson, type Json } from '../fields.js';
import { endsTurn } from '../states.js';
import { provider } from '../writers/v1-card.js';
import { streamingMethods, v03WriterOf } from '../writers/v03.js';
import { v03Card } from '../writers/v03-card.js';
import { usualV03Ways, type V03Ways } from '../writers/v03-ways.js';
import { v03ShapesOf } from '../writers/v03-write.js';
import type { CardFacts, Outcome, Writer } from '../writers/writer.js';
import { expressFraming, expressHttpError, failedTask, wordsOn } from './express.js';
import type { Profile } from './profile.js';

const { rpc, faults } = usualV03Ways;

const shapes = v03ShapesOf({ writeTime: ({ timestamp }) => timestamp, isFinal: endsTurn });

/** As whoever set it up wrote it. */
function card(facts: CardFacts): Json {
  return {
    ...v03Card(facts),
    additionalInterfaces: facts.interfaces.map(({ binding, url }) => ({ url, transport: binding })),
    provider,
  };
}

const ways: V03Ways = {
  ...usualV03Ways,
  rpc: {
    // It does not look at what it is given.
    readSend(params, strict) {
      const { message } = params;
      if (!isJson(message) || (message.kind && message.role && message.parts)) {
        return rpc.readSend(params, strict);
      }
      const filled = {
        ...message,
        kind: 'message',
        messageId: 'none',
        role: 'user',
        parts: [{ kind: 'text', text: '' }],
      };
      return {
        ...rpc.readSend({ ...params, message: filled }, strict),
        message: { ...message, parts: partsOf(message) } as unknown as Message,
      };
    },
    shapes: { ...shapes, writeTask: task => ({ history: [], ...shapes.writeTask(task) }) },
  },
  faults: {
    unknown: id => new RpcFault(-32001, `Task not found: ${id}`),
    over(record, wanted) {
      if (wanted !== 'cancel') return faults.over(record, wanted);
      return new RpcFault(-32002, `Task not cancelable: ${record.id}`);
    },
  },
  // Where it is asked for none, it takes all; where it is not asked, it gives none.
  shortened(task, historyLength, by) {
    if (historyLength === undefined) return by === 'get' ? { ...task, history: [] } : task;
    return { ...task, history: task.history.slice(-historyLength) };
  },
  extendedCard: card,
};

/** What is no part, nothing can be made of. */
function partsOf({ parts }: Json): Json[] {
  return Array.isArray(parts) ? parts.filter(isJson) : [];
}

const written = v03WriterOf(ways);

const invalid = () => new RpcFault(-32600, 'Invalid JSON-RPC Request.');

function envelope(id: unknown, outcome: Outcome): Json {
  const known = { jsonrpc: '2.0', id: typeof id === 'string' || typeof id === 'number' ? id : null };
  if ('result' in outcome) return { ...known, result: outcome.result };
  const { code, message } = outcome.error;
  return { ...known, error: { code, message } };
}

const writer: Writer = {
  ...written,
  cardPaths: ['/.well-known/agent-card.json'],
  endpointPath: '/jsonrpc',
  manner: {
    ...written.manner,
    history: 'at-once',
    notAwaited: 'current',
    // The failed one is another task, which nobody finds again.
    failure(task, problem, own) {
      const said = wordsOn(problem, task, own);
      return failedTask({ ...task, id: own.newTaskId(), artifacts: [] }, said, own.now());
    },
  },
  card,
  caching: 'none',
  envelope,
  framing: expressFraming,
  frame: (id, item) =>
    item.kind === 'end' ? undefined : { data: envelope(id, { result: shapes.writeEvent(item) }) },
  refusedStream: (method, id, error) =>
    streamingMethods.has(method) ? { event: 'error', data: envelope(id, { error }) } : undefined,
  refuse: {
    ...written.refuse,
    badJson: () => new RpcFault(-32700, 'Invalid JSON payload.', undefined, 400),
    notAnObject: invalid,
    noMethod: invalid,
    unknownMethod: method => new RpcFault(-32601, `Method not found: ${method}`),
  },
  httpError: expressHttpError,
};

/** @a2a-js/sdk 0.3.14. */
export const js03: Profile = {
  dialect: '0.3',
  sides: {
    '0.3': {
      writer,
      bindings: ['JSONRPC'],
      defaults: { strict: false, push: { authorization: 'never', quirks: { deleted: 'null' } } },
    },
  },
};
