import { connect } from 'node:net';
import { createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { expect, test } from 'vitest';

const card = '/.well-known/agent-card.json';

/** What comes back until the connection ends. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8');
    socket.on('data', chunk => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

test.each([
  ['GET with a body', `GET ${card}`, 'Host: agent\r\nContent-Length: 2', '{}', 200],
  ['GET of a whole url', `GET http://agent${card}`, 'Host: agent', '', 200],
  ['GET of a path that looks like a host', `GET //agent${card}`, 'Host: agent', '', 404],
  ['TRACE', 'TRACE /', 'Host: agent', '', 400],
  ['host that is none', `GET ${card}`, 'Host: one two', '', 400],
])('answers a %s', async (_, start, headers, body, status) => {
  await using server = createReferenceServer();
  await using listening = await listen(server);
  const request = `${start} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n${body}`;
  expect(await exchange(listening.port, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('refuses an empty host, which would be every one', async () => {
  await using server = createReferenceServer();
  await expect(listen(server, { host: '' })).rejects.toThrow('host must not be empty.');
});

test('200 clients that vanish in the midst of streams leave none open', async () => {
  await using server = createReferenceServer({
    async *agent(turn) {
      yield working();
      await turn.sleep(60_000);
    },
  });
  await using listening = await listen(server);
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'SendStreamingMessage',
    params: { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] } },
  });
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
  const clients = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const left = new AbortController();
      const { signal } = left;
      const response = await fetch(listening.url, { method: 'POST', headers, body, signal });
      await response.body?.getReader().read();
      return left;
    }),
  );
  expect(server.openStreams).toBe(200);
  for (const left of clients) left.abort();
  await expect.poll(() => server.openStreams).toBe(0);
});
