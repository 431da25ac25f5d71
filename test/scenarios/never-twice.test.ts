import { A2AClient, type A2AClientOptions, HttpError, RpcError } from 'a2a-await';
import { describe, expect, it } from 'vitest';

/** A server that notes the methods it is asked for, and answers each as the test says. */
function server(answer: (method: string, calls: number) => Response | object) {
  const methods: string[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { id, method } = JSON.parse(String(init?.body));
    methods.push(method);
    const answered = answer(method, methods.filter(each => each === method).length);
    return answered instanceof Response ? answered : Response.json({ jsonrpc: '2.0', id, ...answered });
  };
  return { fetch, methods, sent: () => methods.filter(method => /send/i.test(method)).length };
}

const task = (state = 'completed') => ({ id: 't', kind: 'task', status: { state } });
const notFound = { error: { code: -32001, message: 'Task not found' } };
const failing = (status = 500) => new Response('Internal Server Error', { status });

const olderCard = { name: 'a', url: 'http://agent.test/', protocolVersion: '0.3.0' };
const newerCard = {
  name: 'a',
  supportedInterfaces: [
    { url: 'http://agent.test/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: 'http://agent.test/', protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
  ],
};

const client = (card: object, options: A2AClientOptions) =>
  A2AClient.fromCard(card, { retry: { minDelay: 1 }, ...options });

describe('a message is never sent twice', () => {
  it.each([400, 500])('where a server of both dialects fails with a bare %i', async status => {
    const { fetch, sent } = server(method => (/send/i.test(method) ? failing(status) : notFound));
    await expect(client(olderCard, { fetch }).sendMessage('pay')).rejects.toBeInstanceOf(HttpError);
    await expect(client(newerCard, { fetch }).sendMessage('pay')).rejects.toBeInstanceOf(HttpError);
    expect(sent()).toBe(2);
  });

  it('where all of the server fails for a moment, and only its older methods are back at once', async () => {
    const { fetch, sent } = server((method, calls) =>
      method === 'tasks/get' || calls > 2 ? notFound : failing(),
    );
    await expect(client(newerCard, { fetch }).sendMessage('pay')).rejects.toBeInstanceOf(HttpError);
    expect(sent()).toBe(1);
  });

  it('where an error of the application has the code of "version not supported"', async () => {
    const { fetch, sent } = server(() => ({ error: { code: -32009, message: 'PDF conversion failed' } }));
    const outcome = client(newerCard, { fetch }).sendMessage('pay');
    await expect(outcome).rejects.toMatchObject({ constructor: RpcError, rpcCode: -32009 });
    expect(sent()).toBe(1);
  });

  it.each([-32603, -32000])(
    'where error %i has a reason that a tool of the agent may have, too',
    async code => {
      const { fetch, methods } = server(() => ({
        error: { code, message: 'The tool failed', data: [{ reason: 'METHOD_NOT_FOUND' }] },
      }));
      const asked = client(newerCard, { fetch });
      for (let nth = 0; nth < 2; nth += 1) {
        await expect(asked.sendMessage('pay')).rejects.toMatchObject({ rpcCode: code });
      }
      expect(methods).toEqual(['SendMessage', 'SendMessage']);
    },
  );

  it.each([
    [-32009, 'The tool needs a version of Python that is not supported'],
    [-32603, 'A2A version 0.3 of the downstream agent is not supported'],
  ])('where only the words of error %i may mean our version', async (code, message) => {
    const { fetch, sent } = server(() => ({ error: { code, message } }));
    await expect(client(newerCard, { fetch }).sendMessage('pay')).rejects.toMatchObject({ rpcCode: code });
    expect(sent()).toBe(1);
  });

  it('but where the version was refused with the reason that A2A has for it, or the method', async () => {
    const data = [{ reason: 'VERSION_NOT_SUPPORTED', domain: 'a2a-protocol.org' }];
    for (const error of [
      { code: -32009, message: 'no', data },
      { code: -32601, message: 'no' },
    ]) {
      const { fetch, methods } = server(method =>
        method === 'SendMessage' ? { error } : { result: task() },
      );
      await client(newerCard, { fetch }).sendMessage('pay');
      expect(methods).toEqual(['SendMessage', 'message/send']);
    }
  });

  it("where the refusal is somebody else's, by its id", async () => {
    const { fetch, sent } = server(() => ({ id: 'other', error: { code: -32601, message: 'no' } }));
    const outcome = client(newerCard, { fetch }).sendMessage('pay');
    await expect(outcome).rejects.toMatchObject({ name: 'ResponseFormatError', path: 'id' });
    expect(sent()).toBe(1);
  });

  it.each([301, 302, 303])(
    'where the answer is a redirect that would be fetched without it: %i',
    async status => {
      const { fetch, sent } = server(
        () => new Response(null, { status, headers: { location: 'http://agent.test/done' } }),
      );
      await expect(client(newerCard, { fetch }).sendMessage('pay')).rejects.toMatchObject({ status });
      expect(sent()).toBe(1);
    },
  );

  it('by callMethod, even where another call finds out that the dialect is wrong', async () => {
    const wrong = { error: { code: -32601, message: 'Method not found' } };
    const { fetch, methods } = server(method => (method === 'tasks/get' ? { result: task() } : wrong));
    const both = client(newerCard, { fetch });
    await Promise.allSettled([both.callMethod('x/vendor'), both.getTask('t')]);
    expect(methods.filter(method => method === 'x/vendor')).toHaveLength(1);
  });
});

describe('a server that answers unknown methods with a bare HTTP 500', () => {
  const older = () =>
    server(method => {
      if (method === 'tasks/get') return notFound;
      return method === 'message/send' ? { result: task() } : failing();
    });

  it('is asked again in its own dialect where nothing can be done twice', async () => {
    const { fetch, methods } = older();
    await expect(client(newerCard, { fetch }).getTask('t')).rejects.toMatchObject({ code: 'task-not-found' });
    expect(methods.at(-1)).toBe('tasks/get');
  });

  it('has its failure told for a message, and is spoken to in its own dialect from then on', async () => {
    const { fetch, methods } = older();
    const corrected = client(newerCard, { fetch });
    await expect(corrected.sendMessage('hi')).rejects.toBeInstanceOf(HttpError);
    await expect(corrected.sendMessage('hi')).resolves.toMatchObject({ status: { state: 'completed' } });
    expect(methods.filter(method => method === 'message/send')).toHaveLength(1);
  });
});

describe('a card of many transports', () => {
  it('is called, and trusted with credentials, where its JSON-RPC is', async () => {
    const card = {
      name: 'a',
      supportedInterfaces: [
        { url: 'grpc.agent.test:50051', protocolBinding: 'GRPC', protocolVersion: '1.0' },
        { url: 'https://rpc.agent.test/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      ],
    };
    let seen: [string, string | null] | undefined;
    const fetch: typeof globalThis.fetch = async (url, init) => {
      seen = [String(url), new Headers(init?.headers).get('authorization')];
      return Response.json({
        jsonrpc: '2.0',
        id: JSON.parse(String(init?.body)).id,
        result: { task: task() },
      });
    };
    await client(card, { fetch, auth: 'tok' }).sendMessage('hi');
    expect(seen).toEqual(['https://rpc.agent.test/', 'Bearer tok']);
  });
});
