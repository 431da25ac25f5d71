import { demand, functionOption } from '../errors/options.js';
import type { WebhookReceiver } from '../webhook/receiver.js';
import type { Strategy } from './events.js';

export interface AdaptiveOptions {
  /** Takes the notifications of agents whose servers send them: `createWebhookReceiver` of `a2a-await/webhook`. */
  webhook?: WebhookReceiver | undefined;
  /**
   * Which ways may be used, best first. A task is always polled besides, seldom while another way brings the news.
   *
   * @default ['push', 'stream', 'poll']
   */
  strategies?: readonly Strategy[] | undefined;
}

/** @throws TypeError that names the option */
export function checkAdaptiveOptions({ webhook, strategies }: AdaptiveOptions): readonly Strategy[] {
  const known: readonly Strategy[] = ['push', 'stream', 'poll'];
  const given = strategies ?? known;
  demand(Array.isArray(given), 'strategies', 'a list', given);
  for (const each of given) demand(known.includes(each), 'strategies[]', `one of ${known.join(', ')}`, each);
  if (webhook) functionOption('webhook.register', webhook.register);
  return webhook ? given : given.filter(each => each !== 'push');
}
