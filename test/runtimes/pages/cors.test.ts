import { A2AClient, isTask, NetworkError, type Task, textOf } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../support/settling.js';
import { quick, seenBy, urlOf } from '../suite/agents.js';

describe('an agent of another origin', () => {
  it('is one', () => {
    expect(new URL(urlOf('v1')).origin).not.toBe(location.origin);
  });

  it('that lets pages in is asked with credentials and headers of any name', async () => {
    await using client = new A2AClient(urlOf('guarded'), { auth: 'token-2', headers: { 'x-trace': 'abc' } });
    expect(textOf(await client.run('page 1', { schedule: quick }))).toBe('Printed: page 1');
    const { requests } = await seenBy('guarded');
    expect(requests.at(-1)?.headers).toMatchObject({ authorization: 'Bearer token-2', 'x-trace': 'abc' });
  });

  it('has its headers read: the Retry-After of a busy server is heeded', async () => {
    const delays: number[] = [];
    await using client = new A2AClient(urlOf('busy'), {
      retry: { minDelay: 1 },
      hooks: { onRetry: ({ delay }) => delays.push(delay) },
    });
    const sent = await client.sendMessage('page 2', { returnImmediately: true });
    expect(isTask(await client.getTask((sent as Task).id))).toBe(true);
    expect(delays).toHaveLength(1);
    // The server says a second; by itself the client would have taken a few milliseconds.
    expect(delays[0]).toBeGreaterThanOrEqual(1_000);
  });

  it('that has not thought of pages is an error of the network that names its card: a page is told no more', async () => {
    await using client = new A2AClient(urlOf('no-cors'));
    const error = await rejection(client.sendMessage('page 3'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain(`${urlOf('no-cors')}/.well-known/agent-card.json`);
    // The message itself was not sent.
    const { requests } = await seenBy('no-cors');
    expect(requests.map(({ method }) => method)).not.toContain('POST');
  });

  it('of which only the card is without CORS is got on with where endpoint and dialect are given', async () => {
    const url = urlOf('v1');
    const fetch: typeof globalThis.fetch = (input, init) => {
      const at = String(input);
      return globalThis.fetch(init?.method === 'POST' ? at : at.replace(url, urlOf('no-cors')), init);
    };
    await using lost = new A2AClient(url, { fetch });
    expect(await rejection(lost.sendMessage('page 4'))).toBeInstanceOf(NetworkError);
    await using client = new A2AClient(url, { fetch, endpoint: `${url}/`, dialect: '1.0' });
    expect(textOf(await client.run('page 4', { schedule: quick }))).toBe('Printed: page 4');
  });
});
