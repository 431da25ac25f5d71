import {
  A2AClient,
  AbortedError,
  AdaptiveClient,
  accumulate,
  type Strategy,
  textDeltas,
  textOf,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { gathered } from '../../support/gather.js';
import { rejection, until } from '../../support/settling.js';
import { kinds, seenBy, urlOf } from '../suite/agents.js';

const openStreams = async () => (await seenBy('v1')).openStreams;

describe('a stream', () => {
  it.each(kinds)('of $name is told to its end, piece by piece', async ({ name }) => {
    await using client = new A2AClient(urlOf(name));
    const events = await gathered(client.streamMessage('page 1'));
    expect(events.filter(({ kind }) => kind === 'artifact-update').length).toBeGreaterThanOrEqual(2);
    expect(events.at(-1)).toMatchObject({ kind: 'status-update', status: { state: 'completed' } });
  });

  it('comes as it happens', async () => {
    await using client = new A2AClient(urlOf('v1'));
    const seen: string[] = [];
    for await (const { kind } of client.streamMessage('all night')) {
      seen.push(kind);
      if (kind === 'status-update') break;
    }
    expect(seen).toEqual(['task', 'status-update']);
  });

  it('that is cut in the middle of an event is taken up again, and nothing is missing', async () => {
    await using client = new A2AClient(urlOf('cut'));
    const before = (await seenBy('cut')).requests.length;
    const pieces = await gathered(
      textDeltas(client.streamMessage('page 2', { reconnect: { minDelay: 10 } })),
    );
    expect(pieces.join('')).toBe('Printed: page 2');
    const { requests } = await seenBy('cut');
    expect(requests.slice(before).map(({ operation }) => operation)).toContain('subscribe');
  });

  it('is summed up', async () => {
    await using client = new A2AClient(urlOf('v1'));
    expect(textOf(await accumulate(client.streamMessage('page 3')))).toBe('Printed: page 3');
  });

  it('ends at once by an abort, for the server too', async () => {
    await until(async () => (await openStreams()) === 0);
    await using client = new A2AClient(urlOf('v1'));
    const controller = new AbortController();
    const events = client.streamMessage('all night', { signal: controller.signal })[Symbol.asyncIterator]();
    await events.next();
    await events.next();
    expect(await openStreams()).toBe(1);
    const next = rejection(events.next());
    const begun = performance.now();
    controller.abort();
    expect(await next).toBeInstanceOf(AbortedError);
    expect(performance.now() - begun).toBeLessThan(200);
    await until(async () => (await openStreams()) === 0);
  });

  it('ends where its loop is left, for the server too', async () => {
    await using client = new A2AClient(urlOf('v1'));
    for await (const { kind } of client.streamMessage('all night')) {
      if (kind === 'status-update') break;
    }
    await until(async () => (await openStreams()) === 0);
  });

  it('ends where its client is closed, for the server too', async () => {
    const client = new A2AClient(urlOf('v1'));
    const events = client.streamMessage('all night')[Symbol.asyncIterator]();
    await events.next();
    await events.next();
    const next = rejection(events.next());
    await client.close();
    expect(await next).toBeInstanceOf(AbortedError);
    await until(async () => (await openStreams()) === 0);
  });
});

describe('AdaptiveClient', () => {
  it.each(['stream', 'poll'] as const)('brings the result by %s', async way => {
    await using adaptive = new AdaptiveClient(urlOf('v1'), { strategies: [way, 'poll'] });
    const ways: Strategy[] = [];
    adaptive.on('strategy', ({ strategy }) => ways.push(strategy));
    expect(textOf(await adaptive.run('page 4'))).toBe('Printed: page 4');
    expect(ways).toEqual([way]);
  });
});
