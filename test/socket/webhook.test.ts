import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import {
  createWebhookReceiver,
  hmac,
  notificationToken,
  signPayload,
  type WebhookReceiver,
} from 'a2a-await/webhook';
import { type NodeRequest, toNodeHandler } from 'a2a-await/webhook/node';
import { afterEach, describe, expect, test } from 'vitest';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Listens, and gives the port. */
async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const text = JSON.stringify({ statusUpdate: { taskId: 't-1', status: { state: 'TASK_STATE_COMPLETED' } } });
const type = { 'content-type': 'application/json' };

async function served(options: Partial<Parameters<typeof createWebhookReceiver>[0]> = {}) {
  let receiver: WebhookReceiver | undefined;
  const port = await listen((request, response) => {
    if (receiver) toNodeHandler(receiver)(request, response);
  });
  receiver = createWebhookReceiver({ url: `http://127.0.0.1:${port}/hooks`, ...options });
  return { port, receiver, registration: await receiver.register() };
}

/** What an Express application does before its handlers: a mount takes its path away, a parser the body. */
function expressLike(
  receiver: () => WebhookReceiver,
  parse: 'none' | 'parsed' | 'raw' | 'kept',
): (request: IncomingMessage, response: ServerResponse) => void {
  return async (request, response) => {
    const changed = request as NodeRequest;
    changed.originalUrl = request.url ?? '';
    request.url = (request.url ?? '').replace(/^\/hooks/, '');
    if (parse !== 'none') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      changed.body = parse === 'raw' ? bytes : JSON.parse(bytes.toString());
      if (parse === 'kept') changed.rawBody = bytes;
    }
    toNodeHandler(receiver())(changed, response);
  };
}

describe('over node:http', () => {
  test('a notification is taken, and waited for', async () => {
    const { receiver, registration } = await served();
    const waiting = receiver.wait(registration);
    const headers = { ...type, 'x-a2a-notification-token': registration.token };
    const response = await fetch(registration.url, { method: 'POST', headers, body: text });
    expect(response.status).toBe(204);
    expect(await waiting).toMatchObject({ id: 't-1', status: { state: 'completed' } });
  });

  test.each([
    ['GET', 405],
    ['DELETE', 405],
    ['PUT', 405],
  ])('%s is %i', async (method, status) => {
    const { registration } = await served();
    const response = await fetch(registration.url, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('TRACE is an answer, not a crash', async () => {
    const { port } = await served();
    const status = await new Promise(resolve => {
      httpRequest({ port, host: '127.0.0.1', method: 'TRACE', path: '/' }, response =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(404);
  });

  test('a credential that is there twice is 401, though Node would drop the second', async () => {
    const { port, registration } = await served();
    const line = `authorization: Bearer ${registration.credentials}\r\n`;
    const path = new URL(registration.url).pathname;
    const post = (headers: string) =>
      raw(
        port,
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\nconnection: close\r\n${headers}\r\n${text}`,
      );
    expect(await post(line)).toMatch(/^HTTP\/1.1 204/);
    expect(await post(line + line)).toMatch(/^HTTP\/1.1 401/);
  });

  test('a forged host, an absolute url, and a path that is none are answered', async () => {
    const { port, registration } = await served();
    const path = new URL(registration.url).pathname;
    const get = (target: string, host: string) =>
      raw(port, `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(await get(path, 'evil.example')).toMatch(/^HTTP\/1.1 405/);
    expect(await get(`http://evil.example${path}`, 'x')).toMatch(/^HTTP\/1.1 405/);
    expect(await get('*', 'x')).toMatch(/^HTTP\/1.1 404/);
    expect(await get('//evil.example/a', 'x')).toMatch(/^HTTP\/1.1 404/);
  });

  test('a handshake is answered whether the url is whole or not', async () => {
    const { port, registration } = await served({ handshake: true });
    const path = `${new URL(registration.url).pathname}?validationToken=abc`;
    for (const target of [path, `http://proxy.example${path}`]) {
      const answer = await raw(port, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 200[\s\S]*abc/);
    }
  });

  test('a slow body is 408, and its connection is closed', async () => {
    const { port, registration } = await served({ limits: { time: 100 } });
    const head = `POST ${new URL(registration.url).pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\nx-a2a-notification-token: ${registration.token}\r\n\r\n{"a":`;
    const answer = await raw(port, head);
    expect(answer).toMatch(/^HTTP\/1.1 408/);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('a body without end is 413, and its connection is closed', async () => {
    const { port, registration } = await served({ limits: { bodyBytes: 1_000 } });
    const piece = `400\r\n${'x'.repeat(1_024)}\r\n`;
    const head = `POST ${new URL(registration.url).pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nx-a2a-notification-token: ${registration.token}\r\n\r\n${piece.repeat(20)}`;
    const answer = await raw(port, head);
    expect(answer).toMatch(/^HTTP\/1.1 413/);
  });

  test('a body that breaks off harms nobody', async () => {
    const { port, receiver, registration } = await served();
    const refused = new Promise(resolve => receiver.once('refused', resolve));
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST ${new URL(registration.url).pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\nx-a2a-notification-token: ${registration.token}\r\n\r\n{"a":`,
      () => setTimeout(() => socket.destroy(), 20),
    );
    expect(await refused).toMatchObject({ status: 400 });
  });

  test('a large body arrives whole', async () => {
    const { receiver, registration } = await served();
    const parts = [{ text: 'é'.repeat(1_000_000) }];
    const body = {
      task: { id: 't-1', status: { state: 'completed' }, artifacts: [{ artifactId: 'a', parts }] },
    };
    const headers = { ...type, authorization: `Bearer ${registration.credentials}` };
    const response = await fetch(registration.url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(204);
    const { artifacts } = await receiver.wait(registration);
    expect(artifacts[0]?.parts).toMatchObject(parts);
  });
});

describe('in Express', () => {
  const secret = 'secret';

  async function mounted(parse: 'none' | 'parsed' | 'raw' | 'kept', verifier = hmac({ secret })) {
    let receiver: WebhookReceiver | undefined;
    const port = await listen(expressLike(() => receiver as WebhookReceiver, parse));
    receiver = createWebhookReceiver({ url: `http://127.0.0.1:${port}/hooks`, shared: verifier });
    const signature = await signPayload(text, secret);
    const headers = { ...type, 'x-webhook-signature': signature, 'x-webhook-token': secret };
    const response = await fetch(`http://127.0.0.1:${port}/hooks`, { method: 'POST', headers, body: text });
    return { status: response.status, receiver };
  }

  test.each(['none', 'raw', 'kept'] as const)('a signature holds, with the body %s', async parse => {
    expect((await mounted(parse)).status).toBe(204);
  });

  test('a signature over a body that was parsed is 500, a token is enough', async () => {
    expect((await mounted('parsed')).status).toBe(500);
    const { status, receiver } = await mounted('parsed', notificationToken(secret));
    expect(status).toBe(204);
    expect(await receiver.wait('t-1')).toMatchObject({ id: 't-1' });
  });
});

describe('in Fastify', () => {
  test.each<[string, (bytes: Buffer) => { body?: unknown; rawBody?: unknown }, number]>([
    ['bytes', bytes => ({ body: bytes }), 204],
    ['text', bytes => ({ body: bytes.toString() }), 204],
    ['an object and rawBody', bytes => ({ body: JSON.parse(bytes.toString()), rawBody: bytes }), 204],
    ['an object', bytes => ({ body: JSON.parse(bytes.toString()) }), 500],
  ])('a signature over %s is %i', async (_, parse, status) => {
    const secret = 'secret';
    let isHijacked = false;
    let handler: ReturnType<typeof toNodeHandler> | undefined;
    const port = await listen(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const reply = {
        raw: response,
        hijack: () => {
          isHijacked = true;
        },
      };
      handler?.({ raw: request, ...parse(Buffer.concat(chunks)) }, reply);
    });
    const url = `http://127.0.0.1:${port}/hooks`;
    handler = toNodeHandler(createWebhookReceiver({ url, shared: hmac({ secret }) }));
    const headers = { ...type, 'x-webhook-signature': await signPayload(text, secret) };
    expect((await fetch(url, { method: 'POST', headers, body: text })).status).toBe(status);
    expect(isHijacked).toBe(true);
  });
});

test('a receiver that fails is 500, whatever it is', async () => {
  const port = await listen((request, response) => {
    toNodeHandler({ handle: () => Promise.reject(new Error('secret')) })(request, response);
  });
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: text });
  expect([response.status, await response.text()]).toEqual([500, '']);
});

/** Sends bytes as they are, and gives all that comes until the other side closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', data => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', error => (answer ? resolve(answer) : reject(error)));
    socket.write(bytes);
  });
}
