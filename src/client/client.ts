/// <reference lib="esnext.disposable" preserve="true" />
import { decodeAgentCard } from '../dialects/card.js';
import { decodeSendResult, decodeTask, decodeTaskPage } from '../dialects/decode.js';
import { guessFromCard } from '../dialects/detect.js';
import type { ListTasksQuery } from '../dialects/dialect.js';
import { AbortedError } from '../errors/aborted.js';
import { A2AError } from '../errors/base.js';
import { durationOption, integerOption, textOption } from '../errors/options.js';
import {
  ExtendedAgentCardNotConfiguredError,
  TaskNotCancelableError,
  UnsupportedOperationError,
} from '../errors/rpc.js';
import { WaitTimeoutError } from '../errors/wait.js';
import { ResponseFormatError } from '../errors/wire.js';
import type { AgentCard } from '../model/card.js';
import type { Message, MessageInput } from '../model/message.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isMessage, isTask, type Task, type TaskPage } from '../model/task.js';
import { now } from '../time/clock.js';
import { Turns } from '../time/turns.js';
import { timedOut, within } from '../time/within.js';
import { inTime } from '../transport/in-time.js';
import { isBare, type Settled, type WaitAllOptions } from '../wait/crowd.js';
import { checkWaitOptions, type WaitOptions } from '../wait/options.js';
import { type Hunt, Pursuit } from '../wait/pursuit.js';
import { Pursuits } from '../wait/pursuits.js';
import type { TaskSource } from '../wait/source.js';
import { Sweep } from '../wait/sweep.js';
import { TaskHandle } from '../wait/task-handle.js';
import type { WaitStart } from '../wait/wait.js';
import { waitAll } from '../wait/wait-all.js';
import type {
  GetTaskOptions,
  RunOptions,
  SendMessageOptions,
  StreamOptions,
  SubscribeOptions,
} from './call-options.js';
import { type Bounds, type Call, Caller } from './caller.js';
import { resolveEndpoint } from './card-url.js';
import { composeMessage } from './compose.js';
import { lacking } from './lacking.js';
import { type Connection, connectionOf } from './link.js';
import { checkListQuery, filterPage, pages } from './list.js';
import { type A2AClientOptions, checkClientOptions, type RequestOptions, type Settings } from './options.js';
import { type PushNotifications, pushConfig, pushNotifications, secretsIn } from './push.js';
import type { Results } from './results.js';
import { streamOf } from './stream.js';

/**
 * Talks to one A2A agent, whichever version of the protocol it speaks, and waits for what it does.
 *
 * Every method takes an `AbortSignal` and settles at once when it fires, retries what may safely be retried, and
 * rejects with an `A2AError` whose class says what went wrong; an impossible argument is a `TypeError`.
 *
 * @example
 * const client = new A2AClient('https://agent.example');
 * const sent = await client.sendMessage('Write the report', { returnImmediately: true });
 * const done = await client.waitForCompletion(sent, { timeout: 60_000 });
 * console.log(textOf(done));
 */
export class A2AClient {
  readonly #settings: Settings;
  readonly #caller: Caller;
  readonly #hunt: Hunt & { sweep: Sweep };
  readonly #pursuits: Pursuits;
  readonly #cancels = new Set<Promise<unknown>>();
  /** Where the agent tells what becomes of its tasks. */
  readonly pushNotifications: PushNotifications;

  /**
   * @param url the agent's base url, the url of its card, or of its endpoint
   * @throws TypeError that names the option
   */
  constructor(url: string | URL, options?: A2AClientOptions);
  /** @internal */
  constructor(url: string | URL, options: A2AClientOptions, card: AgentCard);
  constructor(url: string | URL, options: A2AClientOptions = {}, card?: AgentCard) {
    this.#settings = checkClientOptions(url, options);
    this.#caller = new Caller(this.#settings, card);
    const { base, endpoint, http, onWarning } = this.#settings;
    const { origin, pathname } = endpoint ?? base;
    const sweep = new Sweep(
      (query, { signal }) => this.#list(query, { signal, timeout: Infinity }, 'poll'),
      http.open,
    );
    this.#pursuits = new Pursuits(sweep);
    this.#hunt = {
      source: this.#source(),
      endpoint: origin + pathname,
      open: http.open,
      turns: new Turns(),
      sweep,
      attend: (pursuit, signal) => this.#pursuits.add(pursuit, signal),
      onListenerError: cause => onWarning({ code: 'listener-failed', message: 'onUpdate threw.', cause }),
    };
    this.pushNotifications = pushNotifications((operation, query, options = {}) =>
      this.#call(options, {
        operation,
        params: encoder => {
          if (encoder.dialect !== 'praison' && operation === 'pushDelete') textOption('configId', query.id);
          return encoder.push(query);
        },
        hidden: secretsIn(query),
      }),
    );
  }

  /**
   * A client for an agent whose card you have already, of whatever version. Its urls are taken at their word.
   *
   * @throws {ResponseFormatError} if it is not a card
   * @throws {A2AError} with code `unsupported-agent` if it has no url
   * @example const client = A2AClient.fromCard(await registry.find('translator'))
   */
  static fromCard(card: unknown, options: A2AClientOptions = {}): A2AClient {
    const known = decodeAgentCard(card);
    const guess = guessFromCard(
      known,
      options.dialect === 'auto' ? undefined : options.dialect,
      false,
      options.binding,
    );
    return new A2AClient(resolveEndpoint(guess), options, known);
  }

  /**
   * Hands the agent a message. Waits until the task is over or needs somebody, even where the server itself does not
   * block; with `returnImmediately` only until the task exists (a server that ignores this answers late).
   *
   * A message is never sent twice, unless the server certainly did not take it.
   *
   * @returns a task, or the agent's direct answer. A failed task is returned, not thrown: `run` throws.
   * @throws {WaitTimeoutError} the agent was not done within `timeout` (ms, default 300_000); with `returnImmediately`
   * a server that does not answer in that time is a `RequestTimeoutError`
   * @throws {ContentTypeNotSupportedError} before sending, for a part that the server would silently drop
   * @example const task = await client.sendMessage(['Describe this', { file: blob }], { contextId })
   * Source: A2A specification 1.0, section 3.1.1.
   */
  async sendMessage(input: MessageInput, options: SendMessageOptions = {}): Promise<Task | Message> {
    const timeout = durationOption('timeout', options.timeout, this.#settings.sendTimeout, Infinity);
    if (options.returnImmediately) return this.#send(input, options, timeout);
    return this.#sendAndWait(input, options, { timeout, signal: options.signal, throwOnFailure: false });
  }

  /**
   * Hands the agent a message and tells what becomes of it, as it happens: usually the task first, then its statuses
   * and the parts of its artifacts; or the agent's direct answer. Leaving the loop closes the connection.
   *
   * A stream that breaks off is taken up again, and what was missed is made up for; nothing is told twice. It ends
   * only where the task is over or waits for somebody.
   *
   * @throws {StreamInterruptedError} it broke off and could not be taken up again; `accumulated` is what was told
   * @throws as `sendMessage`; {AbortedError}
   * @example for await (const event of client.streamMessage('Write the report')) console.log(event.kind)
   * Source: A2A specification 1.0, section 3.1.2.
   */
  streamMessage(
    input: MessageInput,
    options: StreamOptions = {},
  ): AsyncGenerator<StreamEvent, void, undefined> {
    return this.#stream(options, this.#settings.sendTimeout, async bounds => {
      const { plan } = await this.#compose(input, options, bounds);
      return (await this.#call(bounds, { ...plan, operation: 'stream' })) as Results;
    });
  }

  /**
   * Tells what becomes of a task, as it happens: first the task as it stands, where the server says so.
   *
   * @throws {UnsupportedOperationError} where the server has no such thing, as PraisonAI
   * @throws {TaskNotFoundError}; as `streamMessage`
   * @example for await (const event of client.subscribe(task.id)) console.log(event.kind)
   * Source: A2A specification 1.0, section 3.1.6.
   */
  subscribe(taskId: string, options: SubscribeOptions = {}): AsyncGenerator<StreamEvent, void, undefined> {
    const open = (bounds: Bounds) => this.#subscribe(taskId, bounds);
    return this.#stream(options, this.#settings.readTimeout, open, taskId);
  }

  /**
   * How a task stands.
   *
   * @throws {TaskNotFoundError}
   * @example const { status } = await client.getTask(id)
   * Source: A2A specification 1.0, section 3.1.3.
   */
  async getTask(taskId: string, options: GetTaskOptions = {}): Promise<Task> {
    return this.#getTask(taskId, options);
  }

  /**
   * One page of the agent's tasks.
   *
   * @throws {UnsupportedOperationError} where the server has no list, as most that speak A2A 0.3
   * @example const { tasks, nextPageToken } = await client.listTasks({ status: 'working', pageSize: 20 })
   * Source: A2A specification 1.0, section 3.1.4.
   */
  async listTasks(query: ListTasksQuery = {}, options: RequestOptions = {}): Promise<TaskPage> {
    checkListQuery(query);
    return (await this.#list(query, options)).page;
  }

  /**
   * All tasks that match, page after page.
   *
   * @throws as `listTasks`
   * @example for await (const task of client.iterateTasks({ status: 'working' })) console.log(task.id)
   */
  async *iterateTasks(
    query: ListTasksQuery = {},
    options: RequestOptions = {},
  ): AsyncGenerator<Task, void, undefined> {
    const ask = (pageToken: string | undefined) => this.listTasks({ ...query, pageToken }, options);
    for await (const { tasks } of pages(ask, query.pageToken)) yield* tasks;
  }

  /**
   * Asks the agent to stop a task. What comes back may still be at work, or over in another way: look at its state.
   *
   * @throws {TaskNotCancelableError} it is over already
   * @throws {TaskNotFoundError}
   * @example await client.cancel(task.id)
   * Source: A2A specification 1.0, section 3.1.5.
   */
  async cancel(taskId: string, options: RequestOptions = {}): Promise<Task> {
    textOption('taskId', taskId);
    let repeated = false;
    const canceled = this.#call(options, {
      operation: 'cancel',
      params: encoder => encoder.about(taskId),
      onRepeat: () => {
        repeated = true;
      },
    });
    this.#cancels.add(canceled);
    try {
      return ofThatId(decodeTask(await canceled), taskId);
    } catch (error) {
      if (!repeated || !(error instanceof TaskNotCancelableError)) throw error;
      // The attempt whose answer was lost may have been the one that canceled it.
      const task = await this.getTask(taskId, options);
      if (task.status.state !== 'canceled') throw error;
      return task;
    } finally {
      this.#cancels.delete(canceled);
    }
  }

  /**
   * Calls any JSON-RPC method by its name, with the params as given; nothing is translated, checked or retried. Over
   * HTTP+JSON methods have no names: that is an `UnsupportedOperationError`.
   *
   * @returns the result as it came
   * @throws {RpcError} of the class that fits what the server said
   * @example const status = await client.callMethod<{ queue: number }>('x-vendor/status', {})
   */
  async callMethod<Result = unknown>(
    method: string,
    params: object = {},
    options: RequestOptions = {},
  ): Promise<Result> {
    textOption('method', method);
    const plan: Plan = { operation: { method }, params: () => params, repeatable: 'never' };
    return (await this.#call(options, plan)) as Result;
  }

  /**
   * Waits until a task is over, however long that takes, and whatever becomes of the network meanwhile.
   *
   * @param task an id, a task, or whatever `sendMessage` returned (a direct message is returned as it is)
   * @throws {TaskFailedError} (also Canceled, Rejected, Interrupted) with the task; `throwOnFailure: false` resolves
   * @throws {WaitTimeoutError} after `timeout` (ms, default 300_000), with what was seen and the last snapshot
   * @throws {TaskNotFoundError} {TaskLostError} {TaskUnreachableError} {AuthenticationError} {AbortedError}
   * @example const done = await client.waitForCompletion(task.id, { timeout: 600_000, onUpdate: t => show(t) })
   */
  async waitForCompletion(task: string | Task, options?: WaitOptions): Promise<Task>;
  async waitForCompletion(sent: Task | Message, options?: WaitOptions): Promise<Task | Message>;
  async waitForCompletion(task: string | Task | Message, options: WaitOptions = {}): Promise<Task | Message> {
    if (isMessage(task)) return task;
    if (!isTask(task)) return this.#wait(task, options);
    if (!isBare(task)) return this.#wait(task.id, options, { snapshot: task });
    // Lists give tasks without their artifacts: a completed one is fetched whole, if that can be had.
    const { timeout, requestTimeout } = checkWaitOptions(this.#source(), task.id, options);
    const { signal } = options;
    const whole = this.#getTask(task.id, { signal, timeout: Math.min(timeout, requestTimeout) });
    const found = await whole.catch(error => {
      if (error instanceof AbortedError) throw error;
    });
    return found?.status.state === 'completed' ? found : task;
  }

  /**
   * Sends a message and waits for the end of what it starts: `sendMessage` without blocking, then `waitForCompletion`.
   *
   * @returns the completed task, or the agent's direct answer
   * @throws as `sendMessage` and `waitForCompletion`; `timeout` bounds the whole
   * @example console.log(textOf(await client.run('Write a haiku', { timeout: 60_000 })))
   */
  async run(input: MessageInput, options: RunOptions = {}): Promise<Task | Message> {
    // Before anything is sent: an option that cannot be right must not cost a task.
    checkWaitOptions(this.#source(), 'run', options);
    return this.#sendAndWait(input, { ...options, returnImmediately: true }, options);
  }

  /**
   * Waits for many tasks, and gives each as it ends. Where the server lists its tasks, that costs at most a request a
   * second for all together, and one more for each task that ends; elsewhere at most 32 are under way at a time.
   *
   * `timeout` and `signal` are for all of them: those that did not end in time are given with a `WaitTimeoutError`; the
   * signal ends the loop with an `AbortedError`. A task that is named twice is given once.
   *
   * @param tasks ids, or tasks as they were last seen
   * @throws TypeError for an option or id that cannot be right
   * @example
   * for await (const settled of client.waitAll(ids)) {
   *   if (settled.ok) console.log(textOf(settled.task));
   *   else console.error(settled.id, settled.error);
   * }
   */
  waitAll(
    tasks: Iterable<string | Task>,
    options: WaitAllOptions = {},
  ): AsyncGenerator<Settled, void, undefined> {
    return waitAll(tasks, options, this.#hunt);
  }

  /**
   * A task to be waited for, watched, answered, and taken up again elsewhere. Asks nothing by itself.
   *
   * @throws TypeError for an empty id
   * @example
   * const handle = client.task(id);
   * for await (const event of handle) console.log(event.kind);
   */
  task(taskId: string): TaskHandle {
    textOption('taskId', taskId);
    return new TaskHandle(new Pursuit(this.#hunt, taskId), this.#hunt, this.#pursuits);
  }

  /** @internal What waits of other kinds share with this client's own; asking with these headers. */
  inside(request?: Pick<SendMessageOptions, 'historyLength' | 'headers'>): Hunt & { sweep: Sweep } {
    return request ? { ...this.#hunt, source: this.#source(request) } : this.#hunt;
  }

  /**
   * The agent's card, in 1.0 names whatever its version; `rawOf(card)` is the card as it came. Asked for again when it
   * is no longer fresh, by `Cache-Control`, or after five minutes; if it changed, later calls go by the new one.
   *
   * @throws {A2AError} with code `no-card` if the agent has none
   * @example const { name, skills } = await client.getAgentCard()
   * Source: A2A specification 1.0, section 8.
   */
  async getAgentCard(options: RequestOptions = {}): Promise<AgentCard> {
    const card = await this.#caller.card(this.#bounds(options));
    if (card) return card;
    const { base } = this.#settings;
    throw new A2AError(`The agent at ${base.origin}${base.pathname} has no agent card.`, { code: 'no-card' });
  }

  /**
   * The card for callers who have credentials; it may tell more than the public one. From then on `getAgentCard` gives
   * it, too, until the public one changes (not, if `headers` were given: those may be of one user among many).
   *
   * @throws {ExtendedAgentCardNotConfiguredError} the agent has none
   * @throws {AuthenticationError}
   * @example const { skills } = await client.getExtendedAgentCard()
   * Source: A2A specification 1.0, section 3.1.11.
   */
  async getExtendedAgentCard(options: RequestOptions = {}): Promise<AgentCard> {
    const link = await this.#caller.link(this.#bounds(options));
    const got = this.#call(options, {
      operation: 'extendedCard',
      params: () => ({}),
    });
    const card = decodeAgentCard(await lacking(ExtendedAgentCardNotConfiguredError, got), 'result');
    // What was told to other credentials than the client's own is not for all.
    if (!options.headers) link.card = card;
    return card;
  }

  /**
   * Finds the agent now rather than at the first call.
   *
   * @throws {A2AError} with code `no-agent` if nothing there speaks A2A, `unsupported-agent` if nothing we speak
   * @example const { dialect, endpoint } = await client.connect()
   */
  async connect(options: RequestOptions = {}): Promise<Connection> {
    return connectionOf(await this.#caller.link(this.#bounds(options)));
  }

  /**
   * Ends every call and wait that is under way, with an `AbortedError`, and refuses later ones. A cancel gets 2 s to
   * reach the agent: whoever aborts a wait with `cancelOnAbort` often closes at once.
   */
  async close(): Promise<void> {
    const cancels = this.#cancels;
    if (cancels.size) await within(2_000, undefined, () => Promise.allSettled(cancels));
    this.#caller.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #bounds({ signal, timeout, headers }: RequestOptions): Bounds {
    return {
      signal,
      headers,
      timeout: durationOption('timeout', timeout, this.#settings.readTimeout, Infinity),
    };
  }

  async #list(
    query: ListTasksQuery,
    options: RequestOptions,
    repeatable: 'read' | 'poll' = 'read',
  ): Promise<{ page: TaskPage; isFiltered: boolean }> {
    let isFiltered = false;
    const listed = this.#call(options, {
      operation: 'list',
      params: encoder => {
        isFiltered = encoder.dialect === '1.0';
        return encoder.list(query);
      },
      repeatable,
    });
    const page = decodeTaskPage(await lacking(UnsupportedOperationError, listed));
    return { page: isFiltered ? page : filterPage(page, query), isFiltered };
  }

  #call(options: RequestOptions, plan: Plan): Promise<unknown> {
    return this.#caller.call({ repeatable: 'read', ...plan, ...this.#bounds(options) });
  }

  #stream(
    options: SubscribeOptions,
    timeout: number,
    open: (bounds: Bounds) => Promise<Results>,
    taskId?: string,
  ): AsyncGenerator<StreamEvent, void, undefined> {
    const connect = async (bounds: Bounds) => {
      const { encoder } = await this.#caller.link(bounds);
      return {
        open: () => open(bounds),
        resume: encoder.methods.subscribe ? (id: string) => this.#subscribe(id, bounds) : undefined,
        getTask: (id: string) => this.#getTask(id, bounds),
      };
    };
    return streamOf(options, timeout, this.#settings.http.open, connect, taskId);
  }

  async #subscribe(taskId: string, bounds: Bounds): Promise<Results> {
    textOption('taskId', taskId);
    const subscribed = this.#call(bounds, {
      operation: 'subscribe',
      params: encoder => encoder.about(taskId),
    });
    return lacking(UnsupportedOperationError, subscribed as Promise<Results>);
  }

  /** The message, and how it is sent. */
  async #compose(
    input: MessageInput,
    options: SendMessageOptions,
    bounds: Pick<Bounds, 'timeout' | 'signal'>,
  ): Promise<{ message: Message; plan: Plan }> {
    integerOption('historyLength', options.historyLength, 0, 0);
    const compose = () => composeMessage(input, options);
    const message = await inTime('Reading the message', bounds, compose, this.#settings.http.open);
    const pushNotification = options.pushNotification && pushConfig(options.pushNotification);
    const plan: Plan = {
      operation: 'send',
      params: encoder => {
        options.onAttempt?.();
        return encoder.send(message, { ...options, pushNotification });
      },
      repeatable: 'send',
      onRepeat: options.onAttempt,
      extensions: message.extensions,
      hidden: secretsIn(pushNotification ?? {}),
    };
    return { message, plan };
  }

  async #send(input: MessageInput, options: SendMessageOptions, timeout: number): Promise<Task | Message> {
    const { message, plan } = await this.#compose(input, options, { timeout, signal: options.signal });
    const sent = decodeSendResult(await this.#call({ ...options, timeout }, plan));
    // Whoever waits for it must not go by what it was before the answer.
    const pursuit = this.#pursuits.get(message.taskId ?? '');
    pursuit?.replied();
    if (isMessage(sent)) return sent;
    pursuit?.learn(sent);
    if (message.taskId !== undefined && message.taskId !== sent.id) {
      this.#settings.onWarning({
        code: 'other-task',
        message: `The message was for task ${message.taskId}, but the agent opened task ${sent.id}.`,
      });
    }
    return withHistory(sent, options.historyLength);
  }

  /** Some servers block although asked not to, others do not although asked to: a deadline over both is all it takes. */
  async #sendAndWait(
    input: MessageInput,
    send: SendMessageOptions,
    wait: WaitOptions,
  ): Promise<Task | Message> {
    const begun = now();
    const startedAt = Date.now();
    const { timeout = 300_000, requestTimeout = timeout, signal } = wait;
    const step = (inner: AbortSignal) =>
      this.#send(input, { ...send, signal: inner }, Math.min(timeout, requestTimeout));
    const sent = await within(timeout, signal, step, this.#settings.http.open);
    const spent = now() - begun;
    if (sent === timedOut)
      throw new WaitTimeoutError('The message was not answered', { waited: spent, observed: {} });
    return isMessage(sent)
      ? sent
      : this.#wait(
          sent.id,
          { ...wait, timeout: Math.max(0, timeout - spent) },
          { snapshot: sent, startedAt },
          send,
        );
  }

  async #getTask(taskId: string, options: GetTaskOptions, repeatable?: 'poll'): Promise<Task> {
    textOption('taskId', taskId);
    const historyLength = options.historyLength;
    integerOption('historyLength', historyLength, 0, 0);
    const result = await this.#call(options, {
      operation: 'get',
      params: encoder => encoder.get(taskId, historyLength),
      ...(repeatable && { repeatable }),
    });
    return withHistory(ofThatId(decodeTask(result), taskId), historyLength);
  }

  /** What a wait of this client asks: without retries and deadline, for the wait has its own. */
  #source({
    historyLength,
    headers,
  }: Pick<SendMessageOptions, 'historyLength' | 'headers'> = {}): Required<TaskSource<Task>> {
    const shared = { headers, historyLength };
    return {
      getTask: (id, options) => this.#getTask(id, { ...shared, ...options, timeout: Infinity }, 'poll'),
      cancel: (id, options) => this.cancel(id, { headers, ...options }),
      sendMessage: (message, options) =>
        this.sendMessage(message, { ...shared, ...options, returnImmediately: true }),
    };
  }

  #wait(
    taskId: string,
    options: WaitOptions,
    start: WaitStart<Task> = {},
    request: Pick<SendMessageOptions, 'historyLength' | 'headers'> = {},
  ): Promise<Task> {
    const { snapshot, startedAt } = start;
    const isPlain = request.headers === undefined && request.historyLength === undefined;
    const known = isPlain ? this.#pursuits.get(taskId) : undefined;
    // What an application kept may be older than what is known, and lacks what lists leave out.
    if (known && snapshot && startedAt !== undefined) known.take(snapshot);
    const hunt = isPlain ? this.#hunt : { ...this.#hunt, source: this.#source(request), attend: () => {} };
    const pursuit = known ?? new Pursuit(hunt, taskId, snapshot, startedAt);
    // What is resumed is asked about at once.
    if (!known && options.startedAt !== undefined) pursuit.answeredAt = -Infinity;
    return pursuit.wait(options);
  }
}

/** What an operation says of its call. */
type Plan = Omit<Call, keyof Bounds | 'repeatable'> & Partial<Pick<Call, 'repeatable'>>;

/** @throws {ResponseFormatError} for an answer about another task */
function ofThatId(task: Task, taskId: string): Task {
  if (task.id === taskId) return task;
  throw new ResponseFormatError('The agent answered about another task.', 'result.id');
}

/** Some servers give all of the history whatever they are asked for. */
function withHistory(task: Task, length: number | undefined): Task {
  if (length !== undefined && task.history.length > length) {
    task.history = length === 0 ? [] : task.history.slice(-length);
  }
  return task;
}
