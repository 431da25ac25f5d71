// Nothing is kept in memory: the request that brings the end may come to another isolate than the one that ordered, on
// another machine. Nor is a client kept: what one request has opened, workers let no other one use.
import { A2AClient, isTask, isTerminal, textOf } from 'a2a-await';
import { createWebhookReceiver, notificationToken } from 'a2a-await/webhook';

export interface Env {
  /** The agent's url. */
  AGENT: string;
  /** Where this worker is reached. */
  ORIGIN: string;
  /** A secret between the agent and us: one for all tasks, so that there are no registrations to share. */
  TOKEN: string;
  /** Cloudflare's KV. It may lag a minute behind elsewhere in the world; the storage of a Durable Object does not. */
  TASKS: {
    get(key: string): Promise<string | null>;
    put(key: string, value: string, options?: { expirationTtl: number }): Promise<void>;
    delete(key: string): Promise<void>;
    list(query: { prefix: string }): Promise<{ keys: { name: string }[] }>;
  };
}

export default {
  async fetch(request: Request, env: Env, context: { waitUntil(work: Promise<unknown>): void }) {
    const { pathname } = new URL(request.url);
    if (pathname === '/a2a') return receiverOf(env).handle(request, context);
    if (request.method === 'POST') return order(await request.text(), env);
    return new Response((await env.TASKS.get(`result:${pathname.slice(1)}`)) ?? 'not yet');
  },

  /** Now and then, by a cron trigger: no server notifies for long, and some lose a notification. */
  async scheduled(_: unknown, env: Env) {
    const { keys } = await env.TASKS.list({ prefix: 'open:' });
    await Promise.allSettled(keys.map(({ name }) => look(name.slice('open:'.length), env)));
  },
};

async function order(topic: string, env: Env): Promise<Response> {
  await using client = new A2AClient(env.AGENT);
  const pushNotification = { url: `${env.ORIGIN}/a2a`, token: env.TOKEN };
  const sent = await client.sendMessage(topic, { returnImmediately: true, pushNotification });
  if (!isTask(sent)) return new Response(textOf(sent));
  // What the agent has forgotten is asked for a week, not for ever. In seconds.
  await env.TASKS.put(`open:${sent.id}`, '', { expirationTtl: 7 * 86_400 });
  return new Response(sent.id, { status: 202 });
}

function receiverOf(env: Env) {
  return createWebhookReceiver({
    url: `${env.ORIGIN}/a2a`,
    shared: notificationToken(env.TOKEN),
    // Runs after the answer, in the request's `waitUntil`.
    async onNotification({ task }) {
      if (isTask(task) && isTerminal(task)) await look(task.id, env);
    },
  });
}

/** What was notified only says when to ask: the agent's own answer is what counts. */
async function look(id: string, env: Env): Promise<void> {
  await using client = new A2AClient(env.AGENT);
  const task = await client.getTask(id);
  if (!isTerminal(task)) return;
  await env.TASKS.put(`result:${id}`, textOf(task) || task.status.state);
  await env.TASKS.delete(`open:${id}`);
}
