import { createWebhookReceiver } from 'a2a-await/webhook';
import { type ReceiverArguments, receiverOptions } from '../shared-receiver.js';
import { report, runJob } from './job.js';

/** Waits for every task, without ever being asked by a server itself, and reports how each wait was settled. */
await runJob<ReceiverArguments & { tasks: string[] }>(async (store, args) => {
  const receiver = createWebhookReceiver({ ...receiverOptions(args), store });
  return async () => {
    const settled: Record<string, string[]> = {};
    const settle = (id: string, how: string) => {
      settled[id] = [...(settled[id] ?? []), how];
    };
    const waits = args.tasks.map(id =>
      receiver.wait(id, { timeout: 90_000 }).then(
        task => settle(id, `${task.id} ${task.status.state}`),
        error => settle(id, String(error)),
      ),
    );
    report({ done: waits.length });
    await Promise.all(waits);
    report({ result: settled });
    await receiver.close();
  };
});
