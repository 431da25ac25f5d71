import type { RunOptions, SendMessageOptions } from '../client/call-options.js';
import { A2AClient } from '../client/client.js';
import type { A2AClientOptions, RequestOptions } from '../client/options.js';
import { A2AError } from '../errors/base.js';
import { demand, durationOption } from '../errors/options.js';
import { PushNotificationNotSupportedError } from '../errors/rpc.js';
import { type ResumeToken, WaitTimeoutError } from '../errors/wait.js';
import type { Message, MessageInput } from '../model/message.js';
import { isMessage, isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { Listeners } from '../time/listeners.js';
import { OpenSteps } from '../time/open-steps.js';
import { never, timedOut, within } from '../time/within.js';
import { checkWaitOptions } from '../wait/options.js';
import { type Hunt, Pursuit } from '../wait/pursuit.js';
import { Pursuits } from '../wait/pursuits.js';
import { TaskHandle } from '../wait/task-handle.js';
import type { WebhookReceiver } from '../webhook/receiver.js';
import type { Registration } from '../webhook/registrations.js';
import { attend } from './attend.js';
import type { AdaptiveEvents, Strategy, Tell } from './events.js';
import { type AdaptiveOptions, checkAdaptiveOptions } from './options.js';
import { askSupport, type PushSupport, type PushVerdict } from './push-support.js';
import { streamChannel } from './stream-channel.js';
import { bindingLag, inTime, lingering, revoke, type TaskWebhook, taskWebhook } from './task-webhook.js';

/**
 * Hands work to an agent and gets the result by the fastest way its server has: push notifications, a stream of
 * events, or asking. Asking goes on underneath, so that no end is missed, whatever gets lost.
 *
 * @example
 * await using adaptive = new AdaptiveClient('https://agent.example', { webhook: receiver });
 * const done = await adaptive.run('Write the report', { timeout: 600_000 });
 */
export class AdaptiveClient implements AsyncDisposable {
  readonly #client: A2AClient;
  readonly #own: A2AClient | undefined;
  readonly #webhook: WebhookReceiver | undefined;
  readonly #strategies: readonly Strategy[];
  readonly #listeners = new Listeners<AdaptiveEvents>(
    ['submitted', 'strategy', 'update', 'notification', 'retry', 'settled', 'warning'],
    (cause, name) => {
      if (name !== 'warning') this.#warn(undefined, 'listener-failed', `A ${name} listener threw.`, cause);
    },
  );
  readonly #open = new OpenSteps();
  readonly #polled: Pursuits;
  /** What brings news, and what goes on after a wait is over. */
  readonly #later = new Set<Promise<unknown>>();
  readonly #verdict: PushVerdict = { support: 'unknown' };
  readonly #tell: Tell = (name, event) => void this.#listeners.tell(name, event);
  readonly #finally = <R>(work: Promise<R>) => {
    const end = () => this.#later.delete(done);
    const done: Promise<unknown> = work.then(end, end);
    this.#later.add(done);
    return work;
  };

  /** @throws TypeError that names the option */
  constructor(client: A2AClient, options?: AdaptiveOptions);
  constructor(url: string | URL, options?: AdaptiveOptions & A2AClientOptions);
  constructor(clientOrUrl: A2AClient | string | URL, options: AdaptiveOptions & A2AClientOptions = {}) {
    this.#strategies = checkAdaptiveOptions(options);
    this.#webhook = this.#strategies.includes('push') ? options.webhook : undefined;
    // By what it has: a bundle may have a copy of the class of its own.
    const isClient = 'waitForCompletion' in Object(clientOrUrl);
    this.#own = isClient ? undefined : new A2AClient(clientOrUrl as string, options);
    this.#client = this.#own ?? (clientOrUrl as A2AClient);
    this.#polled = new Pursuits(this.#client.inside().sweep);
  }

  /** Calls a listener from now on. What it throws is a `warning`, and touches nothing else. */
  on<Name extends keyof AdaptiveEvents>(
    name: Name,
    listener: (event: AdaptiveEvents[Name]) => unknown,
  ): void {
    this.#listeners.add(name, listener, false);
  }

  once<Name extends keyof AdaptiveEvents>(
    name: Name,
    listener: (event: AdaptiveEvents[Name]) => unknown,
  ): void {
    this.#listeners.add(name, listener, true);
  }

  off<Name extends keyof AdaptiveEvents>(
    name: Name,
    listener: (event: AdaptiveEvents[Name]) => unknown,
  ): void {
    this.#listeners.delete(name, listener);
  }

  /**
   * Whether the agent's server notifies webhooks: by its card, and where that promises it or is silent by a question
   * about a task that does not exist. Nothing is left behind on the server.
   *
   * @returns `unknown` where nothing can be concluded, such as after a 401 or a failure; asked anew the next time
   * @throws {AbortedError}
   * @example if ((await adaptive.checkPushSupport()) === 'no') console.log('It will be polled.');
   */
  async checkPushSupport(options: RequestOptions = {}): Promise<PushSupport> {
    return askSupport(this.#verdict, this.#client, options);
  }

  /**
   * Hands the agent a message, and gives the task it becomes. Where the server notifies, it is told of a webhook with
   * the message.
   *
   * @returns a handle, or the agent's direct answer
   * @throws as `client.sendMessage`
   * @example const handle = await adaptive.submitTask('Write the report');
   */
  async submitTask(
    message: MessageInput,
    options: Omit<SendMessageOptions, 'returnImmediately'> = {},
  ): Promise<TaskHandle | Message> {
    // Whoever closes ends it, and waits for what is then taken back.
    const submit = (signal: AbortSignal) => this.#finally(this.#submit(message, { ...options, signal }));
    return within(Infinity, options.signal, submit, this.#open) as Promise<TaskHandle | Message>;
  }

  async #submit(
    message: MessageInput,
    options: SendMessageOptions & { signal: AbortSignal },
  ): Promise<TaskHandle | Message> {
    const { signal } = options;
    const registration = await this.#register(options);
    const pushNotification = registration?.toConfig() ?? options.pushNotification;
    const startedAt = Date.now();
    let sent: Task | Message | undefined;
    try {
      const send = (stop: AbortSignal) =>
        this.#client.sendMessage(message, {
          ...options,
          signal: stop,
          pushNotification,
          returnImmediately: true,
          onAttempt: () => signal.throwIfAborted(),
        });
      // Of a task that nobody knows, the server could not be told to notify no more.
      sent = await (registration ? lingering(signal, send) : send(signal));
    } catch (error) {
      if (!registration || !(error instanceof PushNotificationNotSupportedError)) throw error;
      // It was refused for what it was to do besides: nobody has taken the message.
      this.#verdict.support = 'no';
      return this.#submit(message, options);
    } finally {
      // There is no task to tell of.
      if (registration && !isTask(sent)) this.#finally(revoke(registration));
    }
    if (isMessage(sent)) return sent;
    const { handle, webhook } = this.#pursue(
      { version: 1, taskId: sent.id, startedAt },
      options,
      sent,
      registration,
    );
    if (signal.aborted) webhook?.callOff();
    // So that another process finds it there; but a store that hangs holds up nobody.
    await within(bindingLag, signal, () => webhook?.bound).catch(() => {});
    return handle;
  }

  /**
   * Hands the agent a message and waits for the end of what it starts.
   *
   * @returns the completed task, or the agent's direct answer
   * @throws as `client.run`
   * @example console.log(textOf(await adaptive.run('Write a haiku')));
   */
  async run(message: MessageInput, options: RunOptions = {}): Promise<Task | Message> {
    const { timeout, requestTimeout } = checkWaitOptions(this.#client, 'run', options);
    const begun = now();
    // Some servers block although asked not to; and a webhook's task is still wanted known when the time is up.
    const patience = options.requestTimeout ?? Math.max(timeout, requestTimeout);
    const submit = (signal: AbortSignal) =>
      this.submitTask(message, { ...options, signal, timeout: patience });
    const handle = await within(timeout, options.signal, submit, this.#open);
    const waited = now() - begun;
    if (handle === timedOut) {
      throw new WaitTimeoutError('The message was not answered', { waited, observed: {} });
    }
    return isMessage(handle) ? handle : handle.wait({ ...options, timeout: Math.max(0, timeout - waited) });
  }

  /**
   * Takes a task up again that another process, or an earlier run of this one, waited for.
   *
   * @param token of `handle.serialize()`, or of a `WaitTimeoutError`
   * @throws TypeError if it is none, or about an agent on another origin
   * @example const done = await adaptive.resume(JSON.parse(saved)).wait();
   */
  resume(token: ResumeToken): TaskHandle {
    demand(token?.version === 1 && !!token.taskId, 'token', 'of version 1', token?.version);
    durationOption('token.startedAt', token.startedAt, 0);
    return this.#pursue(token).handle;
  }

  /** Ends every wait, and resolves when the agent's server notifies no more. A client that was given stays open. */
  async close(): Promise<void> {
    this.#open.close(new A2AError('The client was closed.', { code: 'closed' }));
    while (this.#later.size > 0) await Promise.all(this.#later);
    await this.#own?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Where the agent may notify, if it can. */
  async #register(options: SendMessageOptions): Promise<Registration | undefined> {
    const webhook = this.#webhook;
    const { signal, timeout, pushNotification } = options;
    if (!webhook || pushNotification) return undefined;
    if ((await this.checkPushSupport({ signal, timeout })) !== 'yes') return undefined;
    const made = webhook.register();
    return inTime(() => made).catch(cause => {
      // It may still come.
      made.then(revoke).catch(() => {});
      this.#warn(undefined, 'webhook-failed', 'No registration.', cause);
      return undefined;
    });
  }

  /** @param headers of the application for this task, as for its message; lists are asked for without them */
  #pursue(
    token: ResumeToken,
    { headers, historyLength }: Pick<SendMessageOptions, 'headers' | 'historyLength'> = {},
    task?: Task,
    registration?: Registration,
  ): { handle: TaskHandle; webhook: TaskWebhook | undefined } {
    const shared = this.#client.inside({ headers, historyLength });
    const { origin } = new URL(shared.endpoint);
    const { taskId, startedAt, endpoint = origin } = token;
    demand(new URL(endpoint).origin === origin, 'token.endpoint', `on ${origin}`, endpoint);
    let isSettled = false;
    const settle = () => {
      if (isSettled || !pursuit.task || !pursuit.isOver) return;
      isSettled = true;
      webhook?.callOff();
      this.#tell('settled', { taskId, task: pursuit.task });
    };
    const hunt: Hunt = {
      ...shared,
      open: this.#open,
      attend: (_, signal) => {
        if (this.#open.closed) return;
        const stream = streamChannel(this.#client, shared, pursuit, origin, headers);
        const channels = { push: webhook?.listen, stream };
        const poll = (stop: AbortSignal) => {
          if (!headers) this.#polled.add(pursuit, stop);
          return never();
        };
        const work = attend(pursuit, signal, this.#strategies, channels, poll, this.#verdict, this.#tell);
        this.#finally(work.finally(webhook?.callOff));
      },
      onListenerError: cause => this.#warn(undefined, 'listener-failed', 'onUpdate threw.', cause),
      onNews: event => {
        this.#tell('update', { taskId, event });
        settle();
      },
      onFailure: error => {
        if (!pursuit.isOver && !this.#open.closed) this.#tell('retry', { taskId, error });
      },
      onSecondEnd: ({ status }) =>
        this.#warn(taskId, 'second-end', `It was ${pursuit.task?.status.state}, then ${status.state}.`),
    };
    const pursuit = new Pursuit(hunt, taskId, task, startedAt);
    const receiver = this.#webhook;
    const place = receiver && {
      client: this.#client,
      receiver,
      open: this.#open,
      verdict: this.#verdict,
      tell: this.#tell,
      later: this.#finally,
    };
    const webhook = place && taskWebhook(place, pursuit, registration);
    if (webhook) pursuit.webhook ??= token.webhook;
    if (task) this.#tell('submitted', { taskId, task });
    settle();
    return { handle: new TaskHandle(pursuit, hunt), webhook };
  }

  #warn(
    taskId: string | undefined,
    code: AdaptiveEvents['warning']['code'],
    message: string,
    cause?: unknown,
  ): void {
    this.#tell('warning', { taskId, code, message, cause });
  }
}
