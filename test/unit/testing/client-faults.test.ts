import {
  AuthenticationError,
  HttpError,
  NetworkError,
  RequestTimeoutError,
  ResponseFormatError,
  ResponseLimitError,
  textOf,
} from 'a2a-await';
import type { FaultyRequest, RequestFault } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, gets, pair, quick, sends } from '../../support/agents.js';
import { gathered } from '../../support/gather.js';
import { rejection } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

expectNoUnhandledRejections();

type Fault = (request: FaultyRequest) => RequestFault | undefined;

/** Of these operations, the first so many times. */
function first(times: number, operations: readonly string[], fault: RequestFault): Fault {
  return ({ rpcMethod = '', nth }) => (operations.includes(rpcMethod) && nth <= times ? fault : undefined);
}

/** Of these operations, always. */
const always = (operations: readonly string[], fault: RequestFault) => first(Infinity, operations, fault);

describe.each(agents)('our client, on $title', kind => {
  it('sends again after a 503 that says when, and the message is executed once', async () => {
    await using it = pair(kind, { fault: first(2, sends, { status: 503, retryAfter: 0 }) });
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    expect([it.calls(...sends), it.server.tasks.size]).toEqual([3, 1]);
  });

  it('waits as long as a 429 says', async () => {
    await using it = pair(kind, { fault: first(1, sends, { status: 429, retryAfter: 1 }) });
    const begun = performance.now();
    await it.client.sendMessage('hi');
    expect(performance.now() - begun).toBeGreaterThan(990);
  });

  it('does not send again after a 503 that does not say when, nor after a 500', async () => {
    for (const status of [503, 500]) {
      await using it = pair(kind, { fault: always(sends, { status }) });
      expect(await rejection(it.client.sendMessage('hi'))).toMatchObject({ status });
      expect(it.calls(...sends)).toBe(1);
    }
  });

  it.each(['reset', 'lose-answer', { truncate: 10 }] as const)(
    'never sends twice over %o, and says that it is the network',
    async fault => {
      await using it = pair(kind, { fault: always(sends, fault) });
      expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(NetworkError);
      expect([it.calls(...sends), it.server.tasks.size]).toEqual([1, fault === 'reset' ? 0 : 1]);
    },
  );

  it.each<RequestFault>(['reset', 'lose-answer', { truncate: 10 }, { status: 502 }])(
    'asks again over %o for what only looks',
    async fault => {
      await using it = pair(kind, { fault: first(2, gets, fault) });
      await it.client.sendMessage('hi');
      const { id } = it.server.tasks.list()[0] ?? { id: '' };
      expect(await it.client.getTask(id)).toMatchObject({ id });
      expect(it.calls(...gets)).toBe(3);
    },
  );

  it.each(['html', 'garbage'] as const)('takes %s for no answer, by its kind of error', async fault => {
    await using it = pair(kind, { fault: always(sends, fault) });
    const error = await rejection(it.client.sendMessage('hi'));
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(it.calls(...sends)).toBe(1);
  });

  it('asks its function for a token again after one 401', async () => {
    const reasons: string[] = [];
    await using it = pair(
      kind,
      { fault: ({ rpcMethod, nth }) => (rpcMethod && nth === 1 ? { status: 401 } : undefined) },
      {
        auth({ reason }) {
          reasons.push(reason);
          return 'token';
        },
      },
    );
    await it.client.sendMessage('hi');
    expect([reasons, it.server.tasks.size]).toEqual([['start', 'unauthorized'], 1]);
  });

  it('says what to do about a 401 that stays', async () => {
    await using it = pair(kind, { fault: always(sends, { status: 401 }) }, { auth: () => 'token' });
    expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(AuthenticationError);
    expect(it.calls(...sends)).toBe(2);
  });

  it.each<[string, RequestFault]>([
    ['hangs', 'hang'],
    ['is late', { latency: 60_000 }],
    ['drips', { drip: 1, every: 1_000 }],
  ])('gives up an answer that %s', async (_, fault) => {
    await using it = pair(kind, { fault: always(gets, fault) }, { timeout: 20, retry: 0 });
    expect(await rejection(it.client.getTask('x'))).toBeInstanceOf(RequestTimeoutError);
  });

  it('takes an answer that drips, if there is time', async () => {
    await using it = pair(kind, { fault: always(sends, { drip: 64, every: 1 }) });
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
  });

  it('reads a large answer to its limit, and no further', async () => {
    await using it = pair(
      kind,
      { fault: ({ nth, rpcMethod }) => (rpcMethod ? { oversize: nth === 1 ? 90_000 : 110_000 } : undefined) },
      { limits: { responseBytes: 100_000 } },
    );
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
    expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(ResponseLimitError);
  });

  it('waits on while a replica tells of an earlier state', async () => {
    await using it = pair(kind, { fault: first(3, gets, { regress: 'working' }) });
    const sent = await it.client.sendMessage('hi', { returnImmediately: true });
    expect(textOf(await it.client.waitForCompletion(sent, { schedule: quick }))).toBe('You said: hi');
    expect(it.calls(...gets)).toBe(4);
  });

  it('does not let an earlier state take back that a task is over', async () => {
    await using it = pair(kind, { fault: always(gets, { regress: 'submitted' }) });
    const sent = await it.client.sendMessage('hi');
    expect(await it.client.waitForCompletion(sent)).toMatchObject({ status: { state: 'completed' } });
  });

  it('reads a whole stream in drops', async () => {
    await using it = pair(kind, {
      fault: ({ rpcMethod }) => (rpcMethod ? { drip: 7, every: 0 } : undefined),
    });
    const events = await gathered(it.client.streamMessage('hi'));
    expect(JSON.stringify(events)).toContain('You said: hi');
  });
});

it.each(agents.filter(({ binding }) => binding === 'JSONRPC'))(
  'our client takes no answer to another request, on $title',
  async kind => {
    await using it = pair(kind, { fault: always([...sends, ...gets], 'wrong-id') });
    const error = await rejection(it.client.sendMessage('hi'));
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error.message).toContain('another request');
    expect(await rejection(it.client.getTask('x'))).not.toBeInstanceOf(HttpError);
  },
);

it.each(agents.filter(({ binding, dialect }) => binding === 'JSONRPC' && dialect !== 'praison'))(
  'our client takes no event of another request, on $title',
  async kind => {
    await using it = pair(kind, { fault: ({ rpcMethod }) => (rpcMethod ? 'wrong-id' : undefined) });
    const error = await rejection(gathered(it.client.streamMessage('hi')));
    expect(error).toBeInstanceOf(ResponseFormatError);
  },
);
