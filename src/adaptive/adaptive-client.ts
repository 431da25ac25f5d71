import type { RunOptions, SendMessageOptions } from '../client/call-options.js';
import { A2AClient } from '../client/client.js';
import type { A2AClientOptions, RequestOptions } from '../client/options.js';
import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import { demand, durationOption } from '../errors/options.js';
import { PushNotificationNotSupportedError, RpcError } from '../errors/rpc.js';
import { type ResumeToken, WaitTimeoutError } from '../errors/wait.js';
import { randomId } from '../model/id.js';
import type { Message, MessageInput } from '../model/message.js';
import { isMessage, isTask, type Task } from '../model/task.js';
import { now } from '../time/clock.js';
import { Listeners } from '../time/listeners.js';
import { OpenSteps } from '../time/open-steps.js';
import { never, timedOut, within } from '../time/within.js';
import { checkWaitOptions } from '../wait/options.js';
import { type Hunt, Pursuit } from '../wait/pursuit.js';
import { TaskHandle } from '../wait/task-handle.js';
import type { WebhookReceiver } from '../webhook/receiver.js';
import type { Registration } from '../webhook/registrations.js';
import type { Channel } from './channel.js';
import type { AdaptiveEvents, Strategy } from './events.js';
import { type AdaptiveOptions, checkAdaptiveOptions } from './options.js';
import { wakeWithPage } from './page.js';
import { forget, type PushPlace, pushChannel } from './push-channel.js';
import { type PushSupport, readAnswer, readPromise } from './push-support.js';
import { mostStreams, streamChannel } from './stream-channel.js';

/** How long a way that failed is left alone, ms. */
const rest = 60_000;
/** How much later than by asking something may be told, ms. */
const lateness = 2_000;

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
  #streams = 0;
  readonly #settled = new WeakSet<Pursuit>();
  /** What brings news, and what goes on after a wait is over. */
  readonly #later = new Set<Promise<unknown>>();
  /** What was registered for a task that nobody waits for yet. */
  readonly #idle = new Map<Pursuit, Registration>();
  #support: PushSupport = 'unknown';

  /** @throws TypeError that names the option */
  constructor(client: A2AClient, options?: AdaptiveOptions);
  constructor(url: string | URL, options?: AdaptiveOptions & A2AClientOptions);
  constructor(clientOrUrl: A2AClient | string | URL, options: AdaptiveOptions & A2AClientOptions = {}) {
    this.#strategies = checkAdaptiveOptions(options);
    this.#webhook = options.webhook;
    this.#own = clientOrUrl instanceof A2AClient ? undefined : new A2AClient(clientOrUrl, options);
    this.#client = this.#own ?? (clientOrUrl as A2AClient);
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
    if (this.#support !== 'unknown') return this.#support;
    const ask = async (): Promise<PushSupport> => {
      const { card } = await this.#client.connect(options);
      const promised = readPromise(card);
      if (!promised) await this.#client.pushNotifications.list(randomId(), options);
      return promised ?? 'yes';
    };
    this.#support = await ask().catch(error => {
      if (error instanceof AbortedError) throw error;
      return readAnswer(error);
    });
    return this.#support;
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
    if (this.#open.closed) throw this.#open.closed;
    const registration = await this.#register(options);
    const startedAt = Date.now();
    const send = { messageId: randomId(), ...options, returnImmediately: true };
    let sent: Task | Message | undefined;
    try {
      sent = await this.#send(message, send, registration);
      if (isMessage(sent)) return sent;
    } finally {
      // There is no task to tell of.
      if (registration && !isTask(sent)) this.#finally(registration.revoke());
    }
    const hunt = this.#hunt();
    const pursuit = new Pursuit(hunt, sent.id, sent, startedAt);
    if (registration) {
      // Before another process asks for it; if it fails, it is tried again.
      await registration.bind(sent.id).catch(() => {});
      pursuit.webhook = { registrationId: registration.id, configId: registration.id };
      this.#idle.set(pursuit, registration);
    }
    this.#tell('submitted', { taskId: sent.id, task: sent });
    if (pursuit.isOver || this.#open.closed) this.#settle(pursuit);
    return new TaskHandle(pursuit, hunt);
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
    const submit = (signal: AbortSignal) =>
      this.submitTask(message, { ...options, signal, timeout: Math.min(timeout, requestTimeout) });
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
    const hunt = this.#hunt();
    demand(token?.version === 1 && !!token.taskId, 'token', 'of version 1', token?.version);
    const { taskId, endpoint = hunt.endpoint, webhook } = token;
    const { origin } = new URL(hunt.endpoint);
    demand(new URL(endpoint).origin === origin, 'token.endpoint', `on ${origin}`, endpoint);
    const startedAt = durationOption('token.startedAt', token.startedAt, 0);
    const pursuit = new Pursuit(hunt, taskId, undefined, startedAt);
    pursuit.webhook = this.#strategies.includes('push') ? webhook : undefined;
    return new TaskHandle(pursuit, hunt);
  }

  /** Ends every wait, and resolves when the agent's server notifies no more. A client that was given stays open. */
  async close(): Promise<void> {
    this.#open.close(new A2AError('The client was closed.', { code: 'closed' }));
    for (const pursuit of this.#idle.keys()) this.#settle(pursuit);
    while (this.#later.size > 0) await Promise.all(this.#later);
    await this.#own?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Where the agent may notify, if it can. */
  async #register({ signal, timeout }: RequestOptions): Promise<Registration | undefined> {
    if (!this.#webhook || !this.#strategies.includes('push')) return undefined;
    if ((await this.checkPushSupport({ signal, timeout })) !== 'yes') return undefined;
    return this.#webhook.register().catch(cause => {
      this.#warn(undefined, 'webhook-failed', 'No registration.', cause);
      return undefined;
    });
  }

  async #send(
    message: MessageInput,
    options: SendMessageOptions,
    registration: Registration | undefined,
  ): Promise<Task | Message> {
    const pushNotification = registration?.toConfig();
    try {
      return await this.#client.sendMessage(message, { ...options, pushNotification });
    } catch (error) {
      // It was refused for what it was to do besides: nobody has taken the message.
      if (!registration || !(error instanceof PushNotificationNotSupportedError)) throw error;
      this.#support = 'no';
      return this.#client.sendMessage(message, options);
    }
  }

  #hunt(): Hunt {
    return {
      ...this.#client.inside(),
      open: this.#open,
      attend: (pursuit, signal) => this.#finally(this.#attend(pursuit, signal)),
      onListenerError: cause => this.#warn(undefined, 'listener-failed', 'onUpdate threw.', cause),
      onNews: (event, pursuit) => {
        const { taskId, task } = pursuit;
        this.#tell('update', { taskId, event });
        if (!task || !pursuit.isOver || this.#settled.has(pursuit)) return;
        this.#settled.add(pursuit);
        if (this.#idle.has(pursuit)) this.#settle(pursuit);
        this.#tell('settled', { taskId, task });
      },
      onFailure: (error, { taskId }) => this.#tell('retry', { taskId, error }),
      onSecondEnd: ({ status }, { taskId, task }) =>
        this.#warn(taskId, 'second-end', `It was ${task?.status.state}, then ${status.state}.`),
    };
  }

  /** Opens what brings news, the best way that there is, while somebody waits. */
  async #attend(pursuit: Pursuit, signal: AbortSignal): Promise<void> {
    const { taskId } = pursuit;
    let heardAt = -Infinity;
    let reason = 'no other way';
    let cause: unknown;
    const change = (strategy: Strategy, why: string) => {
      pursuit.live = strategy === 'poll' ? undefined : strategy;
      this.#tell('strategy', { taskId, strategy, reason: why, cause });
      // What happened meanwhile is known to nobody.
      pursuit.wake();
    };
    pursuit.onAhead = () => {
      // What was told just before may be what made us ask.
      const since = now() - lateness;
      const judge = () => {
        if (pursuit.live && heardAt < since) change('poll', 'silent');
      };
      within(lateness, signal, never, this.#open).then(judge, () => {});
    };
    wakeWithPage(pursuit, signal);
    for (let mayPass = true; mayPass && !signal.aborted; ) {
      mayPass = false;
      for (const strategy of this.#strategies) {
        const hear = () => {
          heardAt = now();
          if (!pursuit.live) change(strategy, 'it works');
        };
        const isStream = Number(strategy === 'stream');
        try {
          const channel = this.#channelOf(strategy, pursuit);
          this.#streams += isStream;
          await channel?.(pursuit, signal, hear);
          if (pursuit.isOver) return;
        } catch (error) {
          if (signal.aborted) return;
          cause = error;
          reason = `${strategy}: ${error}`;
          if (error instanceof PushNotificationNotSupportedError) this.#support = 'no';
          if (!(error instanceof RpcError)) mayPass = true;
        } finally {
          this.#streams -= isStream;
          pursuit.live = undefined;
        }
      }
      change('poll', reason);
      if (mayPass) await within(rest, signal, never, this.#open);
    }
  }

  #channelOf(strategy: Strategy, pursuit: Pursuit): Channel | undefined {
    if (strategy === 'poll') return undefined;
    if (strategy === 'stream') return this.#streams < mostStreams ? streamChannel(this.#client) : undefined;
    const place = this.#pushPlace(pursuit);
    // Without a webhook that the agent knows of, only where it may be told of one.
    if (!place || (this.#support === 'no' && !pursuit.webhook)) return undefined;
    return pushChannel(place);
  }

  #pushPlace(pursuit: Pursuit): PushPlace | undefined {
    const registration = this.#idle.get(pursuit);
    this.#idle.delete(pursuit);
    const { taskId } = pursuit;
    return (
      this.#webhook && {
        client: this.#client,
        receiver: this.#webhook,
        registration,
        onNotification: () => this.#tell('notification', { taskId }),
        onLoss: () => {
          this.#support = 'no';
          this.#warn(taskId, 'push-lost', 'No notification came.');
        },
        later: work => this.#finally(work),
      }
    );
  }

  /** Nobody will wait for it. */
  #settle(pursuit: Pursuit): void {
    const place = this.#pushPlace(pursuit);
    if (place) this.#finally(forget(place, pursuit, pursuit.webhook, place.registration, true));
  }

  #finally(work: Promise<unknown>): void {
    const end = () => this.#later.delete(done);
    const done: Promise<unknown> = work.then(end, end);
    this.#later.add(done);
  }

  #warn(
    taskId: string | undefined,
    code: AdaptiveEvents['warning']['code'],
    message: string,
    cause?: unknown,
  ): void {
    this.#tell('warning', { taskId, code, message, cause });
  }

  #tell<Name extends keyof AdaptiveEvents>(name: Name, event: AdaptiveEvents[Name]): void {
    void this.#listeners.tell(name, event);
  }
}
