import {
  artifact,
  authRequired,
  completed,
  createReferenceServer,
  inputRequired,
  reply,
  working,
} from 'a2a-await/testing';
import { describe, expect, it, vi } from 'vitest';
import { ask, call, dialects, praisonMessage, textOf, v1Message, v03Message, type Wire } from './support.js';

describe('A2A 1.0', () => {
  const send = (text: string, fields = {}) => ({ message: v1Message(text, fields) });

  it.each([
    ['an unknown field of the params', { ...send('a'), kind: 'message' }],
    ['an unknown field of the message', send('a', { kind: 'message' })],
    ['an unknown field of a part', send('a', { parts: [{ kind: 'text', text: 'a' }] })],
    ['a v0.3 configuration', { ...send('a'), configuration: { blocking: true } }],
  ])('refuses %s, unless it is told not to be strict', async (_, params) => {
    await using strict = createReferenceServer();
    await using lenient = createReferenceServer({ strict: false });
    expect((await call(strict, 'SendMessage', params)).error.code).toBe(-32602);
    expect(strict.tasks.size).toBe(0);
    expect((await call(lenient, 'SendMessage', params)).result.task.status.state).toBe(
      'TASK_STATE_COMPLETED',
    );
  });

  it.each([
    ['no message', {}],
    ['no role', send('a', { role: undefined })],
    ['a v0.3 role', send('a', { role: 'user' })],
    ['no message id', send('a', { messageId: undefined })],
    ['no parts', send('a', { parts: [] })],
    ['a part of nothing', send('a', { parts: [{}] })],
    ['a part of two things', send('a', { parts: [{ text: 'a', data: 1 }] })],
    ['a part that is no object', send('a', { parts: ['a'] })],
    ['a metadata list', send('a', { metadata: [] })],
    ['a text that is a number', send('a', { parts: [{ text: 1 }] })],
    ['a negative history length', { ...send('a'), configuration: { historyLength: -1 } }],
    ['a list for params', [send('a')]],
    ['null for params', null],
  ])('refuses %s even when it is not strict', async (_, params) => {
    await using server = createReferenceServer({ strict: false });
    expect((await call(server, 'SendMessage', params)).error.code).toBe(-32602);
  });

  it('reads every kind of part', async () => {
    await using server = createReferenceServer();
    const parts = [
      { text: '', metadata: { a: 1 } },
      { raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' },
      { url: 'https://x/y', mediaType: 'image/png' },
      { data: [1, null] },
      { data: null },
    ];
    await call(server, 'SendMessage', send('', { parts }));
    expect(server.tasks.list()[0]?.history[0]?.parts).toEqual([
      { kind: 'text', text: '', metadata: { a: 1 } },
      { kind: 'file', raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' },
      { kind: 'file', url: 'https://x/y', mediaType: 'image/png' },
      { kind: 'data', data: [1, null] },
      { kind: 'data', data: null },
    ]);
  });

  it.each(['1.0', '1.0.1', '1.7'])('takes version %s', async version => {
    await using server = createReferenceServer();
    const headers = { 'A2A-Version': version };
    expect((await call(server, 'ListTasks', {}, { headers })).result.totalSize).toBe(0);
  });

  it('finds an unknown method before it looks at the version', async () => {
    await using server = createReferenceServer();
    expect((await call(server, 'tasks/get', {}, { headers: {} })).error.code).toBe(-32601);
    expect((await call(server, 'GetTask', { id: 'x' }, { headers: {} })).error.code).toBe(-32009);
  });

  it.each([
    ['CreateTaskPushNotificationConfig', -32003, 'PUSH_NOTIFICATION_NOT_SUPPORTED'],
    ['ListTaskPushNotificationConfigs', -32003, 'PUSH_NOTIFICATION_NOT_SUPPORTED'],
  ])('says that it does not do %s', async (method, code, reason) => {
    await using server = createReferenceServer();
    const { error } = await call(server, method, {});
    expect(error).toMatchObject({ code, data: [{ reason, domain: 'a2a-protocol.org', metadata: {} }] });
  });

  it('refuses a push configuration that comes with a message', async () => {
    await using server = createReferenceServer();
    const configuration = { taskPushNotificationConfig: { url: 'https://x' } };
    expect((await call(server, 'SendMessage', { ...send('a'), configuration })).error.code).toBe(-32003);
  });

  it('has an extended card, or says that it has none', async () => {
    await using server = createReferenceServer();
    const card = await (await server.fetch(server.cardUrl)).json();
    const { result } = await call(server, 'GetExtendedAgentCard');
    expect(result.description).not.toBe(card.description);
    expect({ ...result, description: '' }).toEqual({ ...card, description: '' });
    await using plain = createReferenceServer({ extendedCard: false });
    expect((await call(plain, 'GetExtendedAgentCard')).error.code).toBe(-32004);
    expect((await (await plain.fetch(plain.cardUrl)).json()).capabilities.extendedAgentCard).toBe(false);
  });

  it('limits the history of an answer to what was asked', async () => {
    await using server = createReferenceServer({
      *agent() {
        yield working('1');
        yield working('2');
      },
    });
    const configuration = { historyLength: 1 };
    const { task } = (await call(server, 'SendMessage', { ...send('a'), configuration })).result;
    expect(task.history).toMatchObject([{ parts: [{ text: '2' }] }]);
    const get = async (historyLength?: number) =>
      (await call(server, 'GetTask', { id: task.id, historyLength })).result.history?.length;
    expect(await Promise.all([get(), get(0), get(2), get(9)])).toEqual([3, undefined, 2, 3]);
    expect((await call(server, 'GetTask', { id: task.id, historyLength: -1 })).error.code).toBe(-32602);
  });

  describe('lists tasks', () => {
    async function serverWithTasks() {
      vi.useFakeTimers({ now: 0, toFake: ['Date'] });
      const server = createReferenceServer({
        *agent(turn) {
          yield turn.text === 'ask' ? inputRequired('?') : artifact('done');
        },
      });
      for (const [text, contextId] of [
        ['a', 'c1'],
        ['ask', 'c1'],
        ['b', 'c2'],
      ] as const) {
        vi.advanceTimersByTime(1000);
        await call(server, 'SendMessage', send(text, { contextId }));
      }
      vi.useRealTimers();
      const list = async (query: object) => (await call(server, 'ListTasks', query)).result;
      const texts = (page: Wire) => page.tasks.map((task: Wire) => task.history[0].parts[0].text);
      return { server, list, texts };
    }

    it('newest first, page by page', async () => {
      const { list, texts } = await serverWithTasks();
      const first = await list({ pageSize: 2 });
      expect(texts(first)).toEqual(['b', 'ask']);
      expect(first).toMatchObject({ pageSize: 2, totalSize: 3 });
      const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
      expect(texts(second)).toEqual(['a']);
      expect(second.nextPageToken).toBe('');
      expect((await list({})).pageSize).toBe(50);
    });

    it('by context, status and time', async () => {
      const { list, texts } = await serverWithTasks();
      expect(texts(await list({ contextId: 'c1' }))).toEqual(['ask', 'a']);
      expect(texts(await list({ status: 'TASK_STATE_INPUT_REQUIRED' }))).toEqual(['ask']);
      const statusTimestampAfter = '1970-01-01T00:00:02Z';
      expect(texts(await list({ statusTimestampAfter }))).toEqual(['b', 'ask']);
    });

    it('with artifacts only where they are wanted, and as much history as wanted', async () => {
      const { list } = await serverWithTasks();
      expect((await list({})).tasks[0]).not.toHaveProperty('artifacts');
      expect((await list({ includeArtifacts: true })).tasks[0].artifacts).toHaveLength(1);
      expect((await list({ historyLength: 0 })).tasks[0].history).toEqual([]);
    });

    it.each([
      { pageSize: 0 },
      { pageSize: 101 },
      { pageToken: 'made up' },
      { status: 'completed' },
      { statusTimestampAfter: 'yesterday' },
      { contextID: 'c1' },
    ])('not with %o', async query => {
      const { server } = await serverWithTasks();
      expect((await call(server, 'ListTasks', query)).error.code).toBe(-32602);
    });
  });
});

describe('A2A 0.3', () => {
  const send = (text: string, fields = {}) => ({ message: v03Message(text, fields) });

  it.each([
    ['an unknown field', send('a', { messageID: 'm' })],
    ['a field of another kind of part', send('a', { parts: [{ kind: 'text', text: 'a', data: {} }] })],
    ['a v1.0 configuration', { ...send('a'), configuration: { returnImmediately: true } }],
  ])('refuses %s, unless it is told not to be strict', async (_, params) => {
    await using strict = createReferenceServer({ dialect: '0.3' });
    await using lenient = createReferenceServer({ dialect: '0.3', strict: false });
    const { error } = await call(strict, 'message/send', params);
    expect(error).toMatchObject({ code: -32602, message: 'Invalid parameters' });
    expect(error.data[0]).toMatchObject({
      type: 'extra_forbidden',
      loc: expect.arrayContaining(['params']),
    });
    expect((await call(lenient, 'message/send', params)).result.kind).toBe('task');
  });

  it.each([
    ['a message without kind', send('a', { kind: undefined })],
    ['a part without kind', send('a', { parts: [{ text: 'a' }] })],
    ['a v1.0 role', send('a', { role: 'ROLE_USER' })],
    ['a data part that is no object', send('a', { parts: [{ kind: 'data', data: 1 }] })],
    ['a flat file', send('a', { parts: [{ kind: 'file', url: 'https://x' }] })],
    ['a file of nothing', send('a', { parts: [{ kind: 'file', file: {} }] })],
    ['no parts', send('a', { parts: [] })],
    ['null for params', null],
  ])('refuses %s even when it is not strict', async (_, params) => {
    await using server = createReferenceServer({ dialect: '0.3', strict: false });
    expect((await call(server, 'message/send', params)).error.code).toBe(-32602);
  });

  it('reads files by bytes and by uri', async () => {
    await using server = createReferenceServer({ dialect: '0.3' });
    const parts = [
      { kind: 'file', file: { bytes: 'aGk=', mimeType: 'text/plain', name: 'hi.txt' } },
      { kind: 'file', file: { uri: 'https://x/y' }, metadata: { a: 1 } },
      { kind: 'data', data: { a: [1] } },
    ];
    await call(server, 'message/send', send('', { parts }));
    expect(server.tasks.list()[0]?.history[0]?.parts).toEqual([
      { kind: 'file', raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' },
      { kind: 'file', url: 'https://x/y', metadata: { a: 1 } },
      { kind: 'data', data: { a: [1] } },
    ]);
  });

  it('has its card at the old path too', async () => {
    await using server = createReferenceServer({ dialect: '0.3' });
    const [card, old] = await Promise.all(
      ['agent-card.json', 'agent.json'].map(async name =>
        (await server.fetch(`${server.url}/.well-known/${name}`)).json(),
      ),
    );
    expect(old).toEqual(card);
  });

  it.each([
    ['tasks/pushNotificationConfig/set', -32003],
    ['tasks/list', -32601],
  ])('refuses %s', async (method, code) => {
    await using server = createReferenceServer({ dialect: '0.3' });
    expect((await call(server, method, {})).error.code).toBe(code);
  });

  it('has an extended card, or says that it has none', async () => {
    const name = 'agent/getAuthenticatedExtendedCard';
    await using server = createReferenceServer({ dialect: '0.3' });
    expect((await call(server, name)).result.protocolVersion).toBe('0.3.0');
    await using plain = createReferenceServer({ dialect: '0.3', extendedCard: false });
    expect((await call(plain, name)).error.code).toBe(-32007);
  });
});

describe('PraisonAI', () => {
  const send = (text: string, fields = {}) => ({ message: praisonMessage(text, fields) });

  it('opens a new task whatever the message wanted to continue, and never asks for what it knows', async () => {
    await using server = createReferenceServer({
      dialect: 'praison',
      *agent(turn) {
        yield turn.text === 'ask' ? inputRequired('?') : authRequired('token');
      },
    });
    const { result } = await call(server, 'message/send', send('ask'));
    expect(result.id).toMatch(/^task-[0-9a-f]{12}$/);
    expect(result.status.state).toBe('input_required');
    const again = (await call(server, 'message/send', send('more', { taskId: result.id }))).result;
    expect(again.id).not.toBe(result.id);
    expect(again.status.state).toBe('auth_required');
    expect(server.tasks.size).toBe(2);
  });

  it('cancels over a completed task', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    const { id } = (await call(server, 'message/send', send('hi'))).result;
    for (const _ of ['first', 'again']) {
      expect((await call(server, 'tasks/cancel', { id })).result.status.state).toBe('cancelled');
    }
  });

  it('lets a run that completes later overwrite the cancel', async () => {
    let finish = () => {};
    let aborted: boolean | undefined;
    await using server = createReferenceServer({
      dialect: 'praison',
      async *agent(turn) {
        await new Promise<void>(resolve => {
          finish = resolve;
        });
        aborted = turn.signal.aborted;
        yield artifact('done anyway');
      },
    });
    const configuration = { returnImmediately: true };
    const { id } = (await call(server, 'message/send', { ...send('hi'), configuration })).result;
    expect((await call(server, 'tasks/cancel', { id })).result.status.state).toBe('cancelled');
    finish();
    await vi.waitUntil(() => server.tasks.get(id)?.status.state === 'completed');
    expect(aborted).toBe(false);
  });

  it('ignores blocking: false', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    const params = { ...send('hi'), configuration: { blocking: false } };
    expect((await call(server, 'message/send', params)).result.status.state).toBe('completed');
  });

  it('drops the parts it does not know, in and out', async () => {
    await using server = createReferenceServer({
      dialect: 'praison',
      *agent() {
        yield artifact([
          { kind: 'text', text: 'a' },
          { kind: 'file', raw: 'aGk=' },
          { kind: 'file', url: 'https://x/y', mediaType: 'image/png', filename: 'y.png' },
        ]);
      },
    });
    const parts = [
      { raw: 'aGk=', mediaType: 'text/plain' },
      { file: { uri: 'https://x' } },
      { kind: 'text', text: 'kept' },
      { url: 'https://x/z', mediaType: 'image/png', name: 'z.png' },
      { data: { a: 1 } },
    ];
    const { result } = await call(server, 'message/send', send('', { parts }));
    expect(server.tasks.get(result.id)?.history[0]?.parts).toEqual([
      { kind: 'text', text: 'kept' },
      { kind: 'file', url: 'https://x/z', mediaType: 'image/png', filename: 'z.png' },
      { kind: 'data', data: { a: 1 } },
    ]);
    expect(result.artifacts[0].parts).toEqual([
      { text: 'a' },
      { fileWithUri: 'https://x/y', mediaType: 'image/png', name: 'y.png' },
    ]);
  });

  it('never answers with a message', async () => {
    await using server = createReferenceServer({
      dialect: 'praison',
      *agent() {
        yield reply('direct');
      },
    });
    const { result } = await call(server, 'message/send', send('hi'));
    expect(result).toMatchObject({
      status: { state: 'completed' },
      artifacts: [{ parts: [{ text: 'direct' }] }],
    });
  });

  it('lists as a plain array, by context only', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    for (const contextId of ['c1', 'c2', 'c1']) await call(server, 'message/send', send('a', { contextId }));
    expect((await call(server, 'tasks/list', { contextId: 'c1', pageSize: 1 })).result).toHaveLength(2);
    expect((await call(server, 'tasks/list')).result).toHaveLength(3);
  });

  it('tells its status', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    const status = await (await server.fetch(`${server.url}/status`)).json();
    expect(status).toEqual({ status: 'ok', name: 'Reference agent', version: '1.0.0' });
  });

  it('knows no way back into a stream', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    expect((await call(server, 'tasks/resubscribe', { id: 'x' })).error.code).toBe(-32601);
  });
});

describe.each(dialects)('a server of dialect $title that wants a token', d => {
  const { dialect, bindings } = d;

  it('answers 401 without it, in the manner of the dialect, and leaves the card public', async () => {
    await using server = createReferenceServer({ dialect, bindings, auth: { bearer: 'secret' } });
    for (const authorization of ['', 'Bearer wrong', 'Basic secret']) {
      const response = await ask(server, d.get, { id: 'x' }, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/json');
      const praison = dialect === 'praison';
      expect(response.headers.get('www-authenticate')).toBe(praison ? null : 'Bearer');
      expect(await response.json()).toEqual(praison ? { detail: 'Unauthorized' } : { error: 'Unauthorized' });
    }
    expect((await server.fetch(server.cardUrl)).status).toBe(200);
  });

  it('asks for the token at each call', async () => {
    let token = 'one';
    await using server = createReferenceServer({ dialect, bindings, auth: { bearer: () => token } });
    const headers = { authorization: 'Bearer one', 'a2a-version': '1.0' };
    const params = { message: d.message('hi') };
    expect((await call(server, d.send, params, { headers })).result).toBeDefined();
    token = 'two';
    expect((await ask(server, d.send, params, { headers })).status).toBe(401);
  });
});

it('completes with words, which PraisonAI keeps as its answer', async () => {
  for (const { dialect, bindings, send, message, taskOf } of dialects) {
    await using server = createReferenceServer({
      dialect,
      bindings,
      *agent() {
        yield working('hm');
        yield completed('all good');
      },
    });
    const task = taskOf((await call(server, send, { message: message('hi') })).result);
    expect(textOf(task.status.message)).toBe('all good');
    const said = task.history.map(textOf);
    expect(said).toEqual(['hi', dialect === 'praison' ? 'all good' : 'hm']);
  }
});
