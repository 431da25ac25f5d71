import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A notification as it arrived. */
export interface Arrived {
  path: string;
  headers: NodeJS.Dict<string | string[]>;
  /** The parsed JSON. */
  body: unknown;
}

/** A webhook that takes everything, on loopback. */
export interface Webhook {
  url: string;
  arrived: Arrived[];
  close(): Promise<void>;
}

export async function startWebhook(): Promise<Webhook> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request;
    arrived.push({ path, headers, body: JSON.parse(await text(request)) });
    response.end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
