import { restPath } from '../bindings.js';
import { RpcFault } from '../fault.js';
import { jsonResponse } from '../framing.js';
import { isOver } from '../states.js';
import { plainHttpError } from '../writers/errors.js';
import { streamingMethods, v03WriterOf } from '../writers/v03.js';
import { usualV03Ways, type V03Ways } from '../writers/v03-ways.js';
import { v03ShapesOf, writeTime } from '../writers/v03-write.js';
import type { Method, RestWriter, Writer } from '../writers/writer.js';
import type { Profile } from './profile.js';
import { ofKind, type Problem, problemsOf, withPage } from './pydantic.js';
import { jsonProblem, pythonFraming, pythonPush } from './python.js';

const { rpc, faults } = usualV03Ways;

const ways: V03Ways = {
  ...usualV03Ways,
  rpc: {
    readSend(params, strict) {
      const problems = problemsOf(params);
      if (problems.length > 0) throw new RpcFault(-32602, 'Invalid parameters', problems);
      return rpc.readSend(ofKind(params), strict);
    },
    shapes: v03ShapesOf({
      writeTime: ({ state, timestamp }) => (state === 'submitted' ? undefined : writeTime(timestamp)),
      isFinal: isOver,
    }),
  },
  faults: {
    ...faults,
    over(record, wanted) {
      if (wanted === 'cancel') return faults.over(record, wanted);
      return new RpcFault(-32602, `Task ${record.id} is in terminal state: ${record.state}`);
    },
  },
  resubscribed: 'updates',
};

const written = v03WriterOf(ways);

/** Whatever it cannot do, it fails over. */
const fail: Method = () => {
  throw new Error('not implemented');
};

const statuses = new Map([
  [-32001, 404],
  [-32002, 409],
]);

/** What the dialect has, and this server has not. */
const unknown = new Set(['DELETE tasks/pushNotificationConfig/delete', 'POST tasks/resubscribe']);

function restOf(rest: RestWriter): RestWriter {
  return {
    ...rest,
    routes: [
      ...rest.routes.filter(({ verb, rpcMethod }) => !unknown.has(`${verb} ${rpcMethod}`)),
      { verb: 'GET', path: /^\/v1\/tasks$/, rpcMethod: 'tasks/list' },
    ],
    methods: new Map([...rest.methods, ['tasks/list', fail], ['tasks/pushNotificationConfig/list', fail]]),
    refusal(error) {
      if (!(error instanceof RpcFault)) return { status: 500, body: { message: 'unknown exception' } };
      return { status: statuses.get(error.code) ?? 400, body: { message: error.message } };
    },
    frame(item, call) {
      const frame = rest.frame(item, call);
      return frame && { ...frame, indented: true };
    },
    // The task is looked for once the stream has begun.
    refusedStream: rpcMethod => (streamingMethods.has(rpcMethod) ? 'broken' : undefined),
  };
}

const writer: Writer = {
  ...written,
  manner: { ...written.manner, throwInStream: 'at-once' },
  framing: pythonFraming,
  caching: 'none',
  refuse: {
    ...written.refuse,
    badJson: text => new RpcFault(-32700, jsonProblem(text)),
    notAnObject(body) {
      const { code, message, data } = written.refuse.notAnObject(body) as RpcFault;
      return new RpcFault(code, message, (data as Problem[]).map(withPage));
    },
  },
  // As for HTTP+JSON; what is wrong with the params it says before.
  refusedStream: (method, id, error) =>
    streamingMethods.has(method) && error.data === undefined
      ? { data: written.envelope(id, { error }) }
      : undefined,
  ...(written.rest && { rest: restOf(written.rest) }),
  httpError(status, request) {
    if (status === 401 || !request.path.includes(`${restPath}/`)) return plainHttpError(status);
    // FastAPI has this binding, and Starlette alone the other.
    const detail = status === 404 ? 'Not Found' : 'Method Not Allowed';
    const headers = status === 405 ? { allow: request.allowed.join(', ') } : {};
    return jsonResponse({ detail }, pythonFraming, { status, headers });
  },
};

/** a2a-python 0.3.26. */
export const python03: Profile = {
  dialect: '0.3',
  sides: {
    '0.3': {
      writer,
      bindings: ['JSONRPC', 'HTTP+JSON'],
      defaults: { push: { ...pythonPush, quirks: { getIgnoresId: true } } },
    },
  },
};
