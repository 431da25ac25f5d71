import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Peer, peers, type RunningPeer, startPeer, titleOf } from './peers.js';

// By hand, without our client: if this fails, the peer is broken and no other interop test means anything.
const dialects = {
  '1.0': {
    cardPath: '/.well-known/agent-card.json',
    endpoint: (card: Card) => card.supportedInterfaces?.find(one => one.protocolBinding === 'JSONRPC')?.url,
    headers: { 'A2A-Version': '1.0' },
    method: 'SendMessage',
    message: { role: 'ROLE_USER', parts: [{ text: 'hello' }] },
    completed: 'TASK_STATE_COMPLETED',
  },
  '0.3': {
    cardPath: '/.well-known/agent-card.json',
    endpoint: (card: Card) => card.url,
    headers: {},
    method: 'message/send',
    message: { kind: 'message', role: 'user', parts: [{ kind: 'text', text: 'hello' }] },
    completed: 'completed',
  },
  praison: {
    cardPath: '/.well-known/agent.json',
    endpoint: (card: Card) => card.url,
    headers: {},
    method: 'message/send',
    message: { role: 'user', parts: [{ text: 'hello' }] },
    completed: 'completed',
  },
};

/** The same over HTTP+JSON, of the servers that have it. */
const rest = {
  '1.0': {
    place: (card: Card) => card.supportedInterfaces?.find(one => one.protocolBinding === 'HTTP+JSON')?.url,
    prefix: '',
    message: { role: 'ROLE_USER', parts: [{ text: 'hello' }] },
  },
  '0.3': {
    place: (card: Card) => card.additionalInterfaces?.find(one => one.transport === 'HTTP+JSON')?.url,
    prefix: '/v1',
    message: { role: 'ROLE_USER', content: [{ text: 'hello' }] },
  },
  praison: undefined,
};

interface Card {
  url?: string;
  supportedInterfaces?: Array<{ url: string; protocolBinding: string }>;
  additionalInterfaces?: Array<{ url: string; transport: string }>;
}

interface WireTask {
  id: string;
  status: { state: string };
  artifacts: Array<{ parts: Array<{ text: string }> }>;
}

// Elsewhere a missing peer is skipped; in CI that would be a test that passes without running.
test.skipIf(!process.env['CI'])('in CI every peer is installed', () => {
  expect(peers.filter(peer => !peer.installed)).toEqual([]);
});

// Not describe.each: it cuts long names short, and the reason is in the name.
for (const peer of peers) describe(titleOf(peer), () => behaves(peer));

function behaves({ name, dialect: spoken, installed }: Peer): void {
  const dialect = dialects[spoken];
  let peer: RunningPeer;
  beforeAll(async () => {
    if (installed) peer = await startPeer(name);
  });
  afterAll(() => peer?.stop());

  test.skipIf(!installed)('serves a card whose url is its own, and completes hello', async () => {
    const card = (await (await fetch(peer.url + dialect.cardPath)).json()) as Card;
    const endpoint = dialect.endpoint(card) ?? 'no endpoint in the card';
    expect(new URL(endpoint).origin).toBe(peer.url);

    const message = { messageId: randomUUID(), ...dialect.message };
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...dialect.headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: dialect.method, params: { message } }),
    });
    const { result } = (await response.json()) as { result: WireTask & { task?: WireTask } };
    const task = result.task ?? result;
    expect(task.status.state).toBe(dialect.completed);
    expect(task.artifacts[0]?.parts[0]?.text).toBe('Report for: hello');
  });

  const overRest = rest[spoken];
  test.skipIf(!installed || !overRest)('completes hello over HTTP+JSON as well', async () => {
    if (!overRest) return;
    const card = (await (await fetch(peer.url + dialect.cardPath)).json()) as Card;
    const place = `${overRest.place(card)}${overRest.prefix}`;
    expect(new URL(place).origin).toBe(peer.url);

    const post = (path: string, body: object) =>
      fetch(place + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...dialect.headers },
        body: JSON.stringify(body),
      });
    const message = () => ({ messageId: randomUUID(), ...overRest.message });
    const configuration = spoken === '0.3' ? { blocking: true } : {};
    const { task } = (await (await post('/message:send', { message: message(), configuration })).json()) as {
      task: WireTask;
    };
    expect(task.status.state).toBe('TASK_STATE_COMPLETED');
    expect(task.artifacts[0]?.parts[0]?.text).toBe('Report for: hello');

    const got = await fetch(`${place}/tasks/${task.id}`, { headers: dialect.headers });
    expect((await got.json()) as WireTask).toMatchObject({ id: task.id, artifacts: task.artifacts });

    const stream = await post('/message:stream', { message: message(), configuration });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const events = await stream.text();
    for (const seen of ['"artifactUpdate"', '"statusUpdate"', 'Report for: hello', 'TASK_STATE_COMPLETED']) {
      expect(events).toContain(seen);
    }
  });

  test.skipIf(!installed)('records what it was sent', async () => {
    await fetch(`${peer.url}/probe?q=1`, { method: 'POST', headers: { 'x-probe': 'yes' }, body: '{"a":1}' });
    const seen = await peer.received(request => request.path.startsWith('/probe'));
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/probe?q=1',
      headers: { 'x-probe': 'yes' },
      body: { a: 1 },
    });
  });

  // Only the Python peers have the guard that would say so (peers/serving.py).
  if (!name.startsWith('js-')) {
    test.skipIf(!installed)('tries to reach nothing outside loopback', () => {
      expect(peer.log()).not.toContain('refused to leave loopback');
    });
  }

  test.skipIf(!installed)('leaves no process when it is stopped in the middle of its work', async () => {
    const second = await startPeer(name);
    const message = { messageId: randomUUID(), ...dialect.message };
    const card = (await (await fetch(second.url + dialect.cardPath)).json()) as Card;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: dialect.method, params: { message } });
    const slow = fetch(dialect.endpoint(card) as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...dialect.headers },
      body: body.replace('hello', 'slow 30000'),
    });
    const broken = expect(slow).rejects.toThrow();
    await second.received(request => request.method === 'POST');
    await second.stop();
    await broken;
    expect(() => process.kill(second.pid, 0)).toThrow('ESRCH');
  });
}
