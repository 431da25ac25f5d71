/// <reference lib="esnext.disposable" preserve="true" />
import { A2AError } from '../errors/base.js';
import type { Task } from '../model/task.js';
import { Listeners } from '../time/listeners.js';
import { OpenSteps } from '../time/open-steps.js';
import type { WebhookEvents } from './events.js';
import { Inbox } from './inbox.js';
import { checkReceiverOptions, type WebhookReceiverOptions } from './options.js';
import { answer, type HandleContext, Reception } from './reception.js';
import { type RegisterOptions, type Registration, Registrations } from './registrations.js';
import { type NotificationWaitOptions, waitForNotification } from './wait.js';

/** Takes what A2A servers send to webhooks. */
export interface WebhookReceiver extends AsyncDisposable {
  /**
   * Answers a request; never rejects. 204 says that the notification is kept. The url's host, its query and what came
   * before the last segment of its path do not matter, so proxies and mounts may change them.
   *
   * @example export default { fetch: (request, env, context) => receiver.handle(request, context) }; // a worker
   */
  handle(request: Request, context?: HandleContext): Promise<Response>;
  /**
   * Makes a url with secrets of its own, for one agent.
   *
   * @throws TypeError for an option that cannot be right; whatever the store throws (rejects)
   */
  register(options?: RegisterOptions): Promise<Registration>;
  /**
   * Waits until notifications say that a task has stopped, also those that came before, and those that another process
   * with the same store receives. Give a `source`, such as an `A2AClient`: then the task is asked for itself before it is
   * believed to have stopped, and now and then in case a notification gets lost. Without one, a task that was told in more
   * than `limits.bodyBytes` in all lacks what was told before that; listeners of `reconcile` are told `'too-large'`.
   *
   * @param target a registration for one task; or a task that a registration is bound to, or its id; or, at a shared url,
   * any task
   * @throws {TaskFailedError} (rejects; also Canceled, Rejected, Interrupted) with the task; `throwOnFailure: false`
   * resolves instead
   * @throws {WaitTimeoutError}, {AbortedError} (rejects)
   * @throws {A2AError} (rejects) with the code `'registration-gone'`, where nothing can be notified any more
   * @throws {TypeError} (rejects) an option cannot be right
   * @example const task = await receiver.wait(registration, { source: client, timeout: 600_000 })
   */
  wait(target: string | Task | Pick<Registration, 'id'>, options?: NotificationWaitOptions): Promise<Task>;
  /** Calls a listener from now on. What it throws goes to the listeners of `failure`, and touches nothing else. */
  on<Name extends keyof WebhookEvents>(name: Name, listener: (event: WebhookEvents[Name]) => unknown): void;
  once<Name extends keyof WebhookEvents>(name: Name, listener: (event: WebhookEvents[Name]) => unknown): void;
  off<Name extends keyof WebhookEvents>(name: Name, listener: (event: WebhookEvents[Name]) => unknown): void;
  /**
   * Ends every wait with an `AbortedError`; requests are answered with 503 from now on. A store that was given stays
   * open.
   */
  close(): Promise<void>;
}

/**
 * Receives push notifications of A2A servers, verifies them, and hands them to whoever waits: a fetch handler for Node
 * (`a2a-await/webhook/node`), workers, Bun, Deno, service workers and browsers.
 *
 * @throws TypeError for an option that cannot be right
 * @example
 * const receiver = createWebhookReceiver({ url: 'https://app.example/a2a' });
 * const registration = await receiver.register();
 * const pushNotification = registration.toConfig();
 * const sent = await client.sendMessage('Write the report', { returnImmediately: true, pushNotification });
 * if (isTask(sent)) await registration.bind(sent.id);
 * const done = await receiver.wait(registration, { source: client });
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const settings = checkReceiverOptions(options);
  const { store } = settings;
  const names = ['notification', 'reconcile', 'refused', 'failure'] as const;
  const listeners: Listeners<WebhookEvents> = new Listeners(names, (error, name) => {
    if (name !== 'failure') void listeners.tell('failure', { error, during: 'listener' });
  });
  const registrations = new Registrations(store, settings.base);
  const inbox = new Inbox(store, settings.limits.bodyBytes);
  const open = new OpenSteps();
  if (options.onNotification) listeners.add('notification', options.onNotification, false);
  const reception = new Reception(settings, registrations, inbox, listeners);
  const place = { store, registrations, inbox, open, hasShared: !!settings.shared, reception };

  async function close(): Promise<void> {
    if (open.closed) return;
    open.close(new A2AError('The webhook receiver is closed.', { code: 'closed' }));
    if (!options.store) await store.close();
  }

  return {
    handle: async (request, context = {}) =>
      open.closed ? answer(503, 5_000) : reception.answer(request, context),
    register: async (given = {}) => {
      if (open.closed) throw open.closed;
      return registrations.add(given);
    },
    wait: async (target, given = {}) => waitForNotification(place, target, given),
    on: (name, listener) => listeners.add(name, listener, false),
    once: (name, listener) => listeners.add(name, listener, true),
    off: (name, listener) => listeners.delete(name, listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}
