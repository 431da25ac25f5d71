import type { A2AClient } from '../client/client.js';
import { RpcError } from '../errors/rpc.js';
import type { WaitTimeoutError } from '../errors/wait.js';
import { isTerminal } from '../model/state.js';
import type { Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { never, within } from '../time/within.js';
import type { Pursuit } from '../wait/pursuit.js';
import type { WebhookReceiver } from '../webhook/receiver.js';
import type { Registration } from '../webhook/registrations.js';
import type { Channel } from './channel.js';

/** How long a notification may come after the end was known without it, ms. */
const lateness = 2_000;
/** Between two questions, unless it is about an end, ms. */
const leastPause = 500;
/** For each request that tidies up, ms. */
const patience = 5_000;

export interface PushPlace {
  client: A2AClient;
  receiver: WebhookReceiver;
  /** What the agent was told of with the message. */
  registration?: Registration | undefined;
  onNotification: (pursuit: Pursuit) => void;
  /** The task ended, and no notification of it came. */
  onLoss: (pursuit: Pursuit) => void;
  /** For what goes on when nobody waits any more. */
  later: (work: Promise<unknown>) => void;
}

/** News by push notifications: they say when to ask, and are not believed. */
export function pushChannel(place: PushPlace): Channel {
  const { client, receiver, onNotification, later } = place;
  return async (pursuit, signal, hear) => {
    const { taskId } = pursuit;
    // Another wait may have a webhook of its own meanwhile.
    let { webhook } = pursuit;
    let { registration } = place;
    const isResumed = !!webhook && !registration;
    let isHeard = false;
    let openedAt = Infinity;
    try {
      if (!registration && !(await isInPlace(place, pursuit, signal))) {
        await forget(place, pursuit, webhook, undefined, true);
        webhook = undefined;
      }
      if (!webhook || registration) {
        registration ??= await receiver.register();
        const { id } = registration;
        webhook = { registrationId: id, configId: id };
        pursuit.webhook = webhook;
        // Whoever waited for it before, in another process, has another one.
        await registration.bind(taskId, { takeOver: isResumed });
        // Again, if it came with the message: not every server looks there, nor says so.
        const stored = await client.pushNotifications.set(taskId, registration.toConfig(), { signal });
        if (stored.id) webhook.configId = stored.id;
      }
      const target = { id: webhook.registrationId };
      openedAt = now();
      hear();
      let since: Task | undefined;
      const onUpdate = (told: Task) => {
        isHeard = true;
        hear();
        onNotification(pursuit);
        // An end is asked for at once; whoever notifies often does not make us ask as often.
        pursuit.ask(signal, isTerminal(told) ? 0 : leastPause).catch(() => {});
      };
      for (let lag = 250; ; ) {
        since = await receiver.wait(target, {
          signal,
          timeout: Infinity,
          throwOnFailure: false,
          onUpdate,
          since,
        });
        await pursuit.ask(signal, isTerminal(since) ? 0 : leastPause).catch(() => {});
        if (pursuit.isOver) return;
        if (!isTerminal(since)) continue;
        // Its server tells of an end that it does not know yet.
        await within(lag, signal, never);
        lag = Math.min(2 * lag, 30_000);
      }
    } finally {
      // An end that was known so soon may have come before the server knew whom to notify.
      later(forget(place, pursuit, webhook, registration, isHeard || now() - openedAt < lateness));
    }
  };
}

/** Whether both sides know of what was registered before, perhaps by another process with another store. */
async function isInPlace(
  { client, receiver }: PushPlace,
  { taskId, webhook }: Pursuit,
  signal: AbortSignal,
): Promise<boolean> {
  if (!webhook) return false;
  const { registrationId: id, configId } = webhook;
  const isKnown = await receiver
    .wait({ id }, { timeout: 0, throwOnFailure: false })
    // It says which task it waited for, if it knows.
    .catch((error: Partial<WaitTimeoutError>) => error.token);
  const stays = (error: unknown) => !(error instanceof RpcError);
  return !!isKnown && !!(await client.pushNotifications.get(taskId, configId, { signal }).catch(stays));
}

/** Has the server notify no more. What is not there any more does not matter. */
export async function forget(
  { client, receiver, onLoss }: PushPlace,
  pursuit: Pursuit,
  webhook: Pursuit['webhook'],
  registration: Registration | undefined,
  isHeard: boolean,
): Promise<void> {
  const { taskId } = pursuit;
  if (!webhook) return;
  if (pursuit.webhook === webhook) pursuit.webhook = undefined;
  if (pursuit.isOver && !isHeard) {
    const late = receiver.wait({ id: webhook.registrationId }, { timeout: lateness, throwOnFailure: false });
    await late.catch(() => onLoss(pursuit));
  }
  await client.pushNotifications.delete(taskId, webhook.configId, { timeout: patience }).catch(() => {});
  await registration?.revoke().catch(() => {});
}
