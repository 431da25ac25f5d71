import { createReferenceServer, tckAgent } from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, post, v1Message, type Wire } from './support.js';

const text = (words: string) => [{ text: words }];
const file = { mediaType: 'text/plain', filename: 'output.txt' };
const bytes = [{ ...file, raw: btoa('tck') }];

/** What the kit expects of each scenario: the state, the words of the status, and the parts of each artifact. */
const scenarios: [prefix: string, state: string, words: string | undefined, artifacts: unknown[]][] = [
  ['tck-complete-task', 'COMPLETED', 'Hello from TCK', []],
  ['tck-artifact-text', 'COMPLETED', undefined, [text('Generated text content')]],
  ['tck-artifact-file', 'COMPLETED', undefined, [bytes]],
  ['tck-artifact-file-url', 'COMPLETED', undefined, [[{ ...file, url: 'https://example.com/output.txt' }]]],
  ['tck-artifact-data', 'COMPLETED', undefined, [[{ data: { key: 'value', count: 42 } }]]],
  ['tck-input-required', 'INPUT_REQUIRED', 'What else?', []],
  ['tck-reject-task', 'REJECTED', 'rejected', []],
  ['tck-stream-001', 'COMPLETED', undefined, [text('Stream hello from TCK')]],
  ['tck-stream-002', 'COMPLETED', undefined, []],
  ['tck-stream-003', 'COMPLETED', undefined, [text('Stream task lifecycle')]],
  ['tck-stream-ordering-001', 'COMPLETED', undefined, [text('Ordered output')]],
  ['tck-stream-artifact-text', 'COMPLETED', undefined, [text('Streamed text content')]],
  ['tck-stream-artifact-file', 'COMPLETED', undefined, [bytes]],
  ['tck-stream-artifact-chunked', 'COMPLETED', undefined, [[...text('chunk-1 '), ...text('chunk-2')]]],
  ['test-resubscribe-message-id', 'COMPLETED', undefined, []],
  ['anything else', 'COMPLETED', 'There is no scenario for anything else-1.', []],
];

afterEach(() => {
  vi.useRealTimers();
});

function params(prefix: string) {
  return { message: v1Message('hi', { messageId: `${prefix}-1` }) };
}

describe('the agent of the conformance kit', () => {
  it.each(scenarios)('does %s', async (prefix, state, words, artifacts) => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ agent: tckAgent });
    const sent = call(server, 'SendMessage', params(prefix));
    await vi.advanceTimersByTimeAsync(4_000);
    const { task } = (await sent).result;
    expect(task.status.state).toBe(`TASK_STATE_${state}`);
    expect(task.status.message?.parts).toEqual(words === undefined ? undefined : text(words));
    expect((task.artifacts ?? []).map(({ parts }: Wire) => parts)).toEqual(artifacts);
  });

  it('answers tck-message-response with a message, and no task', async () => {
    await using server = createReferenceServer({ agent: tckAgent });
    const { result } = await call(server, 'SendMessage', params('tck-message-response'));
    expect(result.message.parts).toEqual(text('Direct message response'));
    expect(server.tasks.size).toBe(0);
  });

  it('works, makes, and completes in the streams of tck-stream-ordering-001', async () => {
    await using server = createReferenceServer({ agent: tckAgent });
    const method = 'SendStreamingMessage';
    const asked = { jsonrpc: '2.0', id: 1, method, params: params('tck-stream-ordering-001') };
    const stream = await (await post(server, asked)).text();
    const told = [...stream.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data).result);
    expect(told.map(result => result.statusUpdate?.status.state ?? Object.keys(result)[0])).toEqual([
      'task',
      'TASK_STATE_WORKING',
      'artifactUpdate',
      'TASK_STATE_COMPLETED',
    ]);
  });

  it('tells of two chunks of one artifact, the second appended and the last', async () => {
    await using server = createReferenceServer({ agent: tckAgent });
    const method = 'SendStreamingMessage';
    const asked = { jsonrpc: '2.0', id: 1, method, params: params('tck-stream-artifact-chunked') };
    const stream = await (await post(server, asked)).text();
    const chunks = [...stream.matchAll(/^data: (.*)$/gm)].flatMap(
      ([, data = '']) => JSON.parse(data).result.artifactUpdate ?? [],
    );
    expect(chunks.map(({ append, lastChunk }: Wire) => [append ?? false, lastChunk ?? false])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(new Set(chunks.map(({ artifact }: Wire) => artifact.artifactId)).size).toBe(1);
  });

  it('keeps a task at work for twice as long as the kit waits for a stream', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ agent: tckAgent });
    const sent = call(server, 'SendMessage', params('test-resubscribe-message-id'));
    await vi.advanceTimersByTimeAsync(3_999);
    expect(server.tasks.list()[0]?.status.state).toBe('working');
    await vi.advanceTimersByTimeAsync(1);
    await sent;
  });
});
