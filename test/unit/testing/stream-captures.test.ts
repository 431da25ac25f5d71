import { createReferenceServer, type ReferenceServer } from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { praisonAgent, pythonAgent } from '../../contract/profiles/agents.js';
import { Ids, normalized, replay } from './recorded.js';
import { parseEvents, type Sent } from './stream-support.js';
import { type Json, readCapture } from './support.js';

/** Runs the recorded request, with the task of `first` in the place of the one it names. */
async function expectSameStream(
  server: ReferenceServer,
  recording: string,
  name: string,
  known: (events: Sent[]) => unknown[] = events => events,
): Promise<void> {
  const capture = readCapture(recording, name);
  const ids = new Ids();
  const task = server.tasks.list().at(-1);
  if (task) ids.learn((capture.request.body as { params: Json }).params.id, task.id);
  const pending = replay(server, capture, ids);
  await vi.advanceTimersByTimeAsync(3000);
  const answer = await pending;
  expect(answer.status).toBe(capture.response.status);
  expect(answer.type).toBe(capture.response.headers['content-type']);
  expect(normalized(parseEvents(answer.text))).toEqual(normalized(known(parseEvents(capture.response.body))));
}

async function sendSlowTask(server: ReferenceServer, recording: string): Promise<void> {
  await replay(server, readCapture(recording, 'send-nonblocking'), new Ids());
  await vi.advanceTimersByTimeAsync(0);
}

describe('the reference server streams as the recorded server did', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const v1 = 'py-1.1.0-jsonrpc-v1';
  it.each(['stream', 'stream-message', 'stream-input-required', 'stream-agent-throws'])(
    'A2A 1.0, as the Python server: %s',
    async name => {
      await using server = createReferenceServer({ agent: pythonAgent });
      await expectSameStream(server, v1, name);
    },
  );

  it('A2A 1.0, as the Python server: subscribe-running', async () => {
    await using server = createReferenceServer({ agent: pythonAgent });
    await sendSlowTask(server, v1);
    await expectSameStream(server, v1, 'subscribe-running');
  });

  const v03 = 'py-0.3.26-jsonrpc-v03';
  it.each(['stream', 'stream-message'])('A2A 0.3, as the Python server: %s', async name => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3' });
    await expectSameStream(server, v03, name);
  });

  it('A2A 0.3, as the Python server, save that a question is final: stream-input-required', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3' });
    await expectSameStream(server, v03, 'stream-input-required', events => {
      const { data } = events.at(-1) as Sent;
      return [...events.slice(0, -1), { data: { ...data, result: { ...data.result, final: true } } }];
    });
  });

  it('A2A 0.3, as the Python server, save that the task comes first: subscribe-running', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3' });
    await sendSlowTask(server, v03);
    const task = readCapture(v03, 'stream');
    await expectSameStream(server, v03, 'subscribe-running', events => {
      const [first, working] = parseEvents(task.response.body) as [Sent, Sent];
      const [message] = first.data.result.history;
      const slow = { ...message, parts: [{ kind: 'text', text: 'slow' }] };
      const { status } = working.data.result;
      const { result } = first.data;
      return [{ data: { ...first.data, result: { ...result, history: [slow], status } } }, ...events];
    });
  });

  it('A2A 0.3, as the JavaScript server tells of a throw, under the id of the task', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3' });
    const recording = 'js-0.3.14-jsonrpc-v03';
    const capture = readCapture(recording, 'stream-agent-throws');
    const { text } = await replay(server, capture, new Ids());
    const ours = parseEvents(text).map(({ data }) => data.result);
    const theirs = parseEvents(capture.response.body).map(({ data }) => data.result);
    const shape = ({ kind, status, final }: Json & { status: Json }) => [kind, status.state, final];
    expect(ours.map(shape)).toEqual(theirs.map(shape));
    expect(new Set(ours.slice(1).map(({ taskId }) => taskId))).toEqual(new Set([ours[0].id]));
  });

  it('PraisonAI: stream', async () => {
    await using server = createReferenceServer({ agent: praisonAgent, dialect: 'praison' });
    await expectSameStream(server, 'praisonai-hybrid', 'stream');
  });

  it('refuses to subscribe as the recorded servers did', async () => {
    await using server = createReferenceServer({ agent: pythonAgent });
    const missing = readCapture(v1, 'subscribe-missing');
    const answer = await replay(server, missing, new Ids());
    expect(answer.type).toBe(missing.response.headers['content-type']);
    expect(JSON.parse(answer.text)).toEqual(JSON.parse(missing.response.body));
    await replay(server, readCapture(v1, 'stream'), new Ids());
    const over = readCapture('js-1.3.0-jsonrpc-v1', 'subscribe-terminal');
    const ids = new Ids();
    ids.learn((over.request.body as { params: Json }).params.id, server.tasks.list()[0]?.id);
    const { error } = JSON.parse((await replay(server, over, ids)).text);
    expect(error).toMatchObject({ code: -32004, data: [{ reason: 'UNSUPPORTED_OPERATION' }] });
    expect(error.message).toContain('is in a terminal state');
  });
});
