import { A2AClient, isTask, textOf } from 'a2a-await';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { expect, it } from 'vitest';
import { until } from '../../support/settling.js';
import { inbox, urlOf } from '../suite/agents.js';

// The agent's server notifies a desk, as not every runtime can listen; from there each is handed to the receiver as it
// came.

it('what an agent sent is verified, and ends the wait', async () => {
  await using client = new A2AClient(urlOf('notifying'));
  const receiver = createWebhookReceiver({ url: `${urlOf('desk')}/hook` });
  const registration = await receiver.register();
  const pushNotification = registration.toConfig();
  const sent = await client.sendMessage('page 1', { returnImmediately: true, pushNotification });
  if (!isTask(sent)) throw new Error('The agent answered directly.');
  await registration.bind(sent.id);
  const waiting = receiver.wait(registration, { timeout: 10_000 });
  const { pathname } = new URL(registration.url);
  const mine = async () => (await inbox()).filter(({ path }) => path === pathname);
  await until(async () => (await mine()).some(({ body }) => /completed/i.test(body)));

  const [first, ...others] = await mine();
  if (!first) throw new Error('Nothing came.');
  const hand = async (headers: Record<string, string>, body: string) => {
    const { 'content-type': type = '', 'x-a2a-notification-token': token = '', authorization = '' } = headers;
    const given = {
      'content-type': type,
      'x-a2a-notification-token': token,
      ...(authorization && { authorization }),
    };
    return (await receiver.handle(new Request(registration.url, { method: 'POST', headers: given, body })))
      .status;
  };
  // A wrong token first: whoever knows the url alone is not let in.
  expect(await hand({ ...first.headers, 'x-a2a-notification-token': 'wrong' }, first.body)).toBe(401);
  expect(await hand(first.headers, first.body)).toBe(204);
  for (const { headers, body } of others) expect(await hand(headers, body)).toBe(204);
  expect(textOf(await waiting)).toBe('Printed: page 1');
  await receiver.close();
});
