import { A2AClient, type A2AClientOptions } from 'a2a-await';
import type { RawServer } from '../support/raw-server.js';

/** A client that posts to a real server, by the platform's own fetch. */
export function clientOf(server: Pick<RawServer, 'url'>, options: A2AClientOptions = {}): A2AClient {
  return new A2AClient(server.url, {
    endpoint: `${server.url}/rpc`,
    dialect: '1.0',
    retry: { retries: 2, minDelay: 5, maxDelay: 10 },
    timeout: 5_000,
    ...options,
  });
}

/** The reads, and what a failure that may pass costs them. */
export const reads: [string, (client: A2AClient) => Promise<unknown>][] = [
  ['getTask', client => client.getTask('task-1')],
  ['cancel', client => client.cancel('task-1')],
];
