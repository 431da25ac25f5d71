import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import { type ReceiverArguments, receiverOptions } from '../shared-receiver.js';
import { report, runJob } from './job.js';

/** Serves the receiver on a port of its own until it is killed, or told to end. */
await runJob<ReceiverArguments>(async (store, args) => {
  const receiver = createWebhookReceiver({ ...receiverOptions(args), store });
  const server = createServer(toNodeHandler(receiver));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  report({ result: (server.address() as AddressInfo).port });
  return async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    await receiver.close();
  };
});
