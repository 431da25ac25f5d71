import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and Redis, and breaks connections. */
export interface RedisProxy {
  /** Redis's url, by way of the proxy. */
  url: string;
  /** How many connections there are. */
  readonly connections: number;
  /** Breaks every connection; new ones are let through. */
  cut(): void;
  /** Breaks every connection, and each new one at once, until `allow`. */
  block(): void;
  allow(): void;
  /** What Redis says from now on is lost, on the connections there are. */
  mute(): void;
  close(): Promise<void>;
}

export async function proxyTo(url: string): Promise<RedisProxy> {
  const target = new URL(url);
  const pairs = new Map<Socket, Socket>();
  let blocked = false;
  const server = createServer(client => {
    client.on('error', () => {});
    if (blocked) return void client.destroy();
    const redis = connect(Number(target.port || 6379), target.hostname);
    redis.on('error', () => {});
    pairs.set(client, redis);
    client.pipe(redis);
    redis.pipe(client);
    client.on('close', () => {
      pairs.delete(client);
      redis.destroy();
    });
    redis.on('close', () => client.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const client of pairs.keys()) client.destroy();
  };
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    get connections() {
      return pairs.size;
    },
    cut,
    block() {
      blocked = true;
      cut();
    },
    allow() {
      blocked = false;
    },
    mute() {
      for (const [client, redis] of pairs) {
        redis.unpipe(client);
        redis.resume();
      }
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        cut();
      }),
  };
}
