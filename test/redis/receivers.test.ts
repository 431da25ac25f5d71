import { randomUUID } from 'node:crypto';
import { signPayload } from 'a2a-await/webhook';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobProcess, startJob } from './processes.js';
import { noRedis, type RedisServer, startRedis, titled } from './server.js';

/** Each task is told of in ten notifications: five, each of them twice. */
const tasks = process.env['A2A_LONG'] ? 1_000 : 200;
const secret = 'a secret that all of them know';
const begin = Date.parse('2026-01-01T00:00:00Z');

/** What a server tells of a task, in its order. */
function storyOf(taskId: string): string[] {
  const states = ['SUBMITTED', 'WORKING', 'WORKING', 'WORKING', 'COMPLETED'];
  return states.map((state, index) => {
    const timestamp = new Date(begin + index * 1_000).toISOString();
    return JSON.stringify({ statusUpdate: { taskId, status: { state: `TASK_STATE_${state}`, timestamp } } });
  });
}

/** The same list in another order, the same for the same seed. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const mixed = [...items];
  let state = seed;
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (at + 1);
    [mixed[at], mixed[other]] = [mixed[other] as Item, mixed[at] as Item];
  }
  return mixed;
}

describe.skipIf(noRedis)(titled('two receivers with one store'), () => {
  let server: RedisServer;
  const started: JobProcess[] = [];
  const start = (name: string, args: object) => {
    const job = startJob(name, args);
    started.push(job);
    return job;
  };
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(started.map(job => job.kill()));
    await server?.stop();
  });

  test('settle every wait in a third process once, rightly, though one of them is killed', {
    timeout: 120_000,
  }, async () => {
    const shared = { url: server.url, prefix: `test:${randomUUID()}:`, secret };
    const ids = Array.from({ length: tasks }, (_, nth) => `task-${nth}`);
    const receivers = [
      start('receive', { ...shared, client: 'redis' }),
      start('receive', { ...shared, client: 'ioredis' }),
    ];
    const waiter = start('wait', { ...shared, client: 'redis', tasks: ids });
    const ports = await Promise.all(
      receivers.map(async job => {
        const told = await job.reported(report => 'result' in report);
        return (told as { result: number }).result;
      }),
    );
    await waiter.reported(report => 'ready' in report);
    waiter.go();
    await waiter.reported(report => 'done' in report);

    const bodies = ids.flatMap(storyOf);
    const notifications = shuffled([...bodies, ...bodies], 7);
    const [killed] = receivers as [JobProcess];
    let sent = 0;
    let isKilled = false;
    /** As a load balancer would: at the other one, if the first does not answer. */
    const send = async (body: string, first: number): Promise<number> => {
      const headers = {
        'content-type': 'application/json',
        'x-webhook-signature': await signPayload(body, secret),
      };
      for (const port of [ports[first], ports[1 - first]]) {
        const url = `http://127.0.0.1:${port}/hook`;
        const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
        if (answer) return answer.status;
      }
      throw new Error('No receiver answers.');
    };
    const statuses: number[] = [];
    const work = async () => {
      for (let body = notifications.pop(); body !== undefined; body = notifications.pop()) {
        statuses.push(await send(body, sent % 2));
        sent += 1;
        if (sent > tasks * 5 && !isKilled) {
          isKilled = true;
          await killed.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    expect(isKilled).toBe(true);
    expect(statuses).toHaveLength(tasks * 10);
    expect(statuses.filter(status => status !== 204)).toEqual([]);

    const told = await waiter.reported(report => 'result' in report);
    const { result } = told as { result: Record<string, string[]> };
    expect(result).toEqual(Object.fromEntries(ids.map(id => [id, [`${id} completed`]])));
    expect(await waiter.ended).toBe(0);
  });
});
