import type { ResumeToken } from '../errors/wait.js';
import { type Message, type MessageInput, toFullMessage } from '../model/message.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isTask, type Task } from '../model/task.js';
import { endAtOnce } from '../time/end-at-once.js';
import { onAbort } from '../time/within.js';
import type { WaitOptions } from './options.js';
import type { Hunt, Pursuit } from './pursuit.js';
import type { Pursuits } from './pursuits.js';

/** How many events an iterator that is slow may be behind before it is told how the task stands instead. */
const longestBacklog = 100;

/**
 * A task at work, to be waited for, watched, answered and taken up again elsewhere. Iterating gives how it stands, and
 * then what becomes of it, until it is over.
 *
 * @example
 * const handle = client.task(id);
 * for await (const event of handle) show(event);
 * const done = await handle.wait();
 */
export class TaskHandle implements AsyncIterable<StreamEvent> {
  readonly kind = 'task-handle';
  #own: Pursuit;
  readonly #hunt: Hunt;
  readonly #waited: Pursuits | undefined;
  readonly #closed = new AbortController();

  /**
   * @internal
   * @param waited where a pursuit of the same task may be found, while others wait for it
   */
  constructor(pursuit: Pursuit, hunt: Hunt, waited?: Pursuits) {
    this.#own = pursuit;
    this.#hunt = hunt;
    this.#waited = waited;
  }

  /** What others wait for is shared from then on, once it knows as much. */
  get #pursuit(): Pursuit {
    const shared = this.#waited?.get(this.id);
    if (shared?.task || !this.#own.task) this.#own = shared ?? this.#own;
    return this.#own;
  }

  get id(): string {
    return this.#own.taskId;
  }

  /** How the task stood when it was last heard of. */
  get snapshot(): Task | undefined {
    return this.#pursuit.task;
  }

  /**
   * Waits until the task is over. However many wait, the agent is asked once.
   *
   * @throws as `client.waitForCompletion`
   * @example const done = await handle.wait({ timeout: 600_000 })
   */
  async wait(options: WaitOptions = {}): Promise<Task> {
    return this.#pursuit.wait(options);
  }

  /** Asks how the task stands. @throws as `client.getTask` */
  async refresh(): Promise<Task> {
    return this.#pursuit.ask();
  }

  /** Asks the agent to stop. @throws as `client.cancel` */
  async cancel(): Promise<Task> {
    return this.#pursuit.learn((await this.#hunt.source.cancel(this.id)) as Task);
  }

  /**
   * Answers what the agent asked; the task goes on.
   *
   * @throws as `client.sendMessage`
   * @example if (handle.snapshot?.status.state === 'input-required') await handle.reply('Berlin')
   */
  async reply(message: MessageInput): Promise<Task | Message> {
    const contextId = this.snapshot?.contextId;
    const answer = { ...(contextId && { contextId }), ...toFullMessage(message), taskId: this.id };
    const sent = (await this.#hunt.source.sendMessage(answer)) as Task | Message;
    // Where the agent says nothing of the task, nothing is known of it any more.
    this.#pursuit.replied();
    return this.#pursuit.learn(sent);
  }

  /** What another process needs to take the task up again: plain JSON, without credentials. */
  serialize(): ResumeToken {
    const { taskId, startedAt, webhook } = this.#pursuit;
    return { version: 1, taskId, startedAt, endpoint: this.#hunt.endpoint, ...(webhook && { webhook }) };
  }

  /** Ends the iterators. The task goes on, and so does who waits for it. */
  async close(): Promise<void> {
    this.#closed.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  [Symbol.asyncIterator](): AsyncGenerator<StreamEvent, void, undefined> {
    const left = new AbortController();
    return endAtOnce(this.#events(left), left);
  }

  async *#events(left: AbortController): AsyncGenerator<StreamEvent, void, undefined> {
    const pursuit = this.#pursuit;
    // As it stands: what is told goes on growing.
    const standing = (): StreamEvent[] => (pursuit.task ? [structuredClone(pursuit.task)] : []);
    let backlog = standing();
    let over: { error?: unknown } | undefined;
    let wake = () => {};
    const end = (ending: { error?: unknown }) => {
      over = ending;
      wake();
    };
    const deafen = pursuit.listen(event => {
      // How the task stands supersedes how it came to.
      const isBehind = backlog.length >= longestBacklog;
      if (isTask(event)) backlog = [event];
      else if (isBehind && pursuit.task) backlog = standing();
      else backlog.push(event);
      wake();
    });
    const forgo = onAbort(this.#closed.signal, () => left.abort());
    if (this.#closed.signal.aborted) left.abort();
    const { signal } = left;
    pursuit.wait({ timeout: Infinity, throwOnFailure: false, onInterrupted: () => undefined, signal }).then(
      () => end({}),
      error => end({ error }),
    );
    try {
      for (;;) {
        const event = backlog.shift();
        if (event) yield event;
        else if (!over) {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        } else if (signal.aborted || !('error' in over)) return;
        else throw over.error;
      }
    } finally {
      deafen();
      forgo();
      left.abort();
    }
  }
}
