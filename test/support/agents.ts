import {
  A2AClient,
  type A2AClientOptions,
  type A2AWarning,
  type Binding,
  type Dialect,
  type PollSchedule,
} from 'a2a-await';
import { createReferenceServer, type ReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';

export const dialects: readonly Dialect[] = ['1.0', '0.3', 'praison'];

/** An agent as a client meets it. */
export interface AgentKind {
  title: string;
  dialect: Dialect;
  binding: Binding;
}

/** Every scenario runs for each of these. */
export const agents: readonly AgentKind[] = [
  ...dialects.map(dialect => ({ title: dialect, dialect, binding: 'JSONRPC' as const })),
  { title: '1.0 over HTTP+JSON', dialect: '1.0', binding: 'HTTP+JSON' },
  { title: '0.3 over HTTP+JSON', dialect: '0.3', binding: 'HTTP+JSON' },
];

/** Fast enough for tests that run on real time. */
export const quick: PollSchedule = { minimum: 1, interval: () => 2 };

export interface Pair extends AsyncDisposable {
  server: ReferenceServer;
  client: A2AClient;
  warnings: A2AWarning[];
  /** How often the server was asked for a JSON-RPC method, or over HTTP+JSON for the same. */
  calls(...methods: string[]): number;
}

/** A reference server of that kind, whose card offers no other binding. */
export function serverOf(
  { dialect, binding }: Pick<AgentKind, 'dialect' | 'binding'>,
  options: ReferenceServerOptions = {},
): ReferenceServer {
  return createReferenceServer({ dialect, bindings: [binding], ...options });
}

/** A reference server in this process, and a client for it; over JSON-RPC where only the dialect is given. */
export function pair(
  kind: AgentKind | Dialect,
  serverOptions: ReferenceServerOptions = {},
  clientOptions: A2AClientOptions = {},
): Pair {
  const server = serverOf(
    typeof kind === 'string' ? { dialect: kind, binding: 'JSONRPC' } : kind,
    serverOptions,
  );
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
