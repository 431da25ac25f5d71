import * as a2a from 'a2a-await';
import {
  A2AClient,
  A2AError,
  type Task,
  TaskFailedError,
  WaitTimeoutError,
  waitForCompletion,
} from 'a2a-await';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';
import { scripted } from '../../support/source.js';

/** Which of the three families, if any, each class belongs to. */
const families = {
  RpcError: [
    'TaskNotFoundError',
    'TaskNotCancelableError',
    'PushNotificationNotSupportedError',
    'UnsupportedOperationError',
    'ContentTypeNotSupportedError',
    'InvalidAgentResponseError',
    'ExtendedAgentCardNotConfiguredError',
    'ExtensionSupportRequiredError',
    'VersionNotSupportedError',
    'MethodNotFoundError',
    'InvalidParamsError',
  ],
  HttpError: ['AuthenticationError'],
  NetworkError: [],
  RequestTimeoutError: [],
  AbortedError: [],
  ResponseFormatError: ['ResponseLimitError'],
  TaskStoppedError: ['TaskFailedError', 'TaskCanceledError', 'TaskRejectedError', 'TaskInterruptedError'],
  WaitTimeoutError: [],
  TaskLostError: [],
  TaskUnreachableError: [],
  StreamInterruptedError: [],
} as const;

type ErrorClass = (new (...given: never[]) => Error) & { tag: string };
const classes = a2a as unknown as Record<string, ErrorClass>;
const names = Object.entries(families).flatMap(([base, derived]) => [base, ...derived]);

/** An error of each class, made by its own prototype: constructors are not what this is about. */
function made(name: string): Error {
  const type = classes[name] as ErrorClass;
  const facts = {
    method: 'GetTask',
    message: 'no',
    rpcCode: -1,
    id: 'task-1',
    state: 'failed',
    observed: {},
    waited: 1,
  };
  return new type(...([facts, facts, facts, facts, facts] as never[]));
}

const concrete = names.filter(name => name !== 'TaskStoppedError');

describe('the classes of errors', () => {
  it('know the type of the task they are about, which the type check of the tests sees', () => {
    const typed = (error: unknown) => {
      if (error instanceof TaskFailedError) expectTypeOf(error.task).toEqualTypeOf<Task>();
      if (error instanceof WaitTimeoutError) expectTypeOf(error.lastTask).toEqualTypeOf<Task | undefined>();
      return error instanceof TaskFailedError && error.task.status.state;
    };
    const task: Task = { kind: 'task', id: 't', status: { state: 'failed' }, artifacts: [], history: [] };
    expect(typed(new TaskFailedError({ id: 't', state: 'failed' }, task))).toBe('failed');
  });

  it('are all exported, and have their own name as their tag', () => {
    for (const name of names) {
      expect(classes[name], name).toBeTypeOf('function');
      expect(classes[name]?.tag).toBe(name);
      expect(classes[name]?.name).toBe(name);
    }
  });

  it('are all of the error classes there are', () => {
    const exported = Object.keys(a2a).filter(name => name.endsWith('Error'));
    expect(exported.sort()).toEqual([...names, 'A2AError'].sort());
  });

  it.each(concrete)('%s is an A2AError and an Error, of its own family and of no other', name => {
    const error = made(name);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(A2AError);
    const own = Object.entries(families).filter(
      ([base, derived]) => base === name || (derived as readonly string[]).includes(name),
    );
    expect(own).toHaveLength(1);
    const of = names.filter(each => error instanceof (classes[each] as ErrorClass));
    expect(of.sort()).toEqual([...new Set([own[0]?.[0] as string, name])].sort());
  });

  it.each(concrete.filter(name => name !== 'AbortedError'))('%s has its class as its name', name => {
    expect(made(name).name).toBe(name);
  });

  it.each([
    ['TaskNotFoundError', 'task-not-found'],
    ['TaskNotCancelableError', 'task-not-cancelable'],
    ['PushNotificationNotSupportedError', 'push-notification-not-supported'],
    ['UnsupportedOperationError', 'unsupported-operation'],
    ['ContentTypeNotSupportedError', 'content-type-not-supported'],
    ['InvalidAgentResponseError', 'invalid-agent-response'],
    ['ExtendedAgentCardNotConfiguredError', 'extended-agent-card-not-configured'],
    ['ExtensionSupportRequiredError', 'extension-support-required'],
    ['VersionNotSupportedError', 'version-not-supported'],
    ['MethodNotFoundError', 'method-not-found'],
    ['InvalidParamsError', 'invalid-params'],
    ['WaitTimeoutError', 'wait-timeout'],
    ['TaskLostError', 'task-lost'],
    ['TaskUnreachableError', 'task-unreachable'],
    ['RequestTimeoutError', 'request-timeout'],
    ['ResponseFormatError', 'response-format'],
    ['ResponseLimitError', 'response-limit'],
    ['AbortedError', 'aborted'],
    ['NetworkError', 'network'],
    ['AuthenticationError', 'authentication'],
  ])('%s has the code %s', (name, code) => {
    expect(made(name)).toMatchObject({ code });
  });

  it('have codes that are words in lower case, and no two concrete ones the same', () => {
    const codes = concrete.map(name => (made(name) as A2AError).code);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(new Set(codes.filter((_, at) => concrete[at] !== 'TaskStoppedError')).size).toBeGreaterThanOrEqual(
      codes.length - 3,
    );
  });

  it.each([
    undefined,
    null,
    'A2AError',
    5,
    {},
    new Error('no'),
    new TypeError('no'),
    { name: 'A2AError', code: 'x' },
  ])('do not take %o for one of theirs', value => {
    for (const name of ['A2AError', ...names])
      expect(value instanceof (classes[name] as ErrorClass)).toBe(false);
  });
});

describe('two copies of the package', () => {
  it('know the errors of each other by instanceof, and keep the classes apart', async () => {
    vi.resetModules();
    const other = (await import('../../../src/errors/index.js')) as unknown as Record<string, ErrorClass>;
    expect(other['A2AError']).not.toBe(A2AError);
    for (const name of concrete) {
      const error = made(name);
      expect(error, name).toBeInstanceOf(other['A2AError'] as ErrorClass);
      const here = names.filter(each => error instanceof (classes[each] as ErrorClass));
      const there = names.filter(each => error instanceof (other[each] as ErrorClass));
      expect(there).toEqual(here);
    }
  });
});

describe('a class that an application derives', () => {
  class QuotaError extends a2a.RpcError {
    readonly limit = 5;
  }
  const error = new QuotaError({ method: 'GetTask', message: 'quota', rpcCode: -32050 });

  it('is told by identity, and is also what it derives from', () => {
    expect(error).toBeInstanceOf(QuotaError);
    expect(error).toBeInstanceOf(a2a.RpcError);
    expect(error).toBeInstanceOf(A2AError);
    expect(error).not.toBeInstanceOf(a2a.TaskNotFoundError);
    expect(error.limit).toBe(5);
  });

  it('does not claim the errors of its base', () => {
    const plain = new a2a.RpcError({ method: 'GetTask', message: 'no', rpcCode: -32050 });
    expect(plain).not.toBeInstanceOf(QuotaError);
  });
});

describe('what the server said', () => {
  async function said(code: number, message: string, data?: unknown) {
    const { fetch } = rpcFetch(({ id }) => rpcError(id, code, message, data));
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    return rejection(client.getTask('task-1'));
  }
  const info = (reason: string) => [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'a2a-protocol.org' },
  ];

  it.each([
    [-32001, 'TaskNotFoundError'],
    [-32002, 'TaskNotCancelableError'],
    [-32003, 'PushNotificationNotSupportedError'],
    [-32004, 'UnsupportedOperationError'],
    [-32005, 'ContentTypeNotSupportedError'],
    [-32006, 'InvalidAgentResponseError'],
    [-32007, 'ExtendedAgentCardNotConfiguredError'],
    [-32008, 'ExtensionSupportRequiredError'],
    [-32601, 'MethodNotFoundError'],
    [-32602, 'InvalidParamsError'],
    [-32603, 'RpcError'],
    [-32000, 'RpcError'],
    [-32012, 'RpcError'],
    [42, 'RpcError'],
  ])('with code %d is a %s', async (code, name) => {
    const error = await said(code, 'The words of the server.');
    expect(error.name).toBe(name);
    expect(error).toMatchObject({ rpcCode: code, method: 'GetTask', reason: undefined });
    expect(error.message).toContain('The words of the server');
    expect(error.message).toContain(String(code));
  });

  it.each([
    [-32603, info('TASK_NOT_FOUND'), 'TaskNotFoundError'],
    [-32000, info('VERSION_NOT_SUPPORTED'), 'VersionNotSupportedError'],
    [-32001, info('SOMETHING_NEW'), 'TaskNotFoundError'],
    [-32603, info('constructor'), 'RpcError'],
    [-32603, [{ violations: [] }, ...info('UNSUPPORTED_OPERATION')], 'UnsupportedOperationError'],
  ])('with code %d and data %j is a %s: the reason is believed first', async (code, data, name) => {
    const error = await said(code, 'oops', data);
    expect(error.name).toBe(name);
    expect(error['data']).toEqual(data);
  });

  it.each([
    [-32000, 'Task not found: task-1', undefined, 'TaskNotFoundError'],
    [-32000, 'Cannot find it', undefined, 'RpcError'],
    [-32601, 'Push notifications not supported: x', undefined, 'PushNotificationNotSupportedError'],
    [-32009, "A2A version '0.3' is not supported", undefined, 'VersionNotSupportedError'],
    [-32009, 'CrewAI ran out of agents', undefined, 'RpcError'],
    [-32603, 'Task not found', null, 'TaskNotFoundError'],
    [-32603, 'Task task-1 not found', undefined, 'TaskNotFoundError'],
    [-32603, 'Task cannot be canceled', null, 'TaskNotCancelableError'],
    [-32603, 'Task not found', { own: 'data' }, 'RpcError'],
    [-32603, 'The tool says: Task not found', null, 'RpcError'],
  ])('as %d "%s" with data %j is a %s, by the words of known servers', async (code, message, data, name) => {
    expect((await said(code, message, data)).name).toBe(name);
  });

  it.each([
    [-31401, 401],
    [-31403, 403],
  ])('as %d, which is the Go server saying %d, is an AuthenticationError', async (code, status) => {
    expect(await said(code, 'no')).toMatchObject({ name: 'AuthenticationError', status });
  });
});

describe('an error', () => {
  it('is a TypeError and no A2AError where an argument cannot be right', async () => {
    const error = await rejection(waitForCompletion(scripted('working'), ''));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(A2AError);
  });

  it('keeps its brand out of JSON and of loops over its members', () => {
    const error = made('TaskNotFoundError');
    expect(Object.keys(error)).not.toContain('brand');
    expect(
      Object.getOwnPropertySymbols(error).filter(
        symbol => Object.getOwnPropertyDescriptor(error, symbol)?.enumerable,
      ),
    ).toEqual([]);
  });
});
