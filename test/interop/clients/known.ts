import type { PushOptions } from 'a2a-await/testing';
import type { ClientName } from './run-client.js';

export type Binding = 'JSONRPC' | 'HTTP+JSON';

/** What a client makes of a refusal: the name of its own error, and what its message has in it. */
type Refusal = [name: string, message: string];

/** What is known of a client over one binding. */
export interface Known {
  unknownTask: Refusal;
  notCancelable: Refusal;
  /** Of a message to a task that is over. */
  over: Refusal;
  /** Of what the agent threw: in a send, and in 1.0 in a stream; in 0.3 a stream tells of a failed task. */
  thrown: Refusal;
  thrownInStream?: Refusal;
}

export interface KnownClient {
  name: ClientName;
  dialect: '1.0' | '0.3';
  /** How the server has to be for it, other than by default. */
  push?: PushOptions;
  over: Record<Binding, Known>;
}

const jammed = 'The press is jammed';
const inTerminalState = 'is in a terminal state';

/** The official clients, and in which words each of them tells its user of the errors it was told of. */
export const clients: KnownClient[] = [
  {
    name: 'js-1.3',
    dialect: '1.0',
    over: {
      JSONRPC: {
        unknownTask: ['JsonRpcTaskNotFoundError', 'Task not found'],
        notCancelable: ['JsonRpcTaskNotCancelableError', 'Task cannot be canceled'],
        over: ['JsonRpcUnsupportedOperationError', inTerminalState],
        thrown: ['JsonRpcTransportError', jammed],
        // Of an error within a stream it makes none of its own.
        thrownInStream: ['Error', `${jammed} (Code: -32603)`],
      },
      'HTTP+JSON': {
        unknownTask: ['RestTaskNotFoundError', 'Task not found'],
        notCancelable: ['RestTaskNotCancelableError', 'Task cannot be canceled'],
        over: ['RestUnsupportedOperationError', inTerminalState],
        thrown: ['RestA2AErrorImpl', jammed],
        thrownInStream: ['RestA2AErrorImpl', jammed],
      },
    },
  },
  {
    name: 'js-0.3',
    dialect: '0.3',
    // Over HTTP+JSON it sends a push configuration without `config` around it, which a2a-python does not take.
    push: { quirks: { restBody: 'bare' } },
    over: {
      JSONRPC: {
        unknownTask: ['TaskNotFoundJSONRPCError', 'Task not found'],
        notCancelable: ['TaskNotCancelableJSONRPCError', 'Task cannot be canceled'],
        over: ['JSONRPCTransportError', '(Code: -32600)'],
        thrown: ['JSONRPCTransportError', `${jammed} (Code: -32603)`],
      },
      'HTTP+JSON': {
        unknownTask: ['TaskNotFoundError', 'Task not found'],
        notCancelable: ['TaskNotCancelableError', 'Task cannot be canceled'],
        over: ['Error', '(Code: -32600)'],
        thrown: ['Error', `${jammed} (Code: -32603)`],
      },
    },
  },
  {
    name: 'py-1.1',
    dialect: '1.0',
    over: {
      JSONRPC: {
        unknownTask: ['TaskNotFoundError', 'Task not found'],
        notCancelable: ['TaskNotCancelableError', 'Task cannot be canceled'],
        over: ['UnsupportedOperationError', inTerminalState],
        thrown: ['InternalError', jammed],
        thrownInStream: ['InternalError', jammed],
      },
      'HTTP+JSON': {
        unknownTask: ['TaskNotFoundError', 'Task not found'],
        notCancelable: ['TaskNotCancelableError', 'Task cannot be canceled'],
        over: ['UnsupportedOperationError', inTerminalState],
        thrown: ['InternalError', jammed],
        thrownInStream: ['InternalError', jammed],
      },
    },
  },
  {
    name: 'py-0.3',
    dialect: '0.3',
    over: {
      // It has one class for all errors of JSON-RPC, with the code.
      JSONRPC: {
        unknownTask: ['A2AClientJSONRPCError', 'code=-32001'],
        notCancelable: ['A2AClientJSONRPCError', 'code=-32002'],
        over: ['A2AClientJSONRPCError', 'code=-32600'],
        thrown: ['A2AClientJSONRPCError', `code=-32603 data=None message='${jammed}'`],
      },
      // And one for all of HTTP+JSON, of which it reads the status only.
      'HTTP+JSON': {
        unknownTask: ['A2AClientHTTPError', 'HTTP Error 404'],
        notCancelable: ['A2AClientHTTPError', 'HTTP Error 400'],
        over: ['A2AClientHTTPError', 'HTTP Error 400'],
        thrown: ['A2AClientHTTPError', 'HTTP Error 500'],
      },
    },
  },
];
