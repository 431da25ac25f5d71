import {
  A2AClient,
  type A2AClientOptions,
  type A2AWarning,
  type Dialect,
  type PollSchedule,
} from 'a2a-await';
import { createReferenceServer, type ReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';

/** Every scenario runs for each of these. */
export const dialects: readonly Dialect[] = ['1.0', '0.3', 'praison'];

/** Fast enough for tests that run on real time. */
export const quick: PollSchedule = { minimum: 1, interval: () => 2 };

export interface Pair extends AsyncDisposable {
  server: ReferenceServer;
  client: A2AClient;
  warnings: A2AWarning[];
  /** How often the server was asked for a JSON-RPC method. */
  calls(...methods: string[]): number;
}

/** A reference server in this process, and a client for it. */
export function pair(
  dialect: Dialect,
  serverOptions: ReferenceServerOptions = {},
  clientOptions: A2AClientOptions = {},
): Pair {
  const server = createReferenceServer({ dialect, ...serverOptions });
  const warnings: A2AWarning[] = [];
  const client = new A2AClient(server.url, {
    fetch: server.fetch,
    retry: { minDelay: 1, maxDelay: 2 },
    onWarning: warning => warnings.push(warning),
    ...clientOptions,
  });
  return {
    server,
    client,
    warnings,
    calls: (...methods) => server.requests.filter(each => methods.includes(each.rpcMethod ?? '')).length,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.close();
    },
  };
}

export const sends = ['SendMessage', 'message/send'];
export const gets = ['GetTask', 'tasks/get'];
export const cancels = ['CancelTask', 'tasks/cancel'];
