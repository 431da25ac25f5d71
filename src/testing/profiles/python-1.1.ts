import { RpcFault } from '../fault.js';
import { FieldError } from '../fields.js';
import type { PushOptions } from '../push/options.js';
import { v1Fault, v1Thrown } from '../writers/errors.js';
import { v1WriterOf } from '../writers/v1.js';
import { usualV1Ways, type V1Ways } from '../writers/v1-ways.js';
import type { Writer } from '../writers/writer.js';
import type { Profile } from './profile.js';
import { jsonProblem, pythonFraming, pythonPush, typeName } from './python.js';
import { withCompatibility } from './python-1.1-compat.js';
import { numberOf } from './state-numbers.js';

const ways: V1Ways = {
  ...usualV1Ways,
  writeListed: (...listed) => ({ artifacts: [], ...usualV1Ways.writeListed(...listed) }),
  faults: {
    ...usualV1Ways.faults,
    over(record, wanted) {
      if (wanted === 'cancel') return usualV1Ways.faults.over(record, wanted);
      const { id, state } = record;
      return v1Fault(-32602, `Task ${id} is in terminal state: ${numberOf(state)}`, 'INVALID_PARAMS');
    },
  },
  thrown(error) {
    if (!(error instanceof FieldError) || error.kind === 'value') return v1Thrown(error);
    const problem = `${error.message}${error.given === undefined ? '' : `, got '${typeName(error.given)}'`}`;
    const words = error.path.reduceRight(
      (inner, name) => `Failed to parse ${name} field: ${inner}.`,
      problem.replace('expected a string', 'expected string or bytes-like object'),
    );
    return new RpcFault(-32602, 'Invalid params', words);
  },
};

const written = v1WriterOf(ways);

const writer: Writer = {
  ...written,
  manner: { ...written.manner, subscribed: 'turn' },
  framing: pythonFraming,
  caching: 'none',
  refuse: { ...written.refuse, badJson: text => new RpcFault(-32700, jsonProblem(text)) },
};

/** Those of a notification, whatever the client. */
const push: PushOptions = { ...pythonPush, shape: 'stream-response' };

/** a2a-python 1.1.0, and with `enable_v0_3_compat`. */
export const python11: Profile = {
  dialect: '1.0',
  sides: {
    '1.0': { writer, bindings: ['JSONRPC'], defaults: { store: 'python', push } },
    '0.3': {
      writer: withCompatibility(writer, ways.faults),
      bindings: ['JSONRPC', 'HTTP+JSON'],
      defaults: { store: 'python', push },
    },
  },
};
