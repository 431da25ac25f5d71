import {
  A2AClient,
  type A2AWarning,
  AuthenticationError,
  RequestTimeoutError,
  rawOf,
  type Task,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { decodeAgentCard } from '../../src/dialects/card.js';
import { decodeTask, decodeTaskPage } from '../../src/dialects/decode.js';
import { json, result, rpcError, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const endpoint = 'http://agent.test/rpc';
const task = (state = 'TASK_STATE_COMPLETED') => ({ id: 'a', status: { state } });

/** How long something takes, ms. */
async function timeOf(step: () => unknown): Promise<number> {
  const begun = performance.now();
  await step();
  return performance.now() - begun;
}

describe('a server cannot keep the program busy', () => {
  it('with a card of thousands of interfaces', async () => {
    const supportedInterfaces = Array.from({ length: 20_000 }, (_, n) => ({
      url: `http://a.test/${n}`,
      protocolBinding: 'GRPC',
    }));
    const card = { name: 'x', supportedInterfaces: [...supportedInterfaces, supportedInterfaces[0]] };
    expect(await timeOf(() => decodeAgentCard(card))).toBeLessThan(1_000);
    expect(decodeAgentCard(card).supportedInterfaces).toHaveLength(20_000);
    const { fetch } = rpcFetch(() => json(JSON.stringify(card)));
    const error = await rejection(new A2AClient('http://agent.test', { fetch }).connect());
    expect(error.message.length).toBeLessThan(600);
  });

  it('with an error of a million words', async () => {
    const { fetch } = rpcFetch(({ id }) => rpcError(id, -32009, 'version '.repeat(200_000)));
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    expect(await timeOf(() => rejection(client.getTask('a')))).toBeLessThan(1_000);
  });
});

describe('what a server sends oddly is read rightly', () => {
  it('requirements keep the names of their schemes', () => {
    const card = { name: 'x', securitySchemes: { api_key: { type: 'apiKey' } }, security: [{ api_key: [] }] };
    expect(decodeAgentCard(card)).toMatchObject({
      securitySchemes: { api_key: { type: 'apiKey' } },
      securityRequirements: [{ api_key: [] }],
    });
  });

  it.each([
    [{ kind: 'file', file: { uri: 'http://f.test' }, text: null, data: null }, 'file'],
    [{ text: null, raw: null, url: 'http://f.test', data: null }, 'file'],
    [{ kind: 'data', data: null }, 'data'],
    [{ data: 0 }, 'data'],
  ])('the part %o is a %s part', (part, kind) => {
    const { artifacts } = decodeTask({ ...task(), artifacts: [{ artifactId: '1', parts: [part] }] });
    expect(artifacts[0]?.parts[0]).toMatchObject({ kind });
  });

  it('a member in two spellings is read from its right name, and data of an unknown kind keeps its names', () => {
    const wire = { ...task(), contextId: 'c', context_id: null, artifacts: [{ parts: [{ foo_bar: 1 }] }] };
    expect(decodeTask(wire)).toMatchObject({
      contextId: 'c',
      artifacts: [{ parts: [{ kind: 'data', data: { foo_bar: 1 } }] }],
    });
  });

  it('a numeric page token is one', () => {
    expect(decodeTaskPage({ tasks: [], nextPageToken: 7 }).nextPageToken).toBe('7');
  });

  it('rawOf gives each task of a list, and a sent task without its wrapping', async () => {
    const wire = { ...task(), 'x-cost': 1 };
    const { fetch } = rpcFetch(({ id, method }) =>
      result(id, method === 'ListTasks' ? { tasks: [wire] } : { task: wire }),
    );
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    const [listed] = (await client.listTasks()).tasks;
    expect(rawOf<typeof wire>(listed as Task)?.['x-cost']).toBe(1);
    expect(rawOf<typeof wire>(await client.sendMessage('x'))?.['x-cost']).toBe(1);
  });

  it('a stale answer does not undo the completed task that was given', async () => {
    const { fetch } = rpcFetch(({ id }) => result(id, task('TASK_STATE_WORKING')));
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    const listed = decodeTask(task());
    expect(await client.waitForCompletion(listed)).toBe(listed);
  });
});

describe('the credentials', () => {
  it('that do not come are asked for anew by the next request', async () => {
    let asked = 0;
    const auth = () => {
      asked += 1;
      return asked === 1 ? new Promise<string>(() => {}) : 'token';
    };
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task()));
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, auth, timeout: 20 });
    expect(await rejection(client.getTask('a'))).toBeInstanceOf(RequestTimeoutError);
    expect(await client.getTask('a')).toMatchObject({ id: 'a' });
    expect([asked, requests.length]).toEqual([2, 1]);
  });

  it('that a function forgets to give are missed before anything is sent', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task()));
    const auth = (() => undefined) as unknown as () => string;
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, auth });
    expect(await rejection(client.getTask('a'))).toBeInstanceOf(AuthenticationError);
    expect(requests).toEqual([]);
  });

  it('in a header are withheld from another origin with a warning, as those of "auth" are', async () => {
    const warnings: A2AWarning[] = [];
    const card = { name: 'x', url: 'https://rpc.test/', protocolVersion: '0.3.0' };
    const { fetch, requests } = rpcFetch(({ id, verb }) =>
      verb === 'GET' ? json(JSON.stringify(card)) : result(id, { ...task(), kind: 'task' }),
    );
    const client = new A2AClient('https://agent.test', {
      fetch,
      headers: { 'x-api-key': 'S3CRET' },
      onWarning: warning => warnings.push(warning),
    });
    await client.getTask('a');
    expect(requests.at(-1)?.headers.get('x-api-key')).toBeNull();
    expect(warnings.map(({ code }) => code)).toEqual(['credentials-withheld']);
  });

  it('of a cookie are hidden one by one where the server repeats them', async () => {
    const { fetch } = rpcFetch(({ id }) => rpcError(id, -32000, 'bad session S3CRET', { S3CRET: 1 }));
    const client = new A2AClient(endpoint, {
      endpoint,
      dialect: '1.0',
      fetch,
      headers: { cookie: 'lang=en; sid=S3CRET' },
    });
    const error = await rejection(client.getTask('a'));
    expect(error.message + JSON.stringify(error)).not.toContain('S3CRET');
    expect(error.message).toContain('[redacted]');
  });

  it('do not hide what kind of error it is', async () => {
    const { fetch } = rpcFetch(({ id }) => rpcError(id, -32603, 'Task not found'));
    const at = `${endpoint}?agent=Task`;
    const client = new A2AClient(at, { endpoint: at, dialect: '0.3', fetch });
    expect(await rejection(client.getTask('a'))).toMatchObject({ name: 'TaskNotFoundError' });
  });
});

describe('a client that was closed', () => {
  it('refuses a wait at once, before its first poll is due', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, task('TASK_STATE_WORKING')));
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    const working = await client.getTask('a');
    await client.close();
    expect(await timeOf(() => rejection(client.waitForCompletion(working)))).toBeLessThan(100);
    expect(requests).toHaveLength(1);
  });

  it('in a hook sends no more', async () => {
    const { fetch, requests } = rpcFetch(() => new Response('', { status: 503 }));
    const client = new A2AClient(endpoint, {
      endpoint,
      dialect: '1.0',
      fetch,
      retry: { minDelay: 1 },
      hooks: { onRetry: () => void client.close() },
    });
    expect(await rejection(client.getTask('a'))).toMatchObject({ code: 'closed' });
    expect(requests).toHaveLength(1);
  });
});
