import { A2AClient, textOf } from 'a2a-await';
import { artifact, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { describe, expect, it } from 'vitest';
import { agents, quick, serverOf } from '../support/agents.js';

describe.each(agents)('on $title, over a real socket', kind => {
  it('the recipe needs nothing but the url', async () => {
    await using listening = await listen(
      serverOf(kind, {
        async *agent(turn) {
          yield working();
          await turn.sleep(20);
          yield artifact(`You said: ${turn.text}`);
        },
      }),
    );
    const client = new A2AClient(listening.url);
    const sent = await client.sendMessage('hello', { returnImmediately: true });
    expect(textOf(await client.waitForCompletion(sent, { schedule: quick }))).toBe('You said: hello');
  });
});
