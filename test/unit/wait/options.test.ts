import { A2AClient, exponential, waitForCompletion, watchTask } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';
import { scripted } from '../../support/source.js';

const odd: [string, Record<string, unknown>, string][] = [
  ['a timeout of NaN', { timeout: Number.NaN }, 'timeout'],
  ['a negative timeout', { timeout: -1 }, 'timeout'],
  ['a timeout in words', { timeout: '5s' }, 'timeout'],
  ['a timeout of null', { timeout: null }, 'timeout'],
  ['a requestTimeout of NaN', { requestTimeout: Number.NaN }, 'requestTimeout'],
  ['a negative requestTimeout', { requestTimeout: -5 }, 'requestTimeout'],
  ['a schedule nobody knows', { schedule: 'hasty' }, 'schedule'],
  ['a schedule named like a member of every object', { schedule: 'constructor' }, 'schedule'],
  ['a schedule without intervals', { schedule: { minimum: 1 } }, 'schedule'],
  ['a schedule without a minimum', { schedule: { interval: () => 5 } }, 'schedule'],
  ['a schedule with a minimum of 0', { schedule: { minimum: 0, interval: () => 5 } }, 'schedule'],
  ['a schedule with a minimum of NaN', { schedule: { minimum: Number.NaN, interval: () => 5 } }, 'schedule'],
  ['an onUpdate that is no function', { onUpdate: 'log' }, 'onUpdate'],
  ['an onInterrupted that is no function', { onInterrupted: 'yes' }, 'onInterrupted'],
  ['a startedAt that is no date', { startedAt: new Date('when?') }, 'startedAt'],
  ['a startedAt of NaN', { startedAt: Number.NaN }, 'startedAt'],
];

const ways: [string, (options: object) => Promise<unknown>][] = [
  ['waitForCompletion', options => waitForCompletion(scripted('completed'), 'task-1', options)],
  ['watchTask', options => watchTask(scripted('completed'), 'task-1', options).next()],
  ['client.waitForCompletion', options => client().made.waitForCompletion('task-1', options)],
  ['client.run', options => client().made.run('hi', options)],
];

function client() {
  const { fetch, requests } = rpcFetch(() => new Error('Nothing should be sent.'));
  return {
    made: new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch }),
    requests,
  };
}

describe.each(ways)('%s', (_, way) => {
  it.each(odd)('rejects at the door with a TypeError that names the option: %s', async (_, options, name) => {
    const error = await rejection(way(options));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(`"${name}`);
  });
});

describe('a source that lacks a method', () => {
  it.each([
    [{ onInterrupted: () => 'yes' }, 'source.sendMessage'],
    [{ cancelOnTimeout: true }, 'source.cancel'],
    [{ cancelOnAbort: true }, 'source.cancel'],
  ])('is refused at the door where %o needs it', async (options, name) => {
    const source = scripted('completed');
    const error = await rejection(waitForCompletion(source, 'task-1', options));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(`"${name}"`);
    expect(source.polls).toHaveLength(0);
  });

  it.each([undefined, null, {}, { getTask: 'task' }])('is refused: %o', async source => {
    const error = await rejection(waitForCompletion(source as never, 'task-1'));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('"source.getTask"');
  });
});

describe('a task id', () => {
  it.each([undefined, null, '', 7, {}])('of %o is refused', async id => {
    const error = await rejection(waitForCompletion(scripted('completed'), id as never));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('"taskId"');
    expect(await rejection(client().made.waitForCompletion(id as never))).toBeInstanceOf(TypeError);
  });
});

describe('options that are right', () => {
  it('may be unknown, which is ignored as fetch does', async () => {
    const options = { colour: 'blue' } as object;
    expect(await waitForCompletion(scripted('completed'), 'task-1', options)).toMatchObject({ id: 'task-1' });
  });

  it.each([undefined, 'balanced', 'snappy', 'gentle', exponential(), { minimum: 1, interval: () => 1 }])(
    'may have the schedule %o',
    async schedule => {
      const options = schedule === undefined ? {} : { schedule: schedule as 'balanced' };
      expect(await waitForCompletion(scripted('completed'), 'task-1', options)).toMatchObject({
        id: 'task-1',
      });
    },
  );

  it('are not changed, nor is what they hold', async () => {
    const options = Object.freeze({
      timeout: 1_000,
      schedule: Object.freeze({ minimum: 1, interval: () => 1 }),
    });
    await waitForCompletion(scripted('working', 'completed'), 'task-1', options);
    for await (const _ of watchTask(scripted('working', 'completed'), 'task-1', options));
  });

  it('of a message that cannot be right cost no task: run checks them before it sends', async () => {
    const { made, requests } = client();
    await rejection(made.run('hi', { timeout: -1 }));
    await rejection(made.run('hi', { schedule: 'hasty' as 'snappy' }));
    expect(requests).toHaveLength(0);
  });
});
