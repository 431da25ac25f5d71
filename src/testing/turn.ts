import type { Message } from '../model/message.js';
import type { Part } from '../model/part.js';
import type { Task } from '../model/task.js';
import type { Agent, AgentStep, AgentTurn } from './agent.js';
import type { Manner } from './manner.js';
import type { TaskRecord } from './record.js';
import { sleep } from './sleep.js';
import { endsTurn } from './states.js';
import { wordsOf } from './words-of.js';

export interface TurnInput {
  agent: Agent;
  record: TaskRecord;
  message: Message;
  contextId: string;
  /** The task before this message, if it is not a new one. */
  earlier: Task | undefined;
  /** What the agent waits for after each step, if anything: that the step was told. */
  told: (() => Promise<void>) | undefined;
}

/** One call of the agent: from a message to the next terminal or interrupted state, a throw, or a stop. */
export class Turn {
  /** Settles when the turn is over; rejects with what the agent threw, or with why it was stopped. */
  readonly over: Promise<void>;
  /** The agent's answer, where that is a message and not the task. */
  direct: Message | undefined;
  /** What a throw made of the task, where that is an answer. */
  failed: Task | undefined;
  /** Whether a client was told of the task, which a late `reply()` then cannot undo. */
  taskIsKnown: boolean;
  readonly #controller = new AbortController();
  readonly #manner: Manner;
  readonly #input: TurnInput;
  #stopReason: Error | undefined;
  #steps = 0;

  constructor(input: TurnInput, manner: Manner) {
    this.#input = input;
    this.#manner = manner;
    this.taskIsKnown = input.earlier !== undefined;
    this.over = this.#run();
    // Nobody may be waiting for it.
    this.over.catch(() => {});
  }

  /** Without a reason the turn ends well, e.g. because its task was canceled. */
  stop(reason?: Error): void {
    this.#stopReason = reason;
    this.#controller.abort(reason ?? new DOMException('The task was canceled.', 'AbortError'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#controller;
    try {
      await this.#follow(signal);
    } catch (error) {
      if (!signal.aborted) return this.#fail(error);
      if (this.#stopReason) throw this.#stopReason;
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    stopped.catch(() => {});
    const iterator = iterate(this.#input.agent(this.#context(signal)));
    try {
      while (true) {
        // An agent that ignores its signal must not keep a canceled task or a closed server waiting.
        const next = await Promise.race([iterator.next(), stopped]);
        // A step that was on its way when the task was canceled comes too late.
        signal.throwIfAborted();
        if (next.done) this.#input.record.setStatus('completed');
        const isLast = next.done || this.#take(next.value);
        if (this.#input.told) await Promise.race([this.#input.told(), stopped]);
        if (isLast) return;
      }
    } finally {
      release(iterator);
    }
  }

  /** Whether this was the last step. */
  #take(step: AgentStep): boolean {
    const { record } = this.#input;
    const first = this.#steps++ === 0;
    if (!isStep(step)) {
      throw new TypeError(`An agent yields steps, such as artifact('…'), not ${JSON.stringify(step)}.`);
    }
    if (step.kind === 'artifact') {
      record.addArtifact(step);
      return false;
    }
    if (step.kind === 'status') {
      record.setStatus(step.state, step.parts);
      return endsTurn(step.state);
    }
    if (!first || this.#input.earlier)
      throw new TypeError('reply() must be the first step, and of a new task.');
    if (!this.#manner.messages) {
      record.addArtifact({
        kind: 'artifact',
        artifact: { parts: step.parts },
        append: false,
        lastChunk: true,
      });
      record.setStatus('completed');
    } else if (this.taskIsKnown) {
      record.setStatus('completed', step.parts);
    } else {
      const { taskId: _, ...message } = record.say(step.parts);
      this.direct = message;
    }
    return true;
  }

  #fail(error: unknown): void {
    const text = wordsOf(error);
    const { record } = this.#input;
    this.failed = this.#manner.failure?.(record.snapshot(), text, this.#manner);
    if (this.failed) {
      record.fail(this.failed);
      return;
    }
    const silent = this.#manner.throwing === 'silent-failure';
    const parts: Part[] | undefined = silent ? undefined : [{ kind: 'text', text }];
    this.#input.record.setStatus('failed', parts, { cause: error });
    if (!silent) throw error;
  }

  #context(signal: AbortSignal): AgentTurn {
    const { message, earlier, record, contextId } = this.#input;
    return {
      message: structuredClone(message),
      text: message.parts.map(part => (part.kind === 'text' ? part.text : '')).join(''),
      task: earlier,
      contextId,
      taskId: record.id,
      signal,
      sleep: ms => sleep(ms, signal),
    };
  }
}

/** Of an agent that no compiler has looked at it may be anything. */
function isStep(step: AgentStep | undefined): boolean {
  const kind = step?.kind;
  return kind === 'status' || kind === 'artifact' || kind === 'reply';
}

type Steps = AsyncIterator<AgentStep> | Iterator<AgentStep>;

function iterate(steps: AsyncIterable<AgentStep> | Iterable<AgentStep>): Steps {
  if (typeof steps !== 'object' || !(Symbol.asyncIterator in steps || Symbol.iterator in steps)) {
    throw new TypeError(
      'An agent is a generator, or returns a list of steps, and not a promise of anything.',
    );
  }
  return Symbol.asyncIterator in steps ? steps[Symbol.asyncIterator]() : steps[Symbol.iterator]();
}

/** Runs the agent's `finally` blocks, without waiting for one that hangs or caring about one that throws. */
function release(iterator: Steps): void {
  void (async () => iterator.return?.())().catch(() => {});
}
