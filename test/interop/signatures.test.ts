import { A2AClient } from 'a2a-await';
import { type KeySet, verifyAgentCard } from 'a2a-await/signatures';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peers, type RunningPeer, startPeer, titleOf } from './peers.js';

// Those of the peers that can sign their card.
for (const peer of peers.filter(({ name }) => name === 'js-1.3' || name === 'py-1.1')) {
  describe.skipIf(!peer.installed && !process.env['CI'])(`the card of ${titleOf(peer)}`, () => {
    let running: RunningPeer;
    let keys: KeySet;
    beforeAll(async () => {
      if (!peer.installed) throw new Error(titleOf(peer));
      running = await startPeer(peer.name);
      keys = await (await fetch(`${running.url}/jwks.json`)).json();
    });
    afterAll(() => running?.stop());

    test('verifies as the client gets it, and the client goes on with it', async () => {
      const served = await new A2AClient(running.url).getAgentCard();
      const { card, header, uncovered } = await verifyAgentCard(served, keys);
      expect(header).toMatchObject({ alg: 'ES256', kid: peer.name });
      expect(uncovered).toEqual([]);
      const { name, supportedInterfaces, skills } = served;
      expect(card).toMatchObject({ name, supportedInterfaces, skills });
      await A2AClient.fromCard(card).run('hello');
    });

    test('does not verify with another key, or another url', async () => {
      const client = new A2AClient(running.url);
      const served = await client.getAgentCard();
      const [key] = keys.keys;
      const other = { ...key, x: key?.['y'], y: key?.['x'] } as KeySet['keys'][number];
      await expect(verifyAgentCard(served, other)).rejects.toThrow('not to be trusted');
      const response = await fetch(`${running.url}/.well-known/agent-card.json`);
      const moved = JSON.parse((await response.text()).replaceAll(running.url, 'https://evil.example'));
      await expect(verifyAgentCard(moved, keys)).rejects.toMatchObject({ reason: 'mismatch' });
    });
  });
}
