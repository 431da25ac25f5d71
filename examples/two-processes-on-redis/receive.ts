// Receives what the agent notifies. It waits for nothing, and knows no agent.
import { createServer } from 'node:http';
import { toNodeHandler } from 'a2a-await/webhook/node';
import { openReceiver, shared } from './shared.js';

const given = shared();
const { receiver } = await openReceiver(given);
createServer(toNodeHandler(receiver)).listen(given.port, '127.0.0.1', () => process.send?.('listening'));
