import { A2AClient, accumulate, isTask, TaskNotFoundError, textOf } from 'a2a-await';
import { createReferenceServer } from 'a2a-await/testing';
import { describe, expect, test } from 'vitest';
import { recordings } from './profiles/recordings.js';

// What the recorded servers answer, our client has been tested with; here it meets them at work, and finds its way.
describe.each(recordings)('our client and the profile %o', ({ options, agent }) => {
  test('get a task done', async () => {
    await using server = createReferenceServer({ ...options, agent });
    const client = new A2AClient(server.url, { fetch: server.fetch });
    const done = await client.run('hello', { schedule: 'snappy' });
    expect(isTask(done) && done.status.state).toBe('completed');
    expect(textOf(done)).toBe(options.profile === 'praison' ? 'hello hello' : 'hello');
  });

  test('have one streamed', async () => {
    await using server = createReferenceServer({ ...options, agent });
    const client = new A2AClient(server.url, { fetch: server.fetch });
    const done = await accumulate(client.streamMessage('hello'));
    expect(isTask(done) && done.status.state).toBe('completed');
  });

  test('agree that there is no such task', async () => {
    await using server = createReferenceServer({ ...options, agent });
    const client = new A2AClient(server.url, { fetch: server.fetch });
    await expect(client.getTask('nope')).rejects.toThrow(TaskNotFoundError);
  });
});
