import { InvalidParamsError, MethodNotFoundError, RpcError, VersionNotSupportedError } from 'a2a-await';
import { taskIdOf } from './capture.js';
import { asRecorded, type Entries, on, type Replayed } from './entry.js';
import { refusal } from './expected.js';
import { wholeHistory } from './request.js';
import { sdkServers, v1Servers, v03Servers } from './servers.js';
import { helloAgain, helloWithoutHistory } from './tasks.js';

/** Calls that servers refuse as such, and exchanges that our client never makes. */

const methodNotFound = (says: string) => ({
  ...asRecorded,
  expect: refusal(MethodNotFoundError, -32601, says),
});

/** The answer to bad JSON, as if it came to a question about a task. */
const garbled = (server: string): Pick<Replayed, 'call' | 'instead'> => ({
  call: client => client.getTask('x'),
  instead: {
    because: 'our client sends JSON',
    ...(server.endsWith('-v1')
      ? { method: 'GetTask', params: { id: 'x' } }
      : { method: 'tasks/get', params: { id: 'x', historyLength: wholeHistory } }),
  },
});

const badJson = (server: (typeof sdkServers)[number], says: string): Entries => ({
  [`${server}/38-bad-json`]: { ...garbled(server), expect: refusal(RpcError, -32700, says) },
});

const batch: Pick<Replayed, 'call' | 'instead'> = {
  call: client => client.getTask('x'),
  instead: { because: 'our client sends no batches: the only call of this one, by itself' },
};

const getRecorded: Replayed['call'] = (client, capture) => client.getTask(taskIdOf(capture));

/** Straight to the endpoint: with a card the client would try its luck in the card's other dialect. */
const sends10: Pick<Replayed, 'call' | 'instead' | 'direct'> = {
  call: getRecorded,
  direct: true,
  instead: { because: '1.0 always says so', version: '1.0' },
};
const sendsNone: Pick<Replayed, 'call' | 'instead' | 'direct'> = {
  call: getRecorded,
  direct: true,
  instead: { because: '0.3 has no version header', version: null },
};

const notSupported = (says: string) =>
  refusal(VersionNotSupportedError, -32009, says, 'VERSION_NOT_SUPPORTED');

export const refusals: Entries = {
  ...on(
    sdkServers.filter(server => server.startsWith('py')),
    '35-unknown-method',
    methodNotFound('Method not found'),
  ),
  'js-1.3.0-jsonrpc-v1/35-unknown-method': methodNotFound('Invalid method'),
  'js-0.3.14-jsonrpc-v03/35-unknown-method': methodNotFound('Method not found: no/such'),

  'py-1.1.0-jsonrpc-v1/36-other-dialect-method': methodNotFound('Method not found'),
  'js-1.3.0-jsonrpc-v1/36-other-dialect-method': methodNotFound('Invalid method'),
  'py-0.3.26-jsonrpc-v03/36-other-dialect-method': methodNotFound('Method not found'),
  'js-0.3.14-jsonrpc-v03/36-other-dialect-method': methodNotFound('Method not found: SendMessage'),
  'py-1.1.0-compat-jsonrpc-v03/36-other-dialect-method': {
    ...asRecorded,
    expect: notSupported("A2A version '0.3' is not supported by this handler. Expected version '1.0'"),
  },

  ...badJson('py-1.1.0-jsonrpc-v1', 'Expecting property name enclosed in double quotes'),
  ...badJson('js-1.3.0-jsonrpc-v1', 'Invalid JSON payload'),
  // This one without an id at all.
  ...badJson('py-0.3.26-jsonrpc-v03', 'Expecting property name enclosed in double quotes'),
  // This one with HTTP 400.
  ...badJson('js-0.3.14-jsonrpc-v03', 'Invalid JSON payload'),
  ...badJson('py-1.1.0-compat-jsonrpc-v03', 'Expecting property name enclosed in double quotes'),

  ...on(['py-1.1.0-jsonrpc-v1', 'py-1.1.0-compat-jsonrpc-v03'], '39-batch', {
    ...batch,
    expect: refusal(RpcError, -32600, 'Batch requests are not supported'),
  }),
  'js-1.3.0-jsonrpc-v1/39-batch': {
    ...batch,
    expect: refusal(InvalidParamsError, -32602, 'Invalid JSON-RPC Request', 'INVALID_PARAMS'),
  },
  'py-0.3.26-jsonrpc-v03/39-batch': {
    ...batch,
    expect: refusal(RpcError, -32600, 'Request payload validation error'),
  },
  'js-0.3.14-jsonrpc-v03/39-batch': {
    ...batch,
    expect: refusal(RpcError, -32600, 'Invalid JSON-RPC Request'),
  },

  'py-1.1.0-jsonrpc-v1/40-version-2': {
    ...sends10,
    expect: notSupported("A2A version '2.0' is not supported by this handler. Expected version '1.0'"),
  },
  'js-1.3.0-jsonrpc-v1/40-version-2': {
    ...sends10,
    expect: notSupported(
      "The requested A2A protocol version '2.0' is not supported. Supported versions: 1.0",
    ),
  },
  // Servers of 0.3 do not look at the header…
  'py-0.3.26-jsonrpc-v03/40-version-2': { ...sendsNone, expect: helloAgain },
  'js-0.3.14-jsonrpc-v03/40-version-2': { ...sendsNone, expect: helloWithoutHistory },
  // … but this one, which has one code for everything.
  'py-1.1.0-compat-jsonrpc-v03/40-version-2': {
    ...sendsNone,
    expect: refusal(
      VersionNotSupportedError,
      -32603,
      "A2A version '2.0' is not supported by this handler. Expected version '0.3'",
    ),
  },

  ...Object.assign(
    {},
    ...['41-version-missing', '42-version-0.3'].map(
      (name): Entries => ({
        ...on(v1Servers.slice(0, 1), name, {
          ...sends10,
          expect: notSupported("A2A version '0.3' is not supported by this handler. Expected version '1.0'"),
        }),
        ...on(v1Servers.slice(1), name, {
          ...sends10,
          expect: notSupported(
            "The requested A2A protocol version '0.3' is not supported. Supported versions: 1.0",
          ),
        }),
        ...on(
          v03Servers.filter(server => server.startsWith('py')),
          name,
          { ...sendsNone, expect: helloAgain },
        ),
        [`js-0.3.14-jsonrpc-v03/${name}`]: { ...sendsNone, expect: helloWithoutHistory },
      }),
    ),
  ),
};
