import type { A2AClient } from '../client/client.js';
import { RpcError } from '../errors/rpc.js';
import type { WaitTimeoutError } from '../errors/wait.js';
import { RequestTimeoutError } from '../errors/wire.js';
import { isTerminal } from '../model/state.js';
import type { Task } from '../model/task.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { never, timedOut, within } from '../time/within.js';
import type { Pursuit } from '../wait/pursuit.js';
import type { WebhookReceiver } from '../webhook/receiver.js';
import type { Registration } from '../webhook/registrations.js';
import type { Channel } from './channel.js';
import type { Tell } from './events.js';
import type { PushVerdict } from './push-support.js';

/** How long a notification may come after the end was known without it, ms. */
const lateness = 2_000;
/** Between two questions, unless it is about an end, ms. */
const leastPause = 500;
/** How long whoever submits a task waits for its webhook to be bound to it, ms. */
export const bindingLag = 250;
/** For each step of a store, and each request that sets up or tidies up, ms. */
const patience = 5_000;

type Webhook = NonNullable<Pursuit['webhook']>;

export interface PushPlace {
  client: A2AClient;
  receiver: WebhookReceiver;
  open: OpenSteps;
  verdict: PushVerdict;
  tell: Tell;
  /** For what goes on when nobody waits any more. */
  later: (work: Promise<unknown>) => void;
}

/** What the agent's server is told of one task's webhook, and told to forget again. */
export interface TaskWebhook {
  /** News by push notifications: they say when to ask, and are not believed. */
  listen: Channel;
  /** Has the server notify no more. */
  callOff: () => void;
  /** Resolves when what came with the message is bound to the task, or cannot be. */
  bound: Promise<unknown>;
}

/** Lets a step hang for seconds only. */
export async function inTime<R>(step: (signal: AbortSignal) => R | Promise<R>): Promise<R> {
  const done = await within(patience, undefined, step);
  if (done === timedOut) throw new RequestTimeoutError(`The webhook took ${patience} ms.`, patience);
  return done;
}

/** Lets a step that is under way go on for seconds after the signal has fired: its outcome matters nevertheless. */
export function lingering<R>(signal: AbortSignal, step: (stop: AbortSignal) => Promise<R>): Promise<R> {
  const stop = new AbortController();
  const done = step(stop.signal);
  const bounded = within(Infinity, signal, () => done) as Promise<R>;
  return bounded.catch(() => inTime(() => done)).finally(() => stop.abort());
}

/** Whoever notifies it from now on is told that it is gone. */
export function revoke(registration: Registration | undefined): Promise<void> {
  return inTime(() => registration?.revoke()).catch(() => {});
}

/** @param registration what the agent was told of with the message */
export function taskWebhook(
  { client, receiver, open, verdict, tell, later }: PushPlace,
  pursuit: Pursuit,
  registration: Registration | undefined,
): TaskWebhook {
  const { taskId } = pursuit;
  /** Whether what is bound to the task is this pursuit's, so that it may be replaced. */
  let isOurs = false;
  /** Since when no notification has come though one might have. */
  let silentSince = Infinity;
  /** One thing after the other: what is to be forgotten has been set before, and the next is not mistaken for it. */
  let last: Promise<unknown> = Promise.resolve();

  function next(step: () => Promise<void>): Promise<void> {
    const done = last.then(step);
    last = done.catch(() => {});
    later(done);
    return done;
  }

  async function listen(signal: AbortSignal, hear: () => void): Promise<void> {
    // Without a webhook that the agent knows of, only where it may be told of one.
    if (verdict.support === 'no' && !pursuit.webhook) return;
    const { registrationId: id } = await setUp(signal);
    silentSince = now();
    hear();
    let since: Task | undefined;
    // An end is asked for at once; whoever notifies often does not make us ask as often.
    const ask = (told: Task) => pursuit.ask(signal, isTerminal(told) ? 0 : leastPause).catch(() => {});
    const onUpdate = (told: Task) => {
      // A wait begins with what the one before it ended with.
      if (JSON.stringify(told) === JSON.stringify(since)) return;
      silentSince = Infinity;
      hear();
      verdict.support = 'yes';
      verdict.hasNotified = true;
      tell('notification', { taskId });
      ask(told);
    };
    for (let lag = 250; ; ) {
      const waiting = { signal, timeout: Infinity, throwOnFailure: false, onUpdate, since };
      since = await receiver.wait({ id }, waiting);
      await ask(since);
      if (pursuit.isOver) return;
      if (!isTerminal(since)) continue;
      // Its server tells of an end that it does not know yet.
      await within(lag, signal, never);
      lag = Math.min(2 * lag, 30_000);
    }
  }

  const look = (id: string, timeout: number) => receiver.wait({ id }, { timeout, throwOnFailure: false });
  const adopt = ({ id }: Registration): Webhook => {
    pursuit.webhook = { registrationId: id, configId: id };
    return pursuit.webhook;
  };

  async function setUp(signal: AbortSignal): Promise<Webhook> {
    if (!registration) {
      const { webhook } = pursuit;
      if (webhook && (await isInPlace(webhook, signal))) return webhook;
      await forget();
      registration = await inTime(() => receiver.register());
    }
    await bind(registration);
    signal.throwIfAborted();
    const webhook = adopt(registration);
    const config = registration.toConfig();
    // Again, if it came with the message: not every server looks there, nor says so. Left alone amid this, the server
    // might store it after it was told to forget it.
    const { id } = await inTime(stop => client.pushNotifications.set(taskId, config, { signal: stop }));
    if (id) webhook.configId = id;
    return webhook;
  }

  /** Whoever waited for the task before, in another process or a wait that was left, may have another one. */
  async function bind(made: Registration): Promise<void> {
    await inTime(() => made.bind(taskId, { takeOver: isOurs }));
    isOurs = true;
  }

  /** Whether both sides know of what was registered before, perhaps by another process with another store. */
  async function isInPlace({ registrationId, configId }: Webhook, signal: AbortSignal): Promise<boolean> {
    const boundTo = () =>
      look(registrationId, 0).then(
        ({ id }) => id,
        // It says which task it waited for, if it knows.
        (error: Partial<WaitTimeoutError>) => error.token?.taskId,
      );
    // It may be about to be bound.
    const bound = (await boundTo()) ?? (await within(bindingLag, signal, never).then(boundTo));
    isOurs = bound === taskId;
    const stays = (error: unknown) => !(error instanceof RpcError);
    return isOurs && !!(await client.pushNotifications.get(taskId, configId, { signal }).catch(stays));
  }

  /** What is not there any more does not matter. */
  async function forget(): Promise<void> {
    const { webhook } = pursuit;
    const revocable = registration;
    pursuit.webhook = registration = undefined;
    open.delete(callOff);
    if (webhook) {
      // An end that was known so soon may have come before the server knew whom to notify.
      if (pursuit.isOver && now() - silentSince >= lateness) {
        await look(webhook.registrationId, lateness).catch(({ token, cause }: Partial<WaitTimeoutError>) => {
          // A store that fails says nothing about the server, nor does one loss if it has notified before.
          if (!token || cause) return;
          if (!verdict.hasNotified) verdict.support = 'no';
          tell('warning', { taskId, code: 'push-lost', message: 'No notification came.' });
        });
      }
      silentSince = Infinity;
      await inTime(signal => client.pushNotifications.delete(taskId, webhook.configId, { signal })).catch(
        () => {},
      );
    }
    await revoke(revocable);
  }

  const callOff = () => void next(forget);
  let bound: Promise<unknown> = last;
  if (registration) {
    const given = registration;
    adopt(given);
    // Before another process asks for it; if it fails, it is tried again.
    bound = next(() => bind(given)).catch(() => {});
    if (open.closed) callOff();
    else open.add(callOff);
  }
  return {
    listen: (signal, hear) => next(() => listen(signal, hear)).finally(callOff),
    callOff,
    bound,
  };
}
