import { A2AClient, type A2AWarning, waitForCompletion } from 'a2a-await';
import { describe, expect, it, vi } from 'vitest';
import { result, rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';
import { plainTask, scripted } from '../../support/source.js';

const quick = { schedule: { minimum: 1, interval: () => 1 } };

describe('onUpdate', () => {
  it('is told of changes only: not of every poll', async () => {
    const onUpdate = vi.fn();
    const source = scripted('submitted', 'submitted', 'working', 'working', 'working', 'completed');
    await waitForCompletion(source, 'task-1', { ...quick, onUpdate });
    expect(source.polls).toHaveLength(6);
    expect(onUpdate.mock.calls.map(([task]) => task.status.state)).toEqual([
      'submitted',
      'working',
      'completed',
    ]);
  });

  it('is told of the task that fails, before the wait rejects', async () => {
    const onUpdate = vi.fn();
    await rejection(waitForCompletion(scripted('working', 'failed'), 'task-1', { ...quick, onUpdate }));
    expect(onUpdate.mock.calls.map(([task]) => task.status.state)).toEqual(['working', 'failed']);
  });

  const grown = (part: object, more: object = {}) => ({
    ...plainTask('working'),
    artifacts: [{ artifactId: 'a', parts: [part] }],
    ...more,
  });

  it.each([
    ['a new timestamp', plainTask('working', { timestamp: 't1' }), plainTask('working', { timestamp: 't2' })],
    [
      'another word of the agent',
      { id: 'task-1', status: { state: 'working', message: { parts: [{ text: '10 %' }] } } },
      { id: 'task-1', status: { state: 'working', message: { parts: [{ text: '20 %' }] } } },
    ],
    ['an artifact', plainTask('working'), grown({ text: 'Chapter 1' })],
    ['a longer text', grown({ text: 'Chapter' }), grown({ text: 'Chapter 1' })],
    ['a message in the history', plainTask('working'), { ...plainTask('working'), history: [{ parts: [] }] }],
  ])('is told of %s in the same state', async (_, before, after) => {
    const onUpdate = vi.fn();
    await waitForCompletion(scripted(before, after, after, 'completed'), 'task-1', { ...quick, onUpdate });
    expect(onUpdate).toHaveBeenCalledTimes(3);
    expect(onUpdate).toHaveBeenNthCalledWith(2, after);
  });

  it('changes nothing by throwing: the wait goes on, and it is told of what follows', async () => {
    const onUpdate = vi.fn(() => {
      throw new Error('listener');
    });
    const task = await waitForCompletion(scripted('submitted', 'working', 'completed'), 'task-1', {
      ...quick,
      onUpdate,
    });
    expect(task.status.state).toBe('completed');
    expect(onUpdate).toHaveBeenCalledTimes(3);
  });

  it('of a client is reported as a warning when it throws, and the warning may throw too', async () => {
    const warnings: A2AWarning[] = [];
    const thrown = new Error('listener');
    const { fetch } = rpcFetch(({ id }) => result(id, { id: 'task-1', status: { state: 'completed' } }));
    const client = new A2AClient('http://a.test', {
      endpoint: 'http://a.test/',
      dialect: '1.0',
      fetch,
      onWarning: warning => {
        warnings.push(warning);
        throw new Error('and again');
      },
    });
    const onUpdate = () => {
      throw thrown;
    };
    expect((await client.waitForCompletion('task-1', { onUpdate })).status.state).toBe('completed');
    expect(warnings).toMatchObject([{ code: 'listener-failed', cause: thrown }]);
  });
});
