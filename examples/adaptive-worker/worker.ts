// A Durable Object keeps an AdaptiveClient: it is the one place to which both the orders and the notifications come, so that
// what a request began may go on in the next one. In a worker alone nothing may, see worker-webhook.
import { AdaptiveClient, type ResumeToken, type TaskHandle, textOf } from 'a2a-await';
import { createWebhookReceiver, type WebhookReceiver } from 'a2a-await/webhook';

export interface Env {
  /** The agent's url. */
  AGENT: string;
  /** Where this worker is reached. */
  ORIGIN: string;
  DESK: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

/** Of a Durable Object's state, what is used here. */
interface State {
  storage: {
    put(key: string, value: unknown): Promise<void>;
    get(key: string): Promise<unknown>;
    delete(key: string): Promise<unknown>;
    list(query: { prefix: string }): Promise<Map<string, unknown>>;
    setAlarm(at: number): Promise<void>;
  };
}

/** ms; a Durable Object that nobody asks is put away, with all that it waits for. */
const rounds = 60_000;

export class Desk {
  readonly #storage: State['storage'];
  readonly #webhook: WebhookReceiver;
  readonly #adaptive: AdaptiveClient;
  readonly #awaited = new Set<string>();

  constructor({ storage }: State, { AGENT, ORIGIN }: Env) {
    this.#storage = storage;
    this.#webhook = createWebhookReceiver({ url: `${ORIGIN}/a2a` });
    this.#adaptive = new AdaptiveClient(AGENT, { webhook: this.#webhook });
    this.#adaptive.on('strategy', ({ taskId, strategy }) => storage.put(`strategy:${taskId}`, strategy));
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    // Also a request that is about another task shows that it is awake.
    await this.alarm();
    if (pathname.startsWith('/a2a/')) return this.#webhook.handle(request);
    if (request.method === 'POST') return this.#order(await request.text());
    const id = pathname.slice(1);
    const [result, strategy] = [
      await this.#storage.get(`result:${id}`),
      await this.#storage.get(`strategy:${id}`),
    ];
    return Response.json({ result, strategy });
  }

  /** Takes up what it waited for before it was put away, or replaced by the next version. */
  async alarm(): Promise<void> {
    const open = await this.#storage.list({ prefix: 'open:' });
    for (const token of open.values()) this.#wait(this.#adaptive.resume(token as ResumeToken));
    if (open.size > 0) await this.#storage.setAlarm(Date.now() + rounds);
  }

  async #order(topic: string): Promise<Response> {
    const handle = await this.#adaptive.submitTask(topic);
    if (handle.kind === 'message') return new Response(textOf(handle));
    await this.#storage.put(`open:${handle.id}`, handle.serialize());
    await this.#storage.setAlarm(Date.now() + rounds);
    this.#wait(handle);
    return new Response(handle.id, { status: 202 });
  }

  #wait(handle: TaskHandle): void {
    const { id } = handle;
    if (this.#awaited.has(id)) return;
    this.#awaited.add(id);
    handle
      .wait({ timeout: 86_400_000 })
      .then(textOf, error => `There is none: ${error.message}`)
      .then(async result => {
        await this.#storage.put(`result:${id}`, result);
        await this.#storage.delete(`open:${id}`);
        this.#awaited.delete(id);
      });
  }
}

export default {
  fetch: (request: Request, { DESK }: Env) => DESK.get(DESK.idFromName('desk')).fetch(request),
};
