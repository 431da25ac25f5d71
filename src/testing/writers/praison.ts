import { HttpFault, RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import { usualFraming } from '../framing.js';
import type { Manner } from '../manner.js';
import type { TaskRecord } from '../record.js';
import type { AuthFacts } from '../server-auth.js';
import { pushMethods, unsupported } from './praison-push.js';
import { readSend } from './praison-read.js';
import { writeFrame } from './praison-stream.js';
import { writeTask } from './praison-write.js';
import type { Call, CardFacts, Method, Writer } from './writer.js';

const manner: Manner = {
  now: () => Date.now(),
  newContextId: () => crypto.randomUUID(),
  newTaskId: () => `task-${hex12()}`,
  newMessageId: () => `msg-${hex12()}`,
  newArtifactId: () => `art-${hex12()}`,
  contexts: 'echo',
  history: 'answers',
  throwing: 'silent-failure',
  throwInStream: 'in-order',
  notAwaited: 'accepted',
  cancelStops: false,
  streamed: 'forgotten',
  subscribed: 'turn',
  messages: false,
};

function hex12(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 12);
}

function card({ auth, streaming, pushNotifications }: CardFacts): Json {
  return {
    name: 'Reference agent',
    // Its default, wherever it really listens.
    url: 'http://localhost:8000/a2a',
    version: '1.0.0',
    description: 'An agent for tests.',
    capabilities: {
      streaming,
      pushNotifications,
      stateTransitionHistory: false,
      extendedAgentCard: false,
    },
    provider: { name: 'PraisonAI' },
    ...(auth && { securitySchemes: { [auth.kind]: securityScheme(auth) } }),
  };
}

/** It has no API keys: they are named as it names its tokens. */
function securityScheme(auth: NonNullable<AuthFacts>): Json {
  if (auth.kind === 'bearer') return { http: { scheme: 'bearer', bearerFormat: 'JWT' } };
  return { apiKey: { location: 'header', name: auth.header } };
}

/** Each message opens a task, whichever it wanted to continue. */
const sendMessage: Method = async (params, { desk, blocks }) => {
  const { message, returnImmediately } = readSend(params, desk.manner.newMessageId);
  const answer = await desk.send(message, { blocking: blocks(!returnImmediately) });
  // Its agents never answer with a message: see the manner above.
  return answer.kind === 'task' ? writeTask(answer) : undefined;
};

const streamMessage: Method = (params, { desk, streaming }) => {
  if (!streaming) throw unsupported('message/stream');
  return desk.stream(readSend(params, desk.manner.newMessageId).message);
};

const getTask: Method = (params, { desk }) => writeTask(find(params.id, desk).snapshot());

/** Never refused, not even over a completed task. */
const cancelTask: Method = (params, { desk }) => writeTask(desk.cancel(find(params.id, desk)));

const listTasks: Method = ({ contextId }, { desk, listing }) =>
  listing
    .rows(desk.store.all().filter(record => !contextId || record.contextId === contextId))
    .map(writeTask);

function find(id: unknown, desk: Call['desk']): TaskRecord {
  const record = desk.store.get(String(id));
  if (!record) throw new RpcFault(-32000, `Task not found: ${id ?? ''}`);
  return record;
}

function crash(): HttpFault {
  return new HttpFault(500, 'Internal Server Error');
}

/** PraisonAI's own mixture of versions, as `praisonaiagents.ui.a2a` writes it. */
export const praisonWriter: Writer = {
  cardPaths: ['/.well-known/agent.json'],
  endpointPath: '/a2a',
  manner,
  methods: new Map<string, Method>([
    ['message/send', sendMessage],
    ['message/stream', streamMessage],
    ['tasks/get', getTask],
    ['tasks/cancel', cancelTask],
    ['tasks/list', listTasks],
    // Without an extension to it, and whatever the card says.
    ['agent/getExtendedCard', (_params, call) => card(call)],
    ...pushMethods,
  ]),
  card,
  documents: new Map([['/status', ({ name, version }: Json) => ({ status: 'ok', name, version })]]),
  envelope(id, outcome) {
    const start = { jsonrpc: '2.0', id: id ?? null };
    if ('result' in outcome) return { ...start, result: outcome.result };
    return { ...start, error: { code: outcome.error.code, message: outcome.error.message } };
  },
  framing: usualFraming,
  frame: (_id, item) => writeFrame(item),
  // It has never heard of the version header.
  admit: () => {},
  refuse: {
    badJson: () => new RpcFault(-32700, 'Parse error: invalid JSON'),
    notAnObject: crash,
    noMethod: () => new RpcFault(-32601, 'Method not found: '),
    unknownMethod: method =>
      method.startsWith('tasks/pushNotificationConfig/')
        ? unsupported(method)
        : new RpcFault(-32601, `Method not found: ${method}`),
    badParams: crash,
    thrown: crash,
  },
  httpError(status) {
    const detail = { 401: 'Unauthorized', 404: 'Not Found', 405: 'Method Not Allowed' }[status];
    return Response.json({ detail }, { status });
  },
};
