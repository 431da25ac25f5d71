import { redisWebhookStore } from 'a2a-await/redis';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { createClient } from 'redis';

/** What every process is told. */
export interface Shared {
  redisUrl: string;
  prefix: string;
  /** Of the process that receives. */
  port: number;
  agentUrl: string;
}

export const shared = (): Shared => JSON.parse(process.argv[2] ?? '');

/** The same in every process: the url, and the store. */
export async function openReceiver({ redisUrl, prefix, port }: Shared) {
  const client = createClient({ url: redisUrl });
  client.on('error', console.error);
  await client.connect();
  const store = redisWebhookStore(client, { prefix });
  const receiver = createWebhookReceiver({ url: `http://127.0.0.1:${port}/a2a`, store });
  return { client, store, receiver };
}
