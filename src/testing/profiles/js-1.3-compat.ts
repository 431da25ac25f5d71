import type { Part } from '../../model/part.js';
import { RpcFault } from '../fault.js';
import { isJson, type Json, withoutEmpty } from '../fields.js';
import type { TaskFaults } from '../writers/task-faults.js';
import { provider, v1Card } from '../writers/v1-card.js';
import { v03WriterOf } from '../writers/v03.js';
import { v03Card } from '../writers/v03-card.js';
import { restSendReader } from '../writers/v03-rest-read.js';
import { v03RestShapes, writeRestPart } from '../writers/v03-rest-write.js';
import { usualV03Ways } from '../writers/v03-ways.js';
import type { CardFacts, Method, RestWriter, Writer } from '../writers/writer.js';

const readRestMessage = restSendReader(undefined, { blocksUnasked: true });

/** Files lose their names, and parts their empty metadata. */
function writePart(part: Part): Json {
  const { metadata = {}, ...bare } = part;
  if (bare.kind === 'file') delete bare.filename;
  return writeRestPart(Object.keys(metadata).length > 0 ? { ...bare, metadata } : bare);
}

const shapes = v03RestShapes(({ timestamp }) => timestamp, writePart);

/** What a card says to clients of 0.3, with what is left of the newer one in its security. */
function olderCard(facts: CardFacts): Json {
  const { securitySchemes, securityRequirements } = v1Card(facts);
  return {
    ...v03Card(facts),
    protocolVersion: '0.3',
    provider,
    ...(facts.auth && { securitySchemes, security: securityRequirements }),
  };
}

/** As from a list whose tenant is called like the version. */
const listNobodysTasks: Method = ({ pageSize = 50 }) => ({
  tasks: [],
  nextPageToken: '',
  pageSize,
  totalSize: 0,
});

/**
 * The server with its paths for older clients, over HTTP+JSON.
 *
 * @param admit takes both versions
 */
export function withCompatibility(newer: Writer, faults: TaskFaults, admit: Writer['admit']): Writer {
  const { rest: newerRest } = newer;
  const { rest } = v03WriterOf({
    ...usualV03Ways,
    rest: {
      readSend(params, strict) {
        if (!isJson(params.message)) throw new RpcFault(-32602, 'SendMessageRequest missing message');
        return readRestMessage(params, strict);
      },
      shapes,
    },
    faults,
    extendedCard: olderCard,
  });
  if (!rest || !newerRest) return newer;
  const beside = restBeside(newerRest);
  return {
    ...newer,
    card: cardFor(newer.card),
    admit,
    rest: {
      ...restOf(rest),
      beside,
      // Of versions the newer one speaks.
      refusal: (error, call) =>
        error instanceof RpcFault && error.code === -32009
          ? { ...beside.refusal(error, call), type: beside.contentType }
          : rest.refusal(error, call),
    },
  };
}

/** A client that does not say otherwise is an older one. */
function cardFor(newer: Writer['card']): Writer['card'] {
  return (facts, headers) => {
    const card = newer(facts, headers);
    if (headers.get('a2a-version') === '1.0') return card;
    return { ...olderCard(facts), supportedInterfaces: card.supportedInterfaces };
  };
}

function restBeside(rest: RestWriter): RestWriter {
  const listTasks: Method = (params, call) =>
    params.tenant === 'v1' ? listNobodysTasks(params, call) : rest.methods.get('ListTasks')?.(params, call);
  return { ...rest, methods: new Map([...rest.methods, ['ListTasks', listTasks]]) };
}

function restOf(rest: RestWriter): RestWriter {
  return {
    ...rest,
    methods: new Map([...rest.methods, ...pushMethods(rest.methods)]),
    contentType: 'application/json; charset=utf-8',
    emptyType: 'application/json',
    creates: new Set(['message/send']),
    frame: item => (item.kind === 'end' ? undefined : { data: shapes.writeEvent(item) }),
  };
}

const prefix = 'tasks/pushNotificationConfig/';

function pushMethods(methods: RestWriter['methods']): [string, Method][] {
  const own = (name: string, params: Json, call: Parameters<Method>[1]) =>
    methods.get(prefix + name)?.(params, call);
  return [
    [
      `${prefix}set`,
      (params, call) => {
        if (isJson(params.pushNotificationConfig)) return own('set', params, call);
        throw new RpcFault(-32602, 'TaskPushNotificationConfig missing pushNotificationConfig');
      },
    ],
    [`${prefix}list`, async (params, call) => withoutEmpty((await own('list', params, call)) as Json)],
  ];
}
