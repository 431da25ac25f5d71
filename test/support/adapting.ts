import { AdaptiveClient, type AdaptiveEvents, type Task, WaitTimeoutError } from 'a2a-await';
import type { WebhookReceiver } from '../../src/webhook/receiver.js';
import { taskIn } from './events.js';
import { type RpcReply, type RpcRequest, result, rpcError, rpcFetch } from './rpc-fetch.js';

/** What a registration is to the scripted receiver. */
interface Kept {
  isGood: boolean;
  told?: Task;
}

/** What may hang, or fail, of a webhook's store: awaited before the step. */
export interface Steps {
  register?: () => Promise<unknown>;
  bind?: () => Promise<unknown>;
  revoke?: () => Promise<unknown>;
  wait?: () => Promise<unknown>;
}

/** A receiver without requests and digests, so that fake time is all the time there is. Binds as the real one does. */
export class ScriptedReceiver {
  readonly steps: Steps;
  readonly kept = new Map<string, Kept>();
  readonly bound = new Map<string, string>();
  readonly #wakes = new Set<() => void>();

  constructor(steps: Steps = {}) {
    this.steps = steps;
  }

  /** As what the options of an AdaptiveClient take. */
  get webhook(): WebhookReceiver {
    return this as unknown as WebhookReceiver;
  }

  /** Those that are neither revoked nor past their life. */
  get good(): string[] {
    return [...this.kept].filter(([, { isGood }]) => isGood).map(([id]) => id);
  }

  async register() {
    await this.steps.register?.();
    const id = `r${this.kept.size + 1}`;
    const kept: Kept = { isGood: true };
    this.kept.set(id, kept);
    return {
      id,
      bind: async (taskId: string, { takeOver = false } = {}) => {
        await this.steps.bind?.();
        const other = this.bound.get(taskId);
        if (!takeOver && other !== undefined && other !== id && this.kept.get(other)?.isGood)
          throw Object.assign(new Error('bound'), { code: 'already-bound' });
        this.bound.set(taskId, id);
      },
      revoke: async () => {
        await this.steps.revoke?.();
        kept.isGood = false;
      },
      toConfig: () => ({ id, url: `https://app.test/${id}` }),
    };
  }

  /** The agent's server notifies. */
  notify(id: string, told: Task): void {
    const kept = this.kept.get(id);
    if (kept) kept.told = told;
    for (const wake of this.#wakes) wake();
  }

  async wait(
    { id }: { id: string },
    { signal, timeout = Infinity, onUpdate, since }: Parameters<WebhookReceiver['wait']>[1] = {},
  ): Promise<Task> {
    await this.steps.wait?.();
    let told: Task | undefined;
    const isAnswered = (task: Task) => since?.status.message?.messageId === task.status.message?.messageId;
    const hasStopped = (task: Task) =>
      task.status.state === 'completed' || (task.status.state === 'input-required' && !isAnswered(task));
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const leave = () => {
        clearTimeout(timer);
        this.#wakes.delete(look);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      const late = () => {
        leave();
        const taskId = [...this.bound].find(([, bound]) => bound === id)?.[0];
        const token = taskId === undefined ? undefined : { version: 1 as const, taskId, startedAt: 0 };
        reject(new WaitTimeoutError('No notification came', { waited: timeout, observed: {}, token }));
      };
      const look = () => {
        const latest = this.kept.get(id)?.told;
        if (!latest || latest === told) return;
        told = latest;
        // As from a store: another object each time.
        onUpdate?.(structuredClone(latest));
        if (!hasStopped(latest)) return;
        leave();
        resolve(structuredClone(latest));
      };
      if (signal?.aborted) return abort();
      this.#wakes.add(look);
      signal?.addEventListener('abort', abort);
      if (timeout !== Infinity) timer = setTimeout(late, timeout);
      look();
    });
  }
}

export const wired = (state: string, status: object = {}, more: object = {}) => ({
  id: 't',
  contextId: 'c',
  status: { state: `TASK_STATE_${state}`, ...status },
  ...more,
});

export const asked = (messageId: string, more: Partial<Task> & { at?: string } = {}): Task => {
  const task = taskIn('input-required', more);
  task.status.message = { kind: 'message', messageId, role: 'agent', parts: [] };
  return task;
};

/** Takes so long to answer, whatever becomes of the request meanwhile. */
export const replyAfter = (ms: number, reply: () => string): Promise<Response> =>
  new Promise(resolve => {
    const headers = { 'content-type': 'application/json' };
    setTimeout(() => resolve(new Response(reply(), { headers })), ms);
  });

/** Events of a stream as they come. */
export function streamed(id: string, results: Iterable<object> | AsyncIterable<object>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      for await (const value of results) controller.enqueue(encoder.encode(`data: ${result(id, value)}\n\n`));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** An AdaptiveClient, what its agent's server was asked and keeps, and what is told. */
export function adapting(
  answers: Record<string, (request: RpcRequest) => RpcReply> = {},
  options: ConstructorParameters<typeof AdaptiveClient>[1] = {},
) {
  const configs = new Set<string>();
  const store = ({ id, params }: RpcRequest) => {
    configs.add(String(params['id']));
    return result(id, params);
  };
  const { fetch, requests } = rpcFetch(request => {
    const { id, method, params } = request;
    const given = answers[method];
    if (given) return given(request);
    if (method === 'SendMessage') {
      const { taskPushNotificationConfig: config } = (params['configuration'] ?? {}) as {
        taskPushNotificationConfig?: { id: string };
      };
      if (config) configs.add(config.id);
      return result(id, { task: wired('WORKING') });
    }
    if (method === 'CreateTaskPushNotificationConfig') return store(request);
    if (method === 'GetTaskPushNotificationConfig')
      return configs.has(String(params['id'])) ? result(id, params) : rpcError(id, -32001, 'There is none.');
    if (method === 'ListTaskPushNotificationConfigs') return rpcError(id, -32001, 'There is no such task.');
    if (method === 'DeleteTaskPushNotificationConfig') {
      configs.delete(String(params['id']));
      return result(id, {});
    }
    if (method === 'GetTask') return result(id, wired('WORKING'));
    return rpcError(id, -32004, 'It does not.');
  });
  const agent = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
  const adaptive = new AdaptiveClient('http://agent.test', { ...agent, ...options } as never);
  const told: { name: keyof AdaptiveEvents; event: unknown }[] = [];
  const names = ['submitted', 'strategy', 'update', 'notification', 'retry', 'settled', 'warning'] as const;
  for (const name of names) adaptive.on(name, event => told.push({ name, event }));
  const of = <Name extends keyof AdaptiveEvents>(name: Name) =>
    told.filter(each => each.name === name).map(({ event }) => event as AdaptiveEvents[Name]);
  const count = (method: string) => requests.filter(request => request.method === method).length;
  const resumed = (more: object = {}) =>
    adaptive.resume({ version: 1, taskId: 't', startedAt: Date.now(), ...more });
  return { adaptive, configs, count, of, requests, resumed, store, told };
}
