import { AdaptiveClient, type Strategy } from 'a2a-await';
import { completed, createReferenceServer, working } from 'a2a-await/testing';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { seededRandom, VirtualClock } from '../../test/support/virtual-clock.js';
import { digesting } from './digesting.js';

/** What went over the wire, and what both sides knew. Times are ms since the first request. */
export type Step =
  | { kind: 'request'; at: number; operation: string; answer: string; answeredAt: number }
  | { kind: 'stream'; at: number; operation: string; endedAt: number }
  | { kind: 'event'; at: number; says: string }
  | { kind: 'notification'; at: number; says: string; isLost: boolean }
  | { kind: 'state'; at: number; state: string }
  | { kind: 'known'; at: number };

/** ms that the agent works, and that the network takes each way. */
export const work = 10_000;
export const oneWay = 50;

/** A run of `AdaptiveClient` with the reference server, in time that does not pass. */
export async function record(first: Strategy, { losesTheEnd = false } = {}): Promise<Step[]> {
  using digests = digesting();
  using clock = new VirtualClock(30, digests.isBusy);
  const platformRandom = Math.random;
  Math.random = seededRandom(1);
  const started = clock.time;
  const now = () => clock.time - started;
  const travel = () => new Promise(resolve => setTimeout(resolve, oneWay));
  const steps: Step[] = [];
  const states: string[] = [];
  const enter = (state: string) => {
    states.push(state);
    steps.push({ kind: 'state', at: now(), state });
  };

  const receiver = createWebhookReceiver({ url: 'https://app.example/a2a' });
  await using server = createReferenceServer({
    url: 'https://agent.example',
    async *agent({ sleep }) {
      enter('working');
      yield working();
      await sleep(work);
      enter('completed');
      yield completed('Here is the report.');
    },
    push: {
      retries: 0,
      async fetch(input, init) {
        const request = new Request(input, init);
        const isLost = losesTheEnd && states.includes('completed');
        const says = stateIn(await request.clone().json());
        await travel();
        steps.push({ kind: 'notification', at: now(), says, isLost });
        if (isLost) throw new TypeError('The connection broke.');
        const answer = await receiver.handle(request);
        await travel();
        return answer;
      },
    },
  });

  await using client = new AdaptiveClient(server.url, {
    strategies: first === 'poll' ? ['poll'] : [first, 'poll'],
    webhook: receiver,
    async fetch(input, init) {
      const request = new Request(input, init);
      const at = now();
      const body = await request.clone().text();
      const operation = body ? String(JSON.parse(body).method) : `GET ${new URL(request.url).pathname}`;
      await travel();
      const response = await server.fetch(request);
      await travel();
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const answer = answerIn(await response.clone().json());
        steps.push({ kind: 'request', at, operation, answer, answeredAt: now() });
        return response;
      }
      const stream = { kind: 'stream' as const, at, operation, endedAt: Number.NaN };
      steps.push(stream);
      return watched(response, {
        event: data => steps.push({ kind: 'event', at: now(), says: stateIn(JSON.parse(data).result) }),
        end: () => {
          stream.endedAt = now();
        },
      });
    },
  });

  try {
    const run = client.run('Write the report').then(() => steps.push({ kind: 'known', at: now() }));
    await clock.advance(3 * work);
    await run;
    const closing = client.close();
    await clock.advance(1_000);
    await closing;
    await receiver.close();
  } finally {
    Math.random = platformRandom;
  }
  return steps.sort((one, other) => one.at - other.at);
}

/** A response whose events take their way through the network, too. */
function watched(response: Response, told: { event(data: string): void; end(): void }): Response {
  const decoder = new TextDecoder();
  const watching = new TransformStream<Uint8Array, Uint8Array>({
    async transform(bytes, controller) {
      await new Promise(resolve => setTimeout(resolve, oneWay));
      for (const [, data = ''] of decoder.decode(bytes).matchAll(/^data: (.*)$/gm)) told.event(data);
      controller.enqueue(bytes);
    },
  });
  void response.body?.pipeTo(watching.writable).then(told.end, told.end);
  return new Response(watching.readable, response);
}

interface Wire {
  result?: unknown;
  error?: { message: string };
}

function answerIn(body: Wire): string {
  if (body.error) return body.error.message;
  return 'result' in body ? stateIn(body.result) : 'the card';
}

/** The state that a task, or what tells of one, has on the wire. */
function stateIn(value: unknown): string {
  const [, state] = /"state":"TASK_STATE_(\w+)"/.exec(JSON.stringify(value)) ?? [];
  return state?.toLowerCase().replace('_', '-') ?? 'done';
}
