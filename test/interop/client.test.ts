import { randomUUID } from 'node:crypto';
import {
  A2AClient,
  type A2AClientOptions,
  A2AError,
  AbortedError,
  AuthenticationError,
  accumulate,
  bytesOf,
  ContentTypeNotSupportedError,
  dataOf,
  ExtendedAgentCardNotConfiguredError,
  isMessage,
  type Message,
  MethodNotFoundError,
  type PartInput,
  RpcError,
  rawOf,
  type StreamEvent,
  type Task,
  TaskCanceledError,
  TaskFailedError,
  TaskInterruptedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  textDeltas,
  textOf,
  UnsupportedOperationError,
  VersionNotSupportedError,
  WaitTimeoutError,
  waitForCompletion,
} from 'a2a-await';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { brief } from '../support/events.js';
import { gathered } from '../support/gather.js';
import { recordAnswers } from './answers.js';
import { type Column, columns, titleOfColumn } from './columns.js';
import { expectedOf, taskOf } from './expected.js';
import { cell, publish } from './matrix.js';
import { type Peer, peers, type RecordedRequest, type RunningPeer, startPeer, titleOf } from './peers.js';
import { recipe } from './recipe.js';
import { callOf, checkMessage, objections, refusedMethod } from './wire.js';

const { answers, restore } = recordAnswers();

// A developer may lack a peer; in CI all must be there.
for (const column of columns) {
  describe.skipIf(!column.installed && !process.env['CI'])(titleOfColumn(column), () => {
    let running: RunningPeer;
    /** Methods that a test called by name. */
    const raw = new Set<string>();
    /** Methods whose refusal a test asked for: -32602, or what HTTP+JSON has for it. */
    const wanted: string[] = [];

    beforeAll(async () => {
      if (!column.installed) throw new Error(titleOf(column));
      running = await startPeer(column.name);
    });
    afterAll(() => running?.stop());

    describe('through the client', () => behaves(column, () => running, raw, wanted));
    // After all of that: the tests above ran at once, these follow.
    describe('on the wire', () => wasAddressedRightly(column, () => running, raw, wanted));
  });
}

const praison = peers.find(peer => peer.name === 'praison') as Peer;
describe.skipIf(!praison.installed && !process.env['CI'])(`${titleOf(praison)} with a token`, () => {
  asksForCredentials();
});

const strictVersion = peers.find(peer => peer.name === 'js-1.3') as Peer;
describe.skipIf(!strictVersion.installed && !process.env['CI'])(
  `${titleOf(strictVersion)} told the wrong dialect`,
  () => toldTheWrongDialect(),
);

describe.skipIf(!strictVersion.installed && !process.env['CI'])(
  `${titleOf(strictVersion)} as it shows itself to 0.3, over HTTP+JSON`,
  () => speaksAsItsElder(),
);

afterAll(() => {
  restore();
  publish();
});

function behaves(peer: Column, running: () => RunningPeer, raw: Set<string>, wanted: string[]): void {
  const server = expectedOf(peer);
  const { binding } = peer;
  const isRest = binding === 'HTTP+JSON';
  // What is preferred anyway is not asked for.
  const chosen: A2AClientOptions = isRest ? { binding } : {};
  const connect = (path = '', options: A2AClientOptions = {}) =>
    new A2AClient(running().url + path, { ...chosen, ...options });
  const start = async (client: A2AClient, text: string) =>
    taskOf(await client.sendMessage(text, { returnImmediately: true }));
  /** That of an endpoint with HTTP+JSON does not say so. */
  for (const [what, path] of [
    ['the base url', ''],
    ['the base url with a slash', '/'],
    ['the url of the card', `/.well-known/${peer.dialect === 'praison' ? 'agent' : 'agent-card'}.json`],
    ['the url of the endpoint', server.endpoint],
  ] as const) {
    cell(peer, `connect() given ${what}`, 'finds the dialect and the endpoint', async () => {
      const place = { binding, endpoint: running().url + server.endpoint };
      const { dialect, ...found } = await connect(path).connect();
      expect(found).toMatchObject(place);
      expect(dialect).toBe(peer.dialect);
      return dialect;
    });
  }

  cell(peer, 'getAgentCard', 'gives the card in one shape', async () => {
    const card = await connect().getAgentCard();
    expect(card).toMatchObject({ name: peer.name, version: '1.0.0', capabilities: { streaming: true } });
    expect(card.description).toContain('A scripted agent');
    const offer = card.supportedInterfaces.find(({ protocolBinding }) => protocolBinding === binding);
    expect(offer?.url).toBe(running().url + server.endpoint);
    expect(rawOf(card)).toMatchObject({ name: peer.name });
    return undefined;
  });

  cell(peer, 'the recipe', 'works with the url alone', async () => {
    expect(await recipe(running().url, chosen)).toBe('Report for: hello');
    return undefined;
  });

  cell(peer, 'the recipe given the endpoint', 'works as well', async () => {
    const url = running().url + server.endpoint;
    expect(await recipe(url, chosen)).toBe('Report for: hello');
    return undefined;
  });

  cell(peer, 'sendMessage, blocking', 'answers with the completed task', async () => {
    const task = taskOf(await connect().sendMessage('slow 400'));
    expect(task.status.state).toBe('completed');
    expect(textOf(task)).toBe('Report for: slow 400');
    return undefined;
  });

  cell(peer, 'sendMessage, returnImmediately', 'answers while the agent is at work', async () => {
    const client = connect();
    await client.connect();
    const begun = performance.now();
    const task = await start(client, 'slow 1500');
    const took = performance.now() - begun;
    if (took >= 1500) return 'late, when the task is over';
    expect(['submitted', 'working']).toContain(task.status.state);
    expect(textOf(await client.waitForCompletion(task))).toBe('Report for: slow 1500');
    return undefined;
  });

  cell(peer, 'run with onUpdate', 'shows the states in order', async () => {
    const states: string[] = [];
    const task = await connect().run('slow 1000', { onUpdate: ({ status }) => states.push(status.state) });
    expect(textOf(task)).toBe('Report for: slow 1000');
    expect(server.states).toContainEqual(states);
    return undefined;
  });

  cell(peer, 'a direct message', 'is returned as it is by send, wait and run', async () => {
    const client = connect();
    const sent = await client.sendMessage('message');
    expect(isMessage(sent)).toBe(server.direct);
    // PraisonAI answers with a task always.
    if (!isMessage(sent)) return 'as a task';
    expect(sent.role).toBe('agent');
    expect(textOf(sent)).toBe('direct');
    expect(await client.waitForCompletion(sent)).toBe(sent);
    expect(textOf(await client.run('message'))).toBe('direct');
    return undefined;
  });

  function tellsTheError(error: RpcError): string {
    const { rpcCode, says } = server.fail.error ?? {};
    expect(error).toMatchObject({ name: 'RpcError', rpcCode });
    expect(error.message).toContain(says);
    return says === 'boom' ? '`RpcError`' : '`RpcError` without its words';
  }

  cell(peer, 'an agent that throws, blocking send', 'is told', async () => {
    const sending = connect().sendMessage('fail');
    if (server.fail.blocking === 'RpcError') {
      return tellsTheError(await rejection(sending, RpcError));
    }
    const task = taskOf(await sending);
    expect(task.status.state).toBe('failed');
    if (server.fail.words) expect(textOf(task)).toContain('boom');
    return 'a failed task';
  });

  cell(peer, 'an agent that throws, run', 'is told if the server stores it', async () => {
    const running = connect().run('fail', { timeout: 2_000 });
    if (server.fail.polled === 'never told') {
      const { lastTask } = await rejection(running, WaitTimeoutError<Task>);
      expect(['submitted', 'working']).toContain(lastTask?.status.state);
      return new WaitTimeoutError('', { waited: 0, observed: {}, lastTask, token: undefined });
    }
    const error = await rejection(running, TaskFailedError<Task>);
    expect(error.task.status.state).toBe('failed');
    if (server.fail.words) expect(error.message).toContain('boom');
    return `\`TaskFailedError\`${server.fail.words ? ' with its words' : ''}`;
  });

  if (server.continues) {
    cell(peer, 'input-required and a reply', 'continues the same task', async () => {
      const client = connect();
      const asked = taskOf(await client.sendMessage('input'));
      expect(asked.status.state).toBe('input-required');
      expect(textOf(asked)).toBe('need more');
      const done = taskOf(await client.sendMessage('blue', { taskId: asked.id }));
      expect(done.id).toBe(asked.id);
      expect(textOf(done)).toBe('Report for: blue');
      return undefined;
    });

    cell(peer, 'run with onInterrupted', 'answers and goes on', async () => {
      const questions: string[] = [];
      const onInterrupted = (task: Task) => {
        questions.push(textOf(task));
        return 'blue';
      };
      expect(textOf(await connect().run('input', { onInterrupted }))).toBe('Report for: blue');
      expect(questions).toEqual(['need more']);
      return undefined;
    });

    cell(peer, 'run without onInterrupted', 'ends with the question', async () => {
      const error = await rejection(connect().run('input'), TaskInterruptedError<Task>);
      expect(error.message).toContain('need more');
      expect(error.task.status.state).toBe('input-required');
      return '`TaskInterruptedError`';
    });
  } else {
    cell(peer, 'input-required and a reply', 'warns that the server opened another task', async () => {
      const warnings: string[] = [];
      const client = connect('', { onWarning: ({ code }) => warnings.push(code) });
      const first = taskOf(await client.sendMessage('input'));
      const second = taskOf(await client.sendMessage('blue', { taskId: first.id }));
      expect(second.id).not.toBe(first.id);
      expect(warnings).toEqual(['other-task']);
      return 'no: another task, and a warning';
    });

    for (const operation of ['run with onInterrupted', 'run without onInterrupted']) {
      cell(peer, operation, 'is never interrupted', async () => {
        const questions: string[] = [];
        const onInterrupted = (task: Task) => {
          questions.push(textOf(task));
          return undefined;
        };
        const options = operation.includes('without') ? {} : { onInterrupted };
        expect(textOf(await connect().run('input', options))).toBe('Report for: input');
        expect(questions).toEqual([]);
        return 'no: it never asks';
      });
    }
  }

  cell(peer, 'a message to a task that is over', 'is refused or answered elsewhere', async () => {
    const warnings: string[] = [];
    const client = connect('', { onWarning: ({ code }) => warnings.push(code) });
    const done = taskOf(await client.sendMessage('hello'));
    const again = client.sendMessage('hello', { taskId: done.id });
    if (server.sendToCompleted === 'another task') {
      expect(taskOf(await again).id).not.toBe(done.id);
      expect(warnings).toEqual(['other-task']);
      return 'another task, and a warning';
    }
    const error = await rejection(again, RpcError);
    expect(error.name).toBe(server.sendToCompleted);
    if (error.rpcCode === -32602) wanted.push(error.method);
    return `\`${error.name}\` (${error.rpcCode})`;
  });

  cell(peer, 'contextId over two turns', 'stays the same', async () => {
    const client = connect();
    const first = taskOf(await client.sendMessage('hello'));
    expect(first.contextId !== undefined).toBe(server.ownContext);
    const contextId = first.contextId ?? randomUUID();
    const second = taskOf(await client.sendMessage('hello', { contextId }));
    expect(second.contextId).toBe(contextId);
    expect(second.id).not.toBe(first.id);
    return server.ownContext ? undefined : 'if the client makes it up';
  });

  cell(peer, 'cancel of a running task', 'stops it, and the wait for it', async () => {
    const client = connect();
    const task = await start(client, 'slow 10000');
    const waiting = rejection(client.waitForCompletion(task), TaskCanceledError<Task>);
    expect((await client.cancel(task.id)).status.state).toBe('canceled');
    expect((await waiting).task.id).toBe(task.id);
    expect((await client.getTask(task.id)).status.state).toBe('canceled');
    return undefined;
  });

  cell(peer, 'a canceled task stays canceled', 'when its work would have been done, too', async () => {
    const client = connect();
    const task = await start(client, 'slow 1000');
    await client.cancel(task.id);
    await client.waitForCompletion(task.id, { throwOnFailure: false });
    const done = await start(client, 'slow 1300');
    await client.waitForCompletion(done);
    const { status } = await client.getTask(task.id);
    expect(status.state).toBe('canceled');
    return undefined;
  });

  cell(peer, 'a second cancel', 'gives the task or refuses', async () => {
    const client = connect();
    const task = await start(client, 'slow 10000');
    await client.cancel(task.id);
    const again = await client.cancel(task.id).catch((error: unknown) => error);
    if (again instanceof TaskNotCancelableError) {
      expect(server.cancelAgain).not.toBe('task');
    } else {
      expect(server.cancelAgain).not.toBe('TaskNotCancelableError');
      expect(again).toMatchObject({ status: { state: 'canceled' } });
    }
    return server.cancelAgain === 'either'
      ? 'the task or `TaskNotCancelableError`'
      : again instanceof TaskNotCancelableError
        ? '`TaskNotCancelableError`'
        : 'the task';
  });

  cell(peer, 'cancel of a completed task', 'is refused', async () => {
    const client = connect();
    const done = taskOf(await client.sendMessage('hello'));
    const refused = () => rejection(client.cancel(done.id), TaskNotCancelableError);
    // For a moment after the end the Python server answers with the completed task instead.
    await (peer.name === 'py-1.1' ? vi.waitFor(refused, { timeout: 5_000, interval: 200 }) : refused());
    expect((await client.getTask(done.id)).status.state).toBe('completed');
    return '`TaskNotCancelableError`';
  });

  cell(peer, 'getTask', 'gives what the send gave', async () => {
    const client = connect();
    const done = taskOf(await client.sendMessage('hello'));
    expect(await client.getTask(done.id)).toEqual(done);
    return undefined;
  });

  cell(peer, 'getTask and cancel of a missing task', 'are refused by name', async () => {
    const client = connect();
    await rejection(client.getTask(randomUUID()), TaskNotFoundError);
    await rejection(client.cancel(randomUUID()), TaskNotFoundError);
    return '`TaskNotFoundError`';
  });

  cell(peer, 'waitForCompletion of a missing task', 'is refused by name', async () => {
    await rejection(connect().waitForCompletion(randomUUID(), { schedule: 'snappy' }), TaskNotFoundError);
    return '`TaskNotFoundError`';
  });

  cell(peer, 'listTasks and iterateTasks', 'give every task of a context once', async () => {
    const client = connect();
    const contextId = randomUUID();
    if (server.list === 'none') {
      await rejection(client.iterateTasks().next(), UnsupportedOperationError);
      return rejection(client.listTasks(), UnsupportedOperationError);
    }
    const ids: string[] = [];
    for (const text of ['hello', 'one', 'two']) {
      ids.push(taskOf(await client.sendMessage(text, { contextId })).id);
    }
    const page = await client.listTasks({ contextId, pageSize: 2, status: 'completed' });
    expect(page.tasks).toHaveLength(server.list === 'pages' ? 2 : 3);
    const seen: string[] = [];
    for await (const task of client.iterateTasks({ contextId, pageSize: 2 })) seen.push(task.id);
    expect(seen).toHaveLength(3);
    expect(new Set(seen)).toEqual(new Set(ids));
    const failed = await client.listTasks({ contextId, status: 'failed' });
    expect(failed.tasks).toEqual([]);
    const earlier = await client.listTasks({ contextId, statusTimestampAfter: '2020-01-01' });
    expect(earlier.tasks).toHaveLength(3);
    const later = await client.listTasks({ contextId, statusTimestampAfter: new Date(Date.now() + 60_000) });
    expect(later.tasks).toEqual([]);
    const [listed] = (await client.listTasks({ contextId, includeArtifacts: true, pageSize: 1 })).tasks;
    expect(textOf(listed as Task)).toContain('Report for: ');
    return server.list;
  });

  cell(peer, 'a wait for a listed task', 'fetches it whole', async () => {
    const client = connect();
    const contextId = randomUUID();
    if (server.list === 'none') return rejection(client.listTasks({ contextId }), UnsupportedOperationError);
    await client.sendMessage('hello', { contextId });
    const [listed] = (await client.listTasks({ contextId })).tasks;
    expect(textOf(await client.waitForCompletion(listed as Task))).toBe('Report for: hello');
    return undefined;
  });

  cell(peer, 'getExtendedAgentCard', 'gives it, or says that there is none', async () => {
    if (server.extendedCard) {
      expect(await connect().getExtendedAgentCard()).toMatchObject({ name: peer.name });
      return undefined;
    }
    return rejection(connect().getExtendedAgentCard(), ExtendedAgentCardNotConfiguredError);
  });

  cell(peer, 'callMethod', 'passes name, params and result through', async () => {
    const client = connect();
    if (isRest) return rejection(client.callMethod('GetTask', { id: 'none' }), UnsupportedOperationError);
    const { get, foreign } = server.methods;
    for (const method of [foreign, 'x-vendor/status']) raw.add(method);
    const done = taskOf(await client.sendMessage('hello'));
    const result = await client.callMethod<{ id: string; kind?: string }>(get, { id: done.id });
    expect(result.id).toBe(done.id);
    expect(result).toHaveProperty(
      'status.state',
      peer.dialect === '1.0' ? 'TASK_STATE_COMPLETED' : 'completed',
    );
    const error = await rejection(client.callMethod(foreign, { id: done.id }), MethodNotFoundError);
    expect(error.message).toContain(foreign);
    await rejection(client.callMethod('x-vendor/status'), MethodNotFoundError);
    // And the client's belief about the dialect is not shaken by that.
    expect((await client.getTask(done.id)).id).toBe(done.id);
    return undefined;
  });

  const hears = async (part: PartInput) =>
    server.heard(await connect().sendMessage(['echo-json', part])).slice(1);

  cell(peer, 'file by url', 'arrives at the agent', async () => {
    const url = 'https://example.com/picture.png';
    const [heard] = await hears({ url, mediaType: 'image/png', filename: 'picture.png' });
    if (peer.dialect === 'praison') {
      expect(heard).toEqual({ url });
      return 'the url alone';
    }
    const named = server.fileNames ? { name: 'picture.png' } : {};
    expect(heard).toEqual({ url, type: 'image/png', ...named });
    return server.fileNames ? undefined : 'without its name';
  });

  cell(peer, 'data part', 'arrives at the agent', async () => {
    const data = { q: [1, null], text: 'not text', kind: 'mine' };
    expect(await hears({ data })).toEqual([{ data }]);
    return undefined;
  });

  cell(peer, 'data part that is no object', 'arrives, or is refused before sending', async () => {
    if (server.anyData) {
      expect(await hears({ data: [1, 'two'] })).toEqual([{ data: [1, 'two'] }]);
      return undefined;
    }
    return isNotSent({ data: [1, 'two'] });
  });

  cell(peer, 'file with bytes', 'arrives, or is refused before sending', async () => {
    const bytes = Uint8Array.of(0, 255, 254, 10, 13);
    if (!server.bytes) return isNotSent({ file: bytes, mediaType: 'image/png' });
    const heard = hears({ file: new File([bytes], 'a.bin', { type: 'application/x-a' }) });
    if (server.bytes === 'twice') return rejection(heard, RpcError);
    const named = server.fileNames ? { name: 'a.bin' } : {};
    expect(await heard).toEqual([{ bytes: 'AP/+Cg0=', type: 'application/x-a', ...named }]);
    return server.fileNames ? undefined : 'without its name';
  });

  async function isNotSent(part: PartInput): Promise<ContentTypeNotSupportedError> {
    const client = connect();
    const messageId = `unsent-${randomUUID()}`;
    const error = await rejection(
      client.sendMessage({ parts: ['echo-json', part], messageId }),
      ContentTypeNotSupportedError,
    );
    // What was sent before this one has arrived when this one has.
    const mark = randomUUID();
    await rejection(client.getTask(mark), TaskNotFoundError);
    await running().received(request => JSON.stringify(request).includes(mark));
    expect(JSON.stringify(running().requests)).not.toContain(messageId);
    return error;
  }

  cell(peer, 'parts in an answer', 'are read: text, bytes, url and data', async () => {
    const task = taskOf(await connect().sendMessage('parts'));
    const parts = task.artifacts.flatMap(artifact => artifact.parts);
    if (peer.dialect === 'praison') {
      // Its router can answer with text and data only.
      expect(dataOf(task)).toEqual({ messages: [{ a: 1, b: [1, 2] }] });
      return 'data (it has no files)';
    }
    const [text, file, link, data] = parts;
    expect(text).toMatchObject({ kind: 'text', text: 'text' });
    expect(file).toMatchObject({ kind: 'file', mediaType: 'text/plain' });
    if (file?.kind !== 'file' || file.raw === undefined) throw new Error('no bytes');
    expect(file.filename).toBe(server.fileNames ? 'hello.txt' : undefined);
    expect(new TextDecoder().decode(bytesOf(file))).toBe(server.bytes === 'twice' ? btoa('hello') : 'hello');
    expect(link).toMatchObject({
      kind: 'file',
      url: 'https://example.com/picture.png',
      mediaType: 'image/png',
    });
    expect(data).toMatchObject({ kind: 'data', data: { a: 1, b: [1, 2] } });
    expect(dataOf(task)).toEqual({ a: 1, b: [1, 2] });
    if (server.bytes === 'twice') return 'bytes are in base64 twice';
    return server.fileNames ? undefined : 'files without their names';
  });

  cell(peer, 'everything a message can carry', 'is taken', async () => {
    const extensions = ['https://example.com/extension'];
    const client = connect('', { extensions });
    const done = taskOf(await client.sendMessage('hello'));
    const message = {
      parts: [{ text: 'hello', metadata: { part: 1 } }],
      messageId: randomUUID(),
      metadata: { message: 1 },
      referenceTaskIds: [done.id],
      extensions,
    };
    const options = { metadata: { request: 1 }, acceptedOutputModes: ['text/plain'], historyLength: 3 };
    const task = taskOf(await client.sendMessage(message, options));
    expect(textOf(task)).toBe('Report for: hello');
    expect(task.history[0]).toMatchObject({ role: 'user', messageId: message.messageId });
    const sent = ({ body }: RecordedRequest) => JSON.stringify(body)?.includes(message.messageId);
    const { headers } = await running().received(sent);
    const name = { '1.0': 'a2a-extensions', '0.3': 'x-a2a-extensions', praison: 'none' }[peer.dialect];
    expect(headers[name]).toBe(peer.dialect === 'praison' ? undefined : extensions.join());
    return undefined;
  });

  cell(peer, 'historyLength', '0 is none, 1 the newest, absent all', async () => {
    const client = connect();
    const first = taskOf(await client.sendMessage(server.continues ? 'input' : 'hello'));
    const { id } = server.continues ? taskOf(await client.sendMessage('blue', { taskId: first.id })) : first;
    const all = (await client.getTask(id)).history;
    expect(all.length).toBeGreaterThan(1);
    expect((await client.getTask(id, { historyLength: 0 })).history).toEqual([]);
    expect((await client.getTask(id, { historyLength: 1 })).history).toEqual(all.slice(-1));
    expect(taskOf(await client.sendMessage('hello', { historyLength: 0 })).history).toEqual([]);
    return undefined;
  });

  cell(peer, 'waitForCompletion by id', 'follows a task that another client started', async () => {
    const { id } = await start(connect(), 'slow 700');
    expect(textOf(await connect().waitForCompletion(id))).toBe('Report for: slow 700');
    return undefined;
  });

  cell(peer, 'the waitForCompletion function', 'follows a task through any client', async () => {
    const client = connect();
    const { id } = await start(client, 'slow 300');
    expect(textOf(await waitForCompletion(client, id))).toBe('Report for: slow 300');
    return undefined;
  });

  cell(peer, 'timeout of a wait', 'ends it, tells what was seen, and leaves the task alone', async () => {
    const client = connect();
    const error = await rejection(client.run('slow 1500', { timeout: 800 }), WaitTimeoutError<Task>);
    expect(error.message).toContain('working');
    expect(error.token?.taskId).toBe(error.lastTask?.id);
    expect(error.waited).toBeLessThan(2_000);
    const { taskId = '' } = error.token ?? {};
    expect(textOf(await client.waitForCompletion(taskId))).toBe('Report for: slow 1500');
    return '`WaitTimeoutError`';
  });

  cell(peer, 'cancelOnTimeout', 'stops the task', async () => {
    const client = connect();
    const running = client.run('slow 10000', { timeout: 800, cancelOnTimeout: true });
    const { lastTask } = await rejection(running, WaitTimeoutError<Task>);
    expect(lastTask?.status.state).toBe('canceled');
    expect((await client.getTask(lastTask?.id ?? '')).status.state).toBe('canceled');
    return undefined;
  });

  cell(peer, 'timeout of a blocking send', 'ends it', async () => {
    const begun = performance.now();
    await rejection(connect().sendMessage('slow 2000', { timeout: 500 }), WaitTimeoutError);
    expect(performance.now() - begun).toBeLessThan(1_500);
    return '`WaitTimeoutError`';
  });

  cell(peer, 'abort', 'ends a send and a wait at once', async () => {
    const client = connect();
    await client.connect();
    for (const begin of [
      (signal: AbortSignal) => client.sendMessage('slow 2000', { signal }),
      (signal: AbortSignal) => client.run('slow 2000', { signal }),
    ]) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error('enough')), 300);
      const error = await rejection(begin(stop.signal), AbortedError);
      expect(error).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } });
    }
    return undefined;
  });

  cell(peer, 'streamMessage', 'tells the events in order', async () => {
    const events = await gathered(connect().streamMessage('hello'));
    expect(brief(events)).toEqual(server.stream.hello);
    expect(events.map(event => event.kind === 'status-update' && event.final).indexOf(true)).toBe(
      events.length - 1,
    );
    const task = taskOf(await accumulate(events));
    expect(task.status.state).toBe('completed');
    expect(textOf(task)).toBe('Report for: hello');
    expect(await gathered(textDeltas(connect().streamMessage('hello')))).toEqual(['Report for: hello']);
    return undefined;
  });

  cell(peer, 'an agent that throws, streamMessage', 'is told', async () => {
    const told: StreamEvent[] = [];
    const stop = new AbortController();
    const read = async () => {
      for await (const event of connect().streamMessage('fail', { signal: stop.signal })) told.push(event);
    };
    if (server.stream.fail === 'never') {
      const ended = rejection(read(), AbortedError);
      await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), 5_000);
      // Long enough for two attempts to take it up again.
      setTimeout(() => stop.abort(), 4_000);
      await ended;
      expect(taskOf(await accumulate(told)).status.state).not.toBe('failed');
      return 'no: it stays at work, until a signal';
    }
    if (server.stream.fail === 'RpcError') {
      return tellsTheError(await rejection(read(), RpcError));
    }
    await read();
    const task = taskOf(await accumulate(told));
    expect(task.status.state).toBe('failed');
    if (server.fail.words) expect(textOf(task)).toContain('boom');
    return 'a failed task';
  });

  cell(peer, 'a direct message, streamMessage', 'is the only event', async () => {
    const events = await gathered(connect().streamMessage('message'));
    if (!server.direct) {
      expect(textOf(await accumulate(events))).toBe('Report for: message');
      return 'as a task';
    }
    expect(brief(events)).toEqual(['message: direct']);
    return undefined;
  });

  cell(peer, 'breaking out of a stream', 'ends it at once, and the task goes on', async () => {
    const client = connect();
    // PraisonAI answers nobody else meanwhile.
    const text = server.stream.stored ? 'slow 1500' : 'slow 300';
    let id: string | undefined;
    let left = 0;
    for await (const event of client.streamMessage(text)) {
      id = 'taskId' in event ? event.taskId : 'id' in event ? event.id : undefined;
      left = performance.now();
      break;
    }
    expect(performance.now() - left).toBeLessThan(200);
    if (!server.stream.stored) {
      expect((await client.getTask(id ?? '')).status.state).toBe('submitted');
      return 'yes, but nobody is told the end';
    }
    expect(textOf(await client.waitForCompletion(id ?? ''))).toBe(`Report for: ${text}`);
    return undefined;
  });

  cell(peer, 'subscribe to a running task', 'tells what becomes of it', async () => {
    const client = connect();
    const task = await start(client, 'slow 1500');
    if (server.stream.subscribed === 'none') {
      const error = await rejection(client.subscribe(task.id).next(), UnsupportedOperationError);
      await client.waitForCompletion(task);
      return error;
    }
    const events = await gathered(client.subscribe(task.id));
    expect(brief(events).slice(-2)).toEqual(['artifact: Report for: slow 1500', 'status-update: completed']);
    // Where the server does not say so, the client asks.
    expect(events[0]?.kind).toBe('task');
    expect(textOf(await accumulate(events))).toBe('Report for: slow 1500');
    return undefined;
  });

  cell(peer, 'subscribe to a finished task', 'gives the task', async () => {
    const client = connect();
    const done = taskOf(await client.sendMessage('hello'));
    // Refused by most: it is the client that asks for the task then.
    if (peer.name === 'py-1.1') wanted.push('SubscribeToTask');
    const events = await gathered(client.subscribe(done.id));
    expect(brief(events)).toEqual(['task: completed']);
    expect(textOf(await accumulate(events))).toBe('Report for: hello');
    return undefined;
  });

  cell(peer, 'subscribe to a missing task', 'is refused by name', async () => {
    const { subscribed } = server.stream;
    const name = subscribed === 'none' ? 'UnsupportedOperationError' : 'TaskNotFoundError';
    const error = await rejection(connect().subscribe(randomUUID()).next(), A2AError);
    expect(error.name).toBe(name);
    return subscribed === 'none' ? error : `\`${name}\``;
  });

  cell(peer, 'many tasks at once', 'all come back', async () => {
    const client = connect();
    const texts = Array.from({ length: 10 }, (_, index) => `hello ${index}`);
    const done = await Promise.all(texts.map(text => client.run(text)));
    expect(done.map(textOf)).toEqual(texts.map(text => `Report for: ${text}`));
    return undefined;
  });

  cell(peer, 'waitAll', 'every task comes back whole, by its id and as it was sent', async () => {
    const client = connect();
    const texts = Array.from({ length: 10 }, (_, index) => `hello ${index}`);
    const tasks: Task[] = [];
    for (const text of texts)
      tasks.push((await client.sendMessage(text, { returnImmediately: true })) as Task);
    for (const named of [tasks, tasks.map(({ id }) => id)]) {
      const told = new Map<string, string>();
      for await (const settled of client.waitAll(named, { timeout: 20_000 })) {
        if (!settled.ok) throw settled.error;
        told.set(settled.id, textOf(settled.task));
      }
      expect(tasks.map(({ id }) => told.get(id))).toEqual(texts.map(text => `Report for: ${text}`));
    }
    return undefined;
  });
}

function wasAddressedRightly(
  peer: Column,
  running: () => RunningPeer,
  raw: ReadonlySet<string>,
  wanted: readonly string[],
): void {
  const calls = () =>
    running()
      .requests.map(request => callOf(peer, request))
      .filter(call => call !== undefined);

  test('no request has a field or header that a strict server would reject', () => {
    const found = running().requests.flatMap(request =>
      objections(peer, request, raw).map(objection => ({ objection, request })),
    );
    expect(found).toEqual([]);
    expect(running().requests.length).toBeGreaterThan(100);
  });

  test('messages are spelled as the dialect spells them', () => {
    const sent = calls().flatMap(({ params }) => (params?.['message'] ? [params['message']] : []));
    expect(sent.length).toBeGreaterThan(30);
    for (const message of sent) checkMessage(peer, message as Record<string, unknown>);
  });

  test('no message was sent twice', () => {
    const ids = calls().flatMap(
      ({ params }) => (params?.['message'] as Message | undefined)?.messageId ?? [],
    );
    expect(ids).toEqual([...new Set(ids)]);
  });

  test.skipIf(peer.binding === 'HTTP+JSON')('no two requests have the same id', () => {
    const ids = calls().map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('no credentials are sent where none were given', () => {
    expect(running().requests.filter(({ headers }) => headers['authorization'])).toEqual([]);
  });

  test('the server rejected no request for its form, but where a test wanted that', () => {
    const here = answers.filter(({ origin }) => origin === running().url);
    expect(here.length).toBeGreaterThan(100);
    const refused = here.map(answer => refusedMethod(peer, answer)).filter(method => method !== undefined);
    expect(refused.sort()).toEqual([...wanted, ...(expectedOf(peer).looksMalformed ?? [])].sort());
  });
}

function asksForCredentials(): void {
  const token = 'open-sesame';
  let running: RunningPeer;
  beforeAll(async () => {
    running = await startPeer('praison', { token });
  });
  afterAll(() => running?.stop());

  test('without a token a call is an AuthenticationError, but the card is public', async () => {
    const client = new A2AClient(running.url);
    const error = await rejection(client.sendMessage('hello'), AuthenticationError);
    expect(error.status).toBe(401);
    expect((await client.connect()).dialect).toBe('praison');
    expect((await client.getAgentCard()).name).toBe('praison');
    await rejection(client.getTask('none'), AuthenticationError);
    await rejection(client.waitForCompletion('none'), AuthenticationError);
  });

  test('a wrong token is an AuthenticationError that does not tell the token', async () => {
    const error = await rejection(
      new A2AClient(running.url, { auth: 'guessed-it' }).sendMessage('hello'),
      AuthenticationError,
    );
    expect(JSON.stringify([error.message, error.stack, error.cause, error])).not.toContain('guessed-it');
  });

  test('a string is a bearer token', async () => {
    const client = new A2AClient(running.url, { auth: token });
    expect(textOf(await client.run('hello'))).toBe('Report for: hello');
  });

  test('a function is asked again after a 401, and only then', async () => {
    const reasons: string[] = [];
    const client = new A2AClient(running.url, {
      auth: ({ reason }) => {
        reasons.push(reason);
        return reason === 'start' ? 'expired' : token;
      },
    });
    expect(textOf(await client.run('hello'))).toBe('Report for: hello');
    expect(textOf(await client.run('hello'))).toBe('Report for: hello');
    expect(reasons).toEqual(['start', 'unauthorized']);
  });

  test('a function whose second token is refused too is not asked for ever', async () => {
    const reasons: string[] = [];
    const auth = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return 'expired';
    };
    await rejection(new A2AClient(running.url, { auth }).sendMessage('hello'), AuthenticationError);
    expect(reasons).toEqual(['start', 'unauthorized']);
  });

  test('a handler gives its own headers', async () => {
    const auth = { headers: () => ({ Authorization: `bearer ${token}` }) };
    expect(textOf(await new A2AClient(running.url, { auth }).run('hello'))).toBe('Report for: hello');
  });

  test('the endpoint alone, without its card, asks for credentials too', async () => {
    const endpoint = `${running.url}/a2a`;
    await rejection(new A2AClient(endpoint).connect(), AuthenticationError);
    expect((await new A2AClient(endpoint, { auth: token }).connect()).dialect).toBe('praison');
  });
}

function toldTheWrongDialect(): void {
  let running: RunningPeer;
  beforeAll(async () => {
    running = await startPeer('js-1.3');
  });
  afterAll(() => running?.stop());

  test('every call says that the version is wrong, and nothing else', async () => {
    const client = new A2AClient(running.url, { dialect: '0.3' });
    for (const call of [
      () => client.sendMessage('hello'),
      () => client.getTask('none'),
      () => client.cancel('none'),
      () => client.listTasks(),
      () => client.getExtendedAgentCard(),
    ]) {
      const error = await rejection(call(), VersionNotSupportedError);
      expect(error.message).toContain('"dialect"');
    }
  });
}

function speaksAsItsElder(): void {
  let running: RunningPeer;
  beforeAll(async () => {
    running = await startPeer('js-1.3');
  });
  afterAll(() => running?.stop());
  const connect = () => new A2AClient(`${running.url}/older`);

  test('is found by its card, without an option', async () => {
    expect(await connect().connect()).toMatchObject({
      dialect: '0.3',
      binding: 'HTTP+JSON',
      endpoint: `${running.url}/older/rest`,
    });
  });

  test('the recipe works with the url alone', async () => {
    expect(await recipe(`${running.url}/older`)).toBe('Report for: hello');
  });

  test('a question is answered in the same task', async () => {
    expect(textOf(await connect().run('input', { onInterrupted: () => 'blue' }))).toBe('Report for: blue');
  });

  test('a stream tells the events in order', async () => {
    const events = await gathered(connect().streamMessage('hello'));
    expect(brief(events)).toEqual([
      'task: submitted',
      'status-update: working',
      'artifact: Report for: hello',
      'status-update: completed',
    ]);
  });

  test('an agent that throws is told by its words', async () => {
    const error = await rejection(connect().run('fail'), TaskFailedError<Task>);
    expect(error.message).toContain('boom');
  });

  test('a running task can be followed, and canceled', async () => {
    const client = connect();
    const task = taskOf(await client.sendMessage('slow 10000', { returnImmediately: true }));
    const events: StreamEvent[] = [];
    for await (const event of client.subscribe(task.id)) {
      if (events.length === 0) expect((await client.cancel(task.id)).status.state).toBe('canceled');
      events.push(event);
    }
    expect(events[0]?.kind).toBe('task');
    expect(brief(events).at(-1)).toBe('status-update: canceled');
  });

  test('the parts of an answer are read: text, bytes, url and data', async () => {
    const task = taskOf(await connect().sendMessage('parts'));
    const [text, file, link, data] = task.artifacts.flatMap(({ parts }) => parts);
    expect(text).toMatchObject({ kind: 'text', text: 'text' });
    expect(file).toMatchObject({ kind: 'file', mediaType: 'text/plain', raw: btoa('hello') });
    expect(link).toMatchObject({ kind: 'file', url: 'https://example.com/picture.png' });
    expect(data).toMatchObject({ kind: 'data', data: { a: 1, b: [1, 2] } });
  });

  test('what is not there, or over, is refused by name', async () => {
    const client = connect();
    await rejection(client.getTask(randomUUID()), TaskNotFoundError);
    await rejection(client.cancel(randomUUID()), TaskNotFoundError);
    await rejection(client.subscribe(randomUUID()).next(), TaskNotFoundError);
    const done = taskOf(await client.sendMessage('hello'));
    await rejection(client.cancel(done.id), TaskNotCancelableError);
    await rejection(client.sendMessage('hello', { taskId: done.id }), UnsupportedOperationError);
  });

  test('no request has a field or header that a strict server would reject', () => {
    const spoken = { dialect: '0.3', binding: 'HTTP+JSON' } as const;
    const found = running.requests.flatMap(request => objections(spoken, request, new Set()));
    expect(found).toEqual([]);
    expect(running.requests.filter(request => callOf(spoken, request)).length).toBeGreaterThan(10);
    const here = answers.filter(({ origin }) => origin === running.url);
    expect(here.map(answer => refusedMethod(spoken, answer)).filter(Boolean)).toEqual([]);
  });
}

/** What it rejects with, which must be of that class. */
async function rejection<E extends Error>(
  promise: Promise<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const outcome = await promise.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`not rejected, but ${JSON.stringify(outcome.value)}`);
  const { error } = outcome;
  if (!(error instanceof type)) throw error;
  return error;
}
