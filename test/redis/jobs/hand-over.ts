import { createServer } from 'node:http';
import { A2AClient, AdaptiveClient, type Binding, type ResumeToken, type Strategy, textOf } from 'a2a-await';
import { createWebhookReceiver, type WebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import type { WebhookStore } from '../../../src/webhook/store.js';
import { type JobArguments, report, runJob } from './job.js';

export interface HandOverArguments extends JobArguments {
  agent: string;
  binding: Binding;
  /** Where the webhook is: all processes have the same, one after the other. */
  port: number;
  /** Whether there is a webhook, and what it keeps its registrations in. */
  webhook: 'shared store' | 'own store' | 'none';
  /** Of the process before; without one, there is none. */
  token?: ResumeToken;
}

/** What such a process reports. */
export type HandOverResult =
  | { token: ResumeToken }
  | { strategy: Strategy }
  | { id: string; state: string; text: string; warnings: string[] };

const tell = (result: HandOverResult) => report({ result });

/** Hands a task to the agent, or takes one up that another process has handed to it, and waits for its end. */
await runJob<HandOverArguments>(async (store, args) => {
  const { receiver, stop } = await serve(store, args);
  return async () => {
    const client = new A2AClient(args.agent, { binding: args.binding });
    const adaptive = new AdaptiveClient(client, { webhook: receiver });
    const warnings: string[] = [];
    adaptive.on('strategy', ({ strategy }) => tell({ strategy }));
    adaptive.on('warning', ({ code }) => warnings.push(code));
    const handle = args.token
      ? adaptive.resume(args.token)
      : await adaptive.submitTask('Write the report', { timeout: 10_000 });
    if (handle.kind !== 'task-handle') throw new Error('It is a task.');
    tell({ token: handle.serialize() });
    const done = await handle.wait({ timeout: 30_000 });
    await adaptive.close();
    await client.close();
    await stop();
    tell({ id: done.id, state: done.status.state, text: textOf(done), warnings });
  };
});

async function serve(
  shared: WebhookStore,
  { port, webhook }: HandOverArguments,
): Promise<{ receiver: WebhookReceiver | undefined; stop: () => Promise<void> }> {
  if (webhook === 'none') return { receiver: undefined, stop: async () => {} };
  const receiver = createWebhookReceiver({
    url: `http://127.0.0.1:${port}/hook`,
    ...(webhook === 'shared store' && { store: shared }),
  });
  const server = createServer(toNodeHandler(receiver));
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    await receiver.close();
  };
  return { receiver, stop };
}
