import { once } from 'node:events';
import type { WebhookStore } from '../../../src/webhook/store.js';
import { connectIoredis, connectRedis, openStore } from '../clients.js';
import type { Report } from '../processes.js';

/** What every job is given. */
export interface JobArguments {
  url: string;
  prefix: string;
  client: 'redis' | 'ioredis';
}

/** Opens the store, says so, does the job when it is told to, and ends. */
export async function runJob<Arguments extends JobArguments>(
  prepare: (store: WebhookStore, args: Arguments) => Promise<() => Promise<void>>,
): Promise<void> {
  const args = JSON.parse(process.argv[2] ?? '{}') as Arguments;
  const connect = args.client === 'redis' ? connectRedis : connectIoredis;
  const { store, close } = await openStore(url => connect(url, {}), args.url, { prefix: args.prefix });
  const work = await prepare(store, args);
  report({ ready: true });
  await once(process, 'message');
  await work();
  await close();
  process.disconnect();
}

export function report(what: Report): void {
  process.send?.(what);
}
