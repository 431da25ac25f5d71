import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobProcess, startJob } from './processes.js';
import { noRedis, type RedisServer, startRedis, titled } from './server.js';

describe.skipIf(noRedis)(titled('one store in many processes'), () => {
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

  test('counts every step of each once, wakes whoever waits, and goes on when one is killed', {
    timeout: 60_000,
  }, async () => {
    const shared = { url: server.url, prefix: `test:${randomUUID()}:` };
    const times = 300;
    const counting = ['one', 'two', 'killed'].map((name, index) =>
      start('count', { ...shared, client: index === 1 ? 'ioredis' : 'redis', name, times }),
    );
    const watching = (['redis', 'ioredis'] as const).map(client =>
      start('watch', { ...shared, client, names: ['one', 'two'], times }),
    );
    const all = [...counting, ...watching];
    await Promise.all(all.map(job => job.reported(report => 'ready' in report)));
    for (const job of [...watching, ...counting]) job.go();

    const killed = counting[2] as JobProcess;
    await killed.reported(report => 'done' in report && report.done === times / 6);
    await killed.kill();
    const survivors = all.filter(job => job !== killed);
    expect(await Promise.all(survivors.map(job => job.ended))).toEqual([0, 0, 0, 0]);

    // It may have counted once more than it could tell.
    const told = killed.reports.filter(report => 'done' in report).length;
    expect(told).toBeLessThan(times);
    for (const job of watching) {
      const last = job.reports.at(-1);
      expect(last).toEqual({ result: { one: times, two: times, killed: expect.any(Number) } });
      const counts = (last as { result: Record<string, number> }).result;
      expect([told, told + 1]).toContain(counts['killed']);
      const woken = job.reports.find(report => 'woken' in report);
      expect(woken?.woken).toBeGreaterThan(0);
    }
  });
});
