import { type A2AWarning, type RequestEvent, type ResponseEvent, type RetryEvent, textOf } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { agents, pair, sends, serverOf } from '../support/agents.js';

describe.each(agents)('on $title', kind => {
  const { dialect, binding } = kind;
  /** Where a message goes, below the endpoint. */
  const path = binding === 'JSONRPC' ? '' : `${dialect === '0.3' ? '/v1' : ''}/message:send`;

  it('hooks are told of each request and answer, in order and by name', async () => {
    const events: [string, string][] = [];
    const seen: ResponseEvent[] = [];
    await using it = pair(
      kind,
      {},
      {
        hooks: {
          onRequest: ({ operation }) => events.push(['request', operation]),
          onResponse: event => {
            events.push(['response', event.operation]);
            seen.push(event);
          },
        },
      },
    );
    await it.client.connect();
    events.length = 0;
    seen.length = 0;
    await it.client.sendMessage('hi');
    const name = dialect === '1.0' ? 'SendMessage' : 'message/send';
    expect(events).toEqual([
      ['request', name],
      ['response', name],
    ]);
    expect(seen[0]).toMatchObject({
      status: 200,
      url: it.server.endpoint + path,
      duration: expect.any(Number),
    });
    expect(seen[0]?.duration).toBeGreaterThanOrEqual(0);
  });

  it('a hook may add headers, and they arrive', async () => {
    await using it = pair(
      kind,
      {},
      { hooks: { onRequest: ({ headers }) => headers.set('traceparent', '00-abc-def-01') } },
    );
    await it.client.sendMessage('hi');
    for (const { headers } of it.server.requests) expect(headers['traceparent']).toBe('00-abc-def-01');
  });

  it('a hook that throws changes nothing, and is reported', async () => {
    const thrown = new Error('tracer');
    const warnings: A2AWarning[] = [];
    const fail = () => {
      throw thrown;
    };
    await using it = pair(
      kind,
      {},
      {
        hooks: { onRequest: fail, onResponse: fail, onRetry: fail },
        onWarning: warning => {
          warnings.push(warning);
          throw new Error('and this');
        },
      },
    );
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    const failed = warnings.filter(({ code }) => code === 'listener-failed');
    expect(failed.length).toBeGreaterThanOrEqual(2);
    expect(failed[0]?.cause).toBe(thrown);
  });

  it('a retry is told of, with the attempt, the delay and the error', async () => {
    const retries: RetryEvent[] = [];
    await using server = serverOf(kind);
    let failures = 2;
    const fetch: typeof globalThis.fetch = (input, init) =>
      init?.method === 'POST' && failures-- > 0
        ? Promise.resolve(new Response('', { status: 429 }))
        : server.fetch(input, init);
    await using it = pair(
      kind,
      {},
      {
        fetch,
        endpoint: server.endpoint,
        dialect,
        binding,
        hooks: { onRetry: event => retries.push(event) },
      },
    );
    await it.client.sendMessage('hi');
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(retries[0]).toMatchObject({
      delay: expect.any(Number),
      error: { name: 'HttpError', status: 429 },
    });
    expect(server.requests.filter(({ rpcMethod }) => sends.includes(rpcMethod ?? ''))).toHaveLength(1);
  });

  it('the url of an event has no query, which may hold a key', async () => {
    const urls: string[] = [];
    await using server = serverOf(kind);
    await using it = pair(
      kind,
      {},
      {
        fetch: server.fetch,
        endpoint: `${server.endpoint}?key=secret`,
        dialect,
        binding,
        hooks: { onRequest: (event: RequestEvent) => urls.push(event.url) },
      },
    );
    await it.client.sendMessage('hi');
    expect(urls).toEqual([server.endpoint + path]);
    expect(server.requests.map(request => request.path)).toEqual([
      `${new URL(server.endpoint + path).pathname}?key=secret`,
    ]);
  });
});
