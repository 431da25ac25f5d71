import { restPath } from '../bindings.js';
import { RpcFault } from '../fault.js';
import { FieldError, isJson, type Json } from '../fields.js';
import { isOver } from '../states.js';
import { errorInfo, plainHttpError, v1Fault, v03Thrown } from '../writers/errors.js';
import { provider, v1Card } from '../writers/v1-card.js';
import { googleStatus } from '../writers/v1-rest.js';
import { streamingMethods, v03WriterOf } from '../writers/v03.js';
import { v03Card } from '../writers/v03-card.js';
import { restSendReader } from '../writers/v03-rest-read.js';
import { usualRestShapes } from '../writers/v03-rest-write.js';
import { shortenedBy, usualV03Ways, type V03Ways } from '../writers/v03-ways.js';
import { v03ShapesOf } from '../writers/v03-write.js';
import type { CardFacts, Interface, RestWriter, Writer } from '../writers/writer.js';
import { inWords, ofKind, problemsOf } from './pydantic.js';
import { pythonFraming } from './python.js';

const { rpc } = usualV03Ways;

const shapes = v03ShapesOf({
  writeTime: ({ state, timestamp }) => (state === 'submitted' ? undefined : timestamp?.replace('Z', '000Z')),
  isFinal: isOver,
});

const readRestMessage = restSendReader();

/** What a card says to clients of 0.3. */
function olderCard(facts: CardFacts): Json {
  return {
    ...v03Card(facts),
    protocolVersion: '0.3',
    provider,
  };
}

/** Both cards in one, down to their security schemes. */
function bothCards(facts: CardFacts): Json {
  const newer = v1Card(facts);
  const older = olderCard(facts);
  const { auth } = facts;
  const schemeIn = (card: Json) => auth && (card.securitySchemes as Record<string, Json>)[auth.kind];
  const versions = (version: string) =>
    facts.interfaces.map(({ url, binding }: Interface) => ({
      url,
      protocolBinding: binding,
      protocolVersion: version,
    }));
  return {
    ...older,
    ...newer,
    supportedInterfaces: [...versions('1.0'), ...versions('0.3')],
    ...(auth && { securitySchemes: { [auth.kind]: { ...schemeIn(newer), ...schemeIn(older) } } }),
  };
}

/** Says all that is missing of a message, in the words of the newer version. */
function checkMessage({ message }: Json): void {
  const { messageId, content } = isJson(message) ? message : {};
  const missing = [
    ...(messageId ? [] : [['message.message_id', 'Field is required.']]),
    ...(Array.isArray(content) && content.length > 0
      ? []
      : [['message.parts', 'Field must contain at least one element.']]),
  ];
  if (missing.length === 0) return;
  throw new RpcFault(-32602, 'Validation failed', [
    {
      ...errorInfo('INVALID_PARAMS'),
      metadata: { errors: missing.map(([field, words]) => ({ field, message: words })) },
    },
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: missing.map(([field, words]) => ({ field, description: words })),
    },
  ]);
}

/** Takes what an older client says of its version. */
function admit(headers: Headers): void {
  const version = headers.get('a2a-version') || '0.3';
  if (/^0\.3(\.\d+)*$/.test(version)) return;
  const message = `A2A version '${version}' is not supported by this handler. Expected version '0.3'.`;
  throw v1Fault(-32009, message, 'VERSION_NOT_SUPPORTED');
}

function invalid(data: string): RpcFault {
  return new RpcFault(-32600, 'Invalid Request', data);
}

/** What a throw in a method becomes. */
function thrown(error: unknown): RpcFault {
  if (!(error instanceof FieldError)) return v03Thrown(error);
  return invalid(`${['params', ...error.path].join('.')}: ${error.message}`);
}

/** Every error is the same to an older client, save for its words. */
function olderError({ code, message }: RpcFault): Json {
  return { code: code === -32600 ? code : -32603, message };
}

/**
 * The server with its methods for older clients.
 *
 * @param faults its own, of which those clients learn the words
 */
export function withCompatibility(newer: Writer, faults: V03Ways['faults']): Writer {
  const ways: V03Ways = {
    ...usualV03Ways,
    rpc: {
      readSend(params, strict) {
        const problems = problemsOf(params);
        if (problems.length === 0) return rpc.readSend(ofKind(params), strict);
        throw invalid(inWords(problems, 'SendMessageRequest'));
      },
      shapes,
    },
    rest: {
      readSend(params, strict) {
        checkMessage(params);
        return readRestMessage(params, strict);
      },
      shapes: {
        ...usualRestShapes,
        // What a send gives is without its history, the first event of a stream too.
        writeAnswer: answer =>
          usualRestShapes.writeAnswer(answer.kind === 'task' ? { ...answer, history: [] } : answer),
        writeEvent: item =>
          usualRestShapes.writeEvent(item.kind === 'task' ? { ...item, history: [] } : item),
      },
    },
    faults,
    shortened: shortenedBy(undefined),
    extendedCard: olderCard,
  };
  const written = v03WriterOf(ways);
  const errorFrame = (id: unknown, error: RpcFault) => ({
    data: { error: olderError(error), id, jsonrpc: '2.0' },
  });
  const older: Writer = {
    ...written,
    framing: pythonFraming,
    envelope(id, outcome) {
      if ('result' in outcome) return written.envelope(id, outcome);
      const { error } = outcome;
      return {
        jsonrpc: '2.0',
        id,
        error: { ...olderError(error), data: error.code === -32600 ? error.data : null },
      };
    },
    frame(id, item) {
      if (!('cause' in item)) return written.frame(id, item);
      return errorFrame(id, thrown(item.cause));
    },
    admit,
    refuse: { ...written.refuse, badParams: () => invalid('params: expected an object'), thrown },
    refusedStream: (method, id, error) =>
      streamingMethods.has(method) && error.code !== -32600 ? errorFrame(id, error) : undefined,
  };
  return {
    ...newer,
    card: bothCards,
    beside: older,
    ...(written.rest &&
      newer.rest && {
        rest: {
          ...restOf(written.rest),
          // Its card promises this, too; it was not recorded, but for what it does not know: tenants.
          beside: {
            ...newer.rest,
            routes: newer.rest.routes.filter(({ path }) => !path.source.includes('<tenant>')),
          },
        },
      }),
    httpError(status, request) {
      // Another verb is another page to it, in this binding.
      const isHidden = status === 405 && request.path.includes(`${restPath}/`);
      return plainHttpError(isHidden ? 404 : status);
    },
  };
}

function restOf(rest: RestWriter): RestWriter {
  return {
    ...rest,
    routes: rest.routes.filter(({ rpcMethod }) => rpcMethod !== 'tasks/pushNotificationConfig/delete'),
    admit,
    frame(item, call) {
      if ('cause' in item) throw item.cause;
      const frame = rest.frame(item, call);
      return frame && { data: frame.data };
    },
    refusal: (error, call) => googleStatus(error instanceof RpcFault ? error : v03Thrown(error), call),
    refusedStream: rpcMethod => (streamingMethods.has(rpcMethod) ? 'broken' : undefined),
  };
}
