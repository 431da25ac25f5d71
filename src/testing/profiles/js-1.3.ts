import type { Message } from '../../model/message.js';
import { RpcFault } from '../fault.js';
import { isJson, type Json } from '../fields.js';
import type { PushOptions } from '../push/options.js';
import type { AuthFacts } from '../server-auth.js';
import { v1Fault } from '../writers/errors.js';
import { checkExtensions, v1WriterOf } from '../writers/v1.js';
import { provider } from '../writers/v1-card.js';
import { pushMethods } from '../writers/v1-push.js';
import { unsupported, usualV1Ways, type V1Ways } from '../writers/v1-ways.js';
import { shortened, v1Shapes } from '../writers/v1-write.js';
import type { CardFacts, Outcome, RestWriter, Writer } from '../writers/writer.js';
import { expressFraming, expressHttpError, failedTask, wordsOn } from './express.js';
import { withCompatibility } from './js-1.3-compat.js';
import type { Profile } from './profile.js';
import { numberOf } from './state-numbers.js';

const shapes = v1Shapes(({ timestamp }) => timestamp);

/** As its library keeps it, with the marks of that. */
function card(facts: CardFacts): Json {
  const { interfaces, tenant = '', extendedCard, auth, pushNotifications, streaming, extensions } = facts;
  return {
    name: 'Reference agent',
    description: 'An agent for tests.',
    version: '1.0.0',
    supportedInterfaces: interfaces.map(({ url, binding }) => ({
      url,
      protocolBinding: binding,
      protocolVersion: '1.0',
      tenant,
    })),
    provider,
    capabilities: { streaming, pushNotifications, extensions, extendedAgentCard: extendedCard },
    securitySchemes: auth ? { [auth.kind]: { scheme: securityScheme(auth) } } : {},
    securityRequirements: auth ? [{ schemes: { [auth.kind]: { list: [] } } }] : [],
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    skills: [
      {
        id: 'test',
        name: 'Test',
        description: 'Does what the test wrote.',
        tags: ['test'],
        examples: [],
        inputModes: [],
        outputModes: [],
        securityRequirements: [],
      },
    ],
    signatures: [],
  };
}

function securityScheme(auth: NonNullable<AuthFacts>): Json {
  const description = '';
  if (auth.kind === 'bearer') {
    return { $case: 'httpAuthSecurityScheme', value: { description, scheme: 'bearer', bearerFormat: '' } };
  }
  return { $case: 'apiKeySecurityScheme', value: { description, location: 'header', name: auth.header } };
}

function invalidParams(message: string): RpcFault {
  return v1Fault(-32602, message, 'INVALID_PARAMS');
}

const ways: V1Ways = {
  ...usualV1Ways,
  shapes,
  writeListed: (task, historyLength, includeArtifacts) =>
    shapes.writeTask(
      shortened({ ...task, artifacts: includeArtifacts ? task.artifacts : [] }, historyLength),
    ),
  // What is left out, it does without.
  readSend(params, strict) {
    const { message } = params;
    if (!isJson(message)) throw invalidParams('message is required');
    const { messageId = '', role, parts } = message;
    const filled = {
      ...message,
      messageId: String(messageId) || crypto.randomUUID(),
      role: role ?? 'ROLE_USER',
      parts: parts ?? [{ text: '' }],
    };
    const read = usualV1Ways.readSend({ ...params, message: filled }, strict);
    if (role !== undefined && parts !== undefined) return read;
    const left = { ...read.message, ...(parts === undefined && { parts: [] }) };
    return { ...read, message: (role === undefined ? { ...left, role } : left) as Message };
  },
  faults: {
    unknown: id => v1Fault(-32001, `Task not found: ${id}`, 'TASK_NOT_FOUND'),
    over({ id, state }, wanted) {
      if (wanted === 'cancel') {
        if (state === 'canceled') return undefined;
        return v1Fault(-32002, `Task not cancelable: ${id}`, 'TASK_NOT_CANCELABLE');
      }
      const end = wanted === 'message' ? 'modified' : 'subscribed to';
      return unsupported(`Task ${id} is in a terminal state (${numberOf(state)}) and cannot be ${end}.`);
    },
  },
};

/** The details of an error, which here have no `metadata`. */
function plain(details: unknown): unknown {
  if (!Array.isArray(details)) return details;
  return details.map(({ metadata: _, ...detail }: Json) => detail);
}

/** Takes these versions, exactly. */
function admitting(...versions: string[]): Writer['admit'] {
  return (headers, call) => {
    const version = headers.get('a2a-version') || '0.3';
    if (versions.includes(version)) return version === '1.0' ? checkExtensions(headers, call) : undefined;
    const supported = versions.join(', ');
    throw v1Fault(
      -32009,
      `The requested A2A protocol version '${version}' is not supported. Supported versions: ${supported}`,
      'VERSION_NOT_SUPPORTED',
    );
  };
}

const written = v1WriterOf(ways);

function envelope(id: unknown, outcome: Outcome): Json {
  const { error, ...rest } = written.envelope(id, outcome) as { error?: Json };
  if (!error) return rest;
  const { data, ...fault } = error;
  return { ...rest, error: { ...fault, ...(data !== undefined && { data: plain(data) }) } };
}

function restOf(rest: RestWriter): RestWriter {
  return {
    ...rest,
    methods: new Map([...rest.methods, ...pushMethods('nothing')]),
    contentType: 'application/a2a+json; charset=utf-8',
    emptyType: 'application/a2a+json',
    refusal(thrown, call) {
      const { status, body } = rest.refusal(thrown, call);
      const error = body.error as Json;
      return { status, body: { error: { ...error, details: plain(error.details) } } };
    },
  };
}

const writer: Writer = {
  ...written,
  endpointPath: '/jsonrpc',
  manner: {
    ...written.manner,
    history: 'at-once',
    subscribed: 'turn',
    failure(task, problem, own) {
      const said = wordsOn(problem, task, own);
      const parts = said.parts.map(part => ({ ...part, metadata: {}, mediaType: 'text/plain' }));
      const told = { ...said, taskId: task.id, parts, metadata: {} };
      return { ...failedTask(task, told, own.now()), metadata: {} };
    },
  },
  card,
  caching: 'public',
  envelope,
  framing: expressFraming,
  frame: (id, item) =>
    item.kind === 'end' ? undefined : { data: envelope(id, { result: shapes.writeEvent(item) }) },
  admit: admitting('1.0'),
  refuse: {
    ...written.refuse,
    badJson: () => new RpcFault(-32700, 'Invalid JSON payload.'),
    notAnObject: () => invalidParams('Invalid JSON-RPC Request.'),
    noMethod: () => invalidParams('Invalid JSON-RPC Request.'),
    unknownMethod: () => new RpcFault(-32601, 'Invalid method.'),
  },
  ...(written.rest && { rest: restOf(written.rest) }),
  httpError: expressHttpError,
};

const push: PushOptions = {
  contentType: 'application/a2a+json',
  token: 'without-authentication',
  timeout: 5_000,
  quirks: { taskIdIn: 'body' },
};

/** @a2a-js/sdk 1.3.0, and with `legacyCompat`, by which older clients get older notifications. */
export const js13: Profile = {
  dialect: '1.0',
  sides: {
    '1.0': {
      writer,
      bindings: ['JSONRPC', 'HTTP+JSON'],
      defaults: {
        store: 'js',
        strict: false,
        push,
      },
    },
    '0.3': {
      writer: withCompatibility(writer, ways.faults, admitting('1.0', '0.3')),
      bindings: ['HTTP+JSON'],
      defaults: {
        store: 'js',
        strict: false,
        push: {
          ...push,
          contentType: 'application/json',
          shape: 'event',
          quirks: { ...push.quirks, restBody: 'bare', deletedAgain: 'fine' },
        },
      },
    },
  },
};
