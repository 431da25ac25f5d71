import { isTask, type Message, type Task, textOf } from 'a2a-await';
import type { Column, ColumnName } from './columns.js';

/** What is peculiar to one server. What all have in common is in the tests themselves. */
export interface Expected {
  /** Where calls are posted, below the peer's url. */
  endpoint: string;
  methods: { get: string; foreign: string };
  /** The states a slow run goes through, as far as polling can see. */
  states: string[][];
  /** Whether an agent can answer with a message instead of a task. */
  direct: boolean;
  /** Whether a task can be continued, e.g. to answer its question. */
  continues: boolean;
  /** Whether the server makes up a contextId when the client sends none. */
  ownContext: boolean;
  fail: {
    /** A send that blocks, to an agent that throws. */
    blocking: 'failed task' | 'RpcError';
    /** "never told": the stored task stays as it was, so polling cannot find out. */
    polled: 'TaskFailedError' | 'never told';
    /** Whether the agent's words reach the caller, where there is a failed task. */
    words: boolean;
    /** Where there is an error. */
    error?: { rpcCode: number; says: string };
  };
  stream: {
    /** What a short run tells, in few words. */
    hello: string[];
    /** How one of an agent that throws ends: a failed task, an error, or never. */
    fail: 'failed task' | 'RpcError' | 'never';
    /** Whether a subscription begins with the task as it stands; "none" if there are none. */
    subscribed: 'task' | 'none';
    /** Whether a task whose stream was left is stored when it is done. */
    stored: boolean;
  };
  /** A second cancel of a task that is canceled already. */
  cancelAgain: 'task' | 'TaskNotCancelableError' | 'either';
  /** A message to a task that is over. */
  sendToCompleted: 'UnsupportedOperationError' | 'InvalidParamsError' | 'RpcError' | 'another task';
  list: 'pages' | 'all at once' | 'none';
  extendedCard: boolean;
  /** Whether the server takes the content of files; "twice": only if it is in base64 twice. */
  bytes: boolean | 'twice';
  /** Whether the names of files are kept, in both directions. */
  fileNames: boolean;
  /** Data other than objects. */
  anyData: boolean;
  /** Methods that were refused, once for each time, in a way that cannot be told from how a malformed request is. */
  looksMalformed?: string[];
  /** What the agent was given, from its answer to `echo-json`. */
  heard(answer: Task | Message): unknown[];
}

/** A part as an agent received it, whatever its SDK calls the members. */
function part(text?: string, url?: string, bytes?: string, data?: unknown, type?: string, name?: string) {
  const members = { text, url, bytes, data, type: type || undefined, name: name || undefined };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

const boom = { rpcCode: -32603, says: 'boom' };

const v03: Pick<Expected, 'methods' | 'direct' | 'continues' | 'ownContext' | 'list' | 'anyData'> = {
  methods: { get: 'tasks/get', foreign: 'GetTask' },
  direct: true,
  continues: true,
  ownContext: true,
  list: 'none',
  anyData: false,
};

const v1: typeof v03 = {
  methods: { get: 'GetTask', foreign: 'tasks/get' },
  direct: true,
  continues: true,
  ownContext: true,
  list: 'pages',
  anyData: true,
};

interface Json {
  [member: string]: Json & string;
}

function json(answer: Task | Message): Json[] {
  return JSON.parse(textOf(answer));
}

function heard03(answer: Task | Message): unknown[] {
  return json(answer).map(({ text, data, file }) =>
    part(text, file?.uri, file?.bytes, data, file?.mimeType, file?.name),
  );
}

const submittedToCompleted = [
  ['submitted', 'working', 'completed'],
  ['working', 'completed'],
];

const wholeStream = [
  'task: submitted',
  'status-update: working',
  'artifact: Report for: hello',
  'status-update: completed',
];

const expected: Record<ColumnName, Expected> = {
  'js-1.3': {
    ...v1,
    endpoint: '/jsonrpc',
    states: submittedToCompleted,
    fail: { blocking: 'failed task', polled: 'TaskFailedError', words: true },
    stream: { hello: wholeStream, fail: 'failed task', subscribed: 'task', stored: true },
    cancelAgain: 'task',
    sendToCompleted: 'UnsupportedOperationError',
    extendedCard: false,
    bytes: true,
    fileNames: true,
    heard: answer =>
      json(answer).map(({ content, mediaType, filename }) => {
        const { $case, value } = content as Json;
        const as = (name: string) => ($case === name ? value : undefined);
        // A Buffer by then, written as the object of its bytes.
        const raw = as('raw');
        const bytes = raw && Buffer.from(Object.values(raw) as unknown as number[]).toString('base64');
        return part(as('text'), as('url'), bytes, as('data'), mediaType, filename);
      }),
  },
  'js-0.3': {
    ...v03,
    endpoint: '/jsonrpc',
    states: submittedToCompleted,
    // The failure is filed under an id that nobody was told.
    fail: { blocking: 'failed task', polled: 'never told', words: true },
    stream: { hello: wholeStream, fail: 'failed task', subscribed: 'task', stored: true },
    cancelAgain: 'TaskNotCancelableError',
    sendToCompleted: 'RpcError',
    extendedCard: false,
    bytes: true,
    fileNames: true,
    heard: heard03,
  },
  'py-1.1': {
    ...v1,
    endpoint: '/',
    states: submittedToCompleted,
    fail: { blocking: 'RpcError', polled: 'TaskFailedError', words: false, error: boom },
    stream: { hello: wholeStream, fail: 'RpcError', subscribed: 'task', stored: true },
    // The task, as long as its server has not yet put the canceled work away.
    cancelAgain: 'either',
    sendToCompleted: 'InvalidParamsError',
    extendedCard: false,
    bytes: true,
    fileNames: true,
    heard: answer =>
      json(answer).map(({ text, url, raw, data, mediaType, filename }) =>
        part(text, url, raw, data, mediaType, filename),
      ),
  },
  'py-0.3': {
    ...v03,
    endpoint: '/',
    states: submittedToCompleted,
    fail: { blocking: 'RpcError', polled: 'never told', words: false, error: boom },
    stream: { hello: wholeStream, fail: 'never', subscribed: 'task', stored: true },
    cancelAgain: 'TaskNotCancelableError',
    sendToCompleted: 'InvalidParamsError',
    extendedCard: false,
    bytes: true,
    fileNames: true,
    heard: heard03,
  },
  praison: {
    endpoint: '/a2a',
    methods: { get: 'tasks/get', foreign: 'GetTask' },
    states: submittedToCompleted,
    direct: false,
    continues: false,
    ownContext: false,
    fail: { blocking: 'failed task', polled: 'TaskFailedError', words: false },
    stream: { hello: wholeStream.slice(1), fail: 'failed task', subscribed: 'none', stored: false },
    cancelAgain: 'TaskNotCancelableError',
    sendToCompleted: 'another task',
    list: 'all at once',
    extendedCard: true,
    bytes: false,
    fileNames: true,
    anyData: false,
    // All parts in one string; of a file no more than its url.
    heard: answer => {
      const [said] = JSON.parse(textOf(answer)) as [string];
      const [, text, url, data] = /^(\S+)(?: \[file: (\S+)\])?(?: (\{.*\}))?$/.exec(said) ?? [];
      return [
        part(text),
        ...(url ? [part(undefined, url)] : []),
        ...(data ? [part(undefined, undefined, undefined, JSON.parse(data))] : []),
      ];
    },
  },
};

/** What is otherwise over HTTP+JSON. */
const overRest: Partial<Record<ColumnName, Partial<Expected>>> = {
  'js-0.3': {
    fileNames: false,
    // A path that it does not have: asked for by three tests, and once by each client that waits for many.
    looksMalformed: Array(5).fill('tasks/list'),
  },
  'py-1.1': {
    fail: { ...expected['py-1.1'].fail, error: { rpcCode: -32603, says: 'unknown exception' } },
  },
  'py-0.3': {
    fail: { ...expected['py-0.3'].fail, error: { rpcCode: -32603, says: 'unknown exception' } },
    // It puts the base64 of the SDK's own parts into protobuf as if that were the bytes, and expects the same.
    bytes: 'twice',
    looksMalformed: [
      // "unknown exception": an agent that throws, and bytes that are no text.
      ...['message/send', 'message/send', ...Array(5).fill('tasks/list')],
      // A path that it does not have if its card has no extended one.
      'agent/getAuthenticatedExtendedCard',
    ],
  },
};

export function expectedOf({ name, binding }: Column): Expected {
  const server = expected[name];
  return binding === 'JSONRPC' ? server : { ...server, endpoint: '/rest', ...overRest[name] };
}

/** The task that an answer is, or a failed test. */
export function taskOf(answer: Task | Message): Task {
  if (!isTask(answer)) throw new Error(`not a task: ${JSON.stringify(answer)}`);
  return answer;
}
