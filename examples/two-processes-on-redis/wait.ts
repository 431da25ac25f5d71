// Hands the work over and waits. It has no server: nobody could notify it.
import { AdaptiveClient, textOf } from 'a2a-await';
import { openReceiver, shared } from './shared.js';

const given = shared();
const { client, store, receiver } = await openReceiver(given);
const adaptive = new AdaptiveClient(given.agentUrl, { webhook: receiver });
adaptive.on('strategy', ({ strategy }) => process.send?.(strategy));
adaptive.on('notification', () => process.send?.('notified'));
const done = await adaptive.run('olives', { timeout: 20_000 });
process.send?.(textOf(done));
await adaptive.close();
await receiver.close();
await store.close();
client.destroy();
process.disconnect?.();
