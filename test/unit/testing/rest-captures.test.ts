import { createReferenceServer, type ReferenceServer } from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsAgent, pythonAgent } from '../../contract/profiles/agents.js';
import { Ids, normalized } from './recorded.js';
import { parseEvents } from './stream-support.js';
import { type Capture, type Json, readCapture, readCaptures } from './support.js';

/** Requests that this server answers in another server's way. */
const beyond = /^extended-card|^subscribe|^list$|^bad-body|throws/;

/** Sends the recorded request, about our own tasks. */
async function replay(server: ReferenceServer, { request }: Capture, ids: Ids): Promise<Response> {
  const { method, path, headers, body } = request;
  return server.fetch(server.url + ids.translate(path), {
    method,
    headers,
    ...(body !== null && { body: ids.translate(JSON.stringify(body)) }),
  });
}

const bodyOf = (type: string, text: string): unknown =>
  type.startsWith('text/event-stream') ? parseEvents(text) : text === '' ? undefined : JSON.parse(text);

/** Compares each answer with the recorded one, as `told` has them. */
async function expectSameAnswers(
  server: ReferenceServer,
  recording: string,
  cases: (name: string) => boolean,
  told: (body: unknown) => unknown,
  ids = new Ids(),
): Promise<string[]> {
  const compared: string[] = [];
  for (const capture of readCaptures(recording)) {
    if (!cases(capture.case)) continue;
    const pending = replay(server, capture, ids);
    await vi.advanceTimersByTimeAsync(capture.case === 'send-default-slow' ? 3000 : 0);
    const answer = await pending;
    const { status, headers, body } = capture.response;
    const type = headers['content-type'] ?? '';
    // The type of nothing is of no interest.
    // Nor is it that the JavaScript server has a type of its own.
    const mediaType = (value: string | null) =>
      body === '' ? '' : value?.split(';')[0]?.replace('a2a+', '');
    expect([answer.status, mediaType(answer.headers.get('content-type'))], capture.case).toEqual([
      status,
      mediaType(type),
    ]);
    const theirs = bodyOf(type, body);
    const ours = bodyOf(type, await answer.text());
    expect(told(ours), capture.case).toEqual(told(theirs));
    ids.learn(theirs, ours);
    compared.push(capture.case);
  }
  return compared;
}

/** Without what the two official servers write each in its own way: times, and words meant for people. */
function inShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inShape);
  if (value === null || typeof value !== 'object') return value;
  const { timestamp: _, '@type': type, metadata, message, ...rest } = value as Json;
  const kept = {
    ...rest,
    ...(type !== undefined ? { '@type': type } : metadata !== undefined && { metadata }),
    ...(typeof message === 'object' && { message }),
  };
  return Object.fromEntries(Object.entries(kept).map(([key, item]) => [key, inShape(item)]));
}

describe('the reference server answers recorded requests over HTTP+JSON', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const bindings = ['HTTP+JSON'] as const;

  it('A2A 1.0, as the JavaScript server', async () => {
    const push = { quirks: { deleted: 'nothing' } } as const;
    await using server = createReferenceServer({ agent: jsAgent, bindings, push });
    // That one repeats its question in the history.
    const cases = (name: string) => !beyond.test(name) && name !== 'send-input-required';
    const told = (body: unknown) => normalized(inShape(body));
    expect(await expectSameAnswers(server, 'js-1.3.0-rest-v1', cases, told)).toHaveLength(17);
  });

  it('A2A 0.3, as the Python server', async () => {
    await using server = createReferenceServer({
      agent: pythonAgent,
      dialect: '0.3',
      bindings,
      push: true,
    });
    // It fails to list push configurations, and knows no way to delete one.
    const cases = (name: string) =>
      !beyond.test(name) && !/missing$|completed$|^push-(list|delete)$/.test(name);
    expect(await expectSameAnswers(server, 'py-0.3.26-rest-v03', cases, normalized)).toHaveLength(14);
  });

  it('A2A 0.3, as the JavaScript server where it refuses', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3', bindings });
    const recording = 'js-1.3.0-compat-rest-v03';
    await replay(server, readCapture(recording, 'send-blocking-true'), new Ids());
    const { task } = JSON.parse(readCapture(recording, 'send-task').response.body);
    const ids = new Ids();
    ids.learn(task.id, server.tasks.list()[0]?.id);
    const cases = (name: string) => ['get-missing', 'cancel-completed', 'bad-body'].includes(name);
    const told = (body: unknown) => (body as Json).code;
    expect(await expectSameAnswers(server, recording, cases, told, ids)).toHaveLength(3);
  });
});
