/** A client of the package `redis` (`createClient`), or anything else whose `sendCommand` is like that one's. */
export interface NodeRedisClient {
  sendCommand(args: string[], options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  /** A client with the same options, on a connection of its own. */
  duplicate?(): unknown;
}

/** A client of the package `ioredis` (`Redis`), or anything else whose `call` is like that one's. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
  /** A client with the same options, on a connection of its own. */
  duplicate?(): unknown;
}

/** What runs the commands. */
export type RedisClient = NodeRedisClient | IoredisClient;

interface Emitter {
  on(event: string, listener: (...args: string[]) => void): unknown;
  off(event: string, listener: (...args: string[]) => void): unknown;
  /** Closes the connection at once. Called only on a copy that the store made. */
  destroy?(): unknown;
  /** The same, where there is no `destroy`. */
  disconnect?(): unknown;
}

/** A client of the package `redis`, for nothing but subscriptions. */
export interface NodeRedisSubscriber extends Emitter {
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  /** Called only on a copy that the store made. */
  connect?(): Promise<unknown>;
}

/** A client of the package `ioredis`, for nothing but subscriptions. */
export interface IoredisSubscriber extends Emitter {
  call(command: string, ...args: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

/** What hears the wake-ups. */
export type RedisSubscriber = NodeRedisSubscriber | IoredisSubscriber;

/** The two packages mean different things by `sendCommand`; only ioredis has a `call`. */
export function isIoredis<Client extends object>(client: Client): client is Extract<Client, IoredisClient> {
  return hasMethods(client, 'call');
}

export function isSubscriber(value: unknown): value is RedisSubscriber {
  return hasMethods(value, 'subscribe', 'unsubscribe', 'on', 'off');
}

export function hasMethods(value: unknown, ...names: string[]): boolean {
  const object = (typeof value === 'object' && value ? value : {}) as Record<string, unknown>;
  return names.every(name => typeof object[name] === 'function');
}

/** Runs one command. If the signal fires before it was sent, `redis` takes it back. */
export function send(client: RedisClient, args: string[], signal: AbortSignal): Promise<unknown> {
  if (!isIoredis(client)) return client.sendCommand(args, { abortSignal: signal });
  const [command = '', ...rest] = args;
  return client.call(command, ...rest);
}

/** A reply as text, whatever the client makes of strings. */
export function textOf(reply: unknown): string | undefined {
  if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
  return typeof reply === 'string' ? reply : undefined;
}
