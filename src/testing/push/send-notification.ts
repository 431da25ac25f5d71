import type { PushNotificationConfig } from '../../model/push-notification.js';
import type { StreamEvent } from '../../model/stream-event.js';
import { type DeliveredNotification, type DeliveryOptions, deliver, readDelivery } from './deliver.js';
import { type NotificationFormat, readFormat } from './format.js';
import { writeNotification } from './notification.js';
import { writeBody } from './shapes.js';

export interface SendNotificationOptions extends NotificationFormat, DeliveryOptions {
  /** @default 3 */
  retries?: number | undefined;
  /** Ends the delivery, and the wait for its next attempt. */
  signal?: AbortSignal | undefined;
}

/**
 * Tells a webhook of one event, as a server would, and tries again if that fails for now: three times, after 1, 2 and
 * 4 s, unless the options say otherwise. Redirects are not followed. For tests and demos.
 *
 * @throws NotificationError if it did not arrive (rejects)
 * @throws TypeError if an option makes no sense, or the shape has no place for such an event (rejects)
 * @example
 * await sendNotification({ url: 'https://app.example/hooks/1', token: 'secret' }, task, { retries: 5 });
 *
 * Source: PraisonAI's guide to push notifications, where it delivers reliably.
 */
export async function sendNotification(
  config: PushNotificationConfig,
  event: StreamEvent,
  options: SendNotificationOptions = {},
): Promise<DeliveredNotification> {
  const format = readFormat(options);
  const delivery = readDelivery(options, 3);
  const body = writeBody(format.shape, event);
  if (!body)
    throw new TypeError(`The shape ${format.shape} cannot tell of an event of the kind ${event.kind}.`);
  return deliver(await writeNotification(config, body, format), delivery, options.signal);
}
