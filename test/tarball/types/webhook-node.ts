import { createServer } from 'node:http';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';

export const server = createServer(toNodeHandler(createWebhookReceiver({ url: 'https://app.example/a2a' })));

// @ts-expect-error: no receiver
toNodeHandler({});
