import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a real server got it. */
export interface Received {
  verb: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The JSON-RPC method, id and params; of no call they are empty. */
  method: string;
  id: string;
  params: Record<string, unknown>;
}

export interface RawServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Every request that came in whole, in order. */
  requests: Received[];
  /** Connections that are open now and were used; Node's fetch opens a spare one in place of one that it aborted. */
  readonly connections: number;
  /** Requests whose client hung up before the answer. */
  readonly hungUp: number;
}

/** A real server on loopback, which does with each request what the test says: anything, or nothing. */
export async function rawServer(
  answer: (request: Received, response: ServerResponse, socket: Socket, index: number) => void,
): Promise<RawServer> {
  const requests: Received[] = [];
  let hungUp = 0;
  const used = new Set<Socket>();
  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    const { socket } = incoming;
    if (!used.has(socket)) {
      used.add(socket);
      socket.on('close', () => used.delete(socket));
    }
    incoming.on('error', () => {});
    for await (const chunk of incoming) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const request: Received = {
      verb: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      method: body.method ?? '',
      id: body.id ?? '',
      params: body.params ?? {},
    };
    requests.push(request);
    outgoing.on('error', () => {});
    outgoing.on('close', () => {
      if (!outgoing.writableEnded) hungUp += 1;
    });
    answer(request, outgoing, socket, requests.length - 1);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return used.size;
    },
    get hungUp() {
      return hungUp;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers a call well. */
export function answerTask(
  { id, method }: Received,
  response: ServerResponse,
  state = 'TASK_STATE_COMPLETED',
): void {
  const task = { id: 'task-1', status: { state } };
  const result = method === 'SendMessage' ? { task } : task;
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}
