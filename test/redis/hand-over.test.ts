import { randomUUID } from 'node:crypto';
import { A2AClient, type ResumeToken, type Strategy } from 'a2a-await';
import { artifact, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { agents, sends, serverOf } from '../support/agents.js';
import type { HandOverArguments, HandOverResult } from './jobs/hand-over.js';
import { type JobProcess, startJob } from './processes.js';
import { freePort, noRedis, type RedisServer, startRedis, titled } from './server.js';

interface Case {
  agent: (typeof agents)[number]['title'];
  webhook: HandOverArguments['webhook'];
  /** When the first process is killed. */
  killed: 'at once' | 'while it waits';
  /** When the agent is done. */
  ends: 'before anybody is back' | 'later';
  /** How the second process is told, if it has to wait. */
  told?: Strategy;
  /** Whether the agent's server goes on with the webhook that it was told of first. */
  keeps?: boolean;
}

const cases: Case[] = [
  { agent: '1.0', webhook: 'shared store', killed: 'at once', ends: 'later', told: 'push', keeps: true },
  {
    agent: '1.0',
    webhook: 'shared store',
    killed: 'while it waits',
    ends: 'later',
    told: 'push',
    keeps: true,
  },
  { agent: '1.0', webhook: 'shared store', killed: 'while it waits', ends: 'before anybody is back' },
  // What came with the message and with its process is gone.
  { agent: '1.0', webhook: 'own store', killed: 'while it waits', ends: 'later', told: 'push', keeps: false },
  { agent: '1.0', webhook: 'none', killed: 'at once', ends: 'later', told: 'stream' },
  { agent: '1.0', webhook: 'none', killed: 'while it waits', ends: 'before anybody is back' },
  {
    agent: '0.3 over HTTP+JSON',
    webhook: 'shared store',
    killed: 'at once',
    ends: 'later',
    told: 'push',
    keeps: true,
  },
  // It ignores what comes with a message, so it knew of none.
  { agent: 'praison', webhook: 'shared store', killed: 'at once', ends: 'later', told: 'push', keeps: false },
  {
    agent: 'praison',
    webhook: 'shared store',
    killed: 'while it waits',
    ends: 'later',
    told: 'push',
    keeps: true,
  },
  { agent: 'praison', webhook: 'none', killed: 'at once', ends: 'later', told: 'poll' },
];

describe.skipIf(noRedis)(titled('a process that is killed'), () => {
  let redis: RedisServer;
  const started: JobProcess[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(started.map(job => job.kill()));
    await redis?.stop();
  });

  /** A process that has begun, and what it will report. */
  async function start(args: HandOverArguments) {
    const job = startJob('hand-over', args);
    started.push(job);
    await job.reported(report => 'ready' in report);
    job.go();
    const results = () =>
      job.reports.flatMap(report => ('result' in report ? [report.result as HandOverResult] : []));
    const result = async <Key extends string>(key: Key) => {
      const has = (one: HandOverResult): one is Extract<HandOverResult, Record<Key, unknown>> => key in one;
      await job.reported(report => 'result' in report && has(report.result as HandOverResult));
      return results().filter(has);
    };
    return { job, result };
  }

  test.each(cases)(
    '$killed, on $agent, webhook: $webhook, leaves its task to another one, also when it ends $ends',
    {
      timeout: 60_000,
    },
    async ({ agent, webhook, killed, ends, told, keeps }) => {
      const kind = agents.find(({ title }) => title === agent);
      if (!kind) throw new Error(`There is no ${agent}.`);
      let finish = () => {};
      const finished = new Promise<void>(resolve => {
        finish = resolve;
      });
      await using server = serverOf(kind, {
        push: { allowPrivate: true },
        async *agent() {
          yield working();
          await finished;
          yield artifact('The report');
        },
      });
      await using listening = await listen(server);
      await using asking = new A2AClient(listening.url, { binding: kind.binding });
      const { binding } = kind;
      const shared = { url: redis.url, prefix: `test:${randomUUID()}:`, client: 'redis' as const };
      const args = { ...shared, agent: listening.url, binding, webhook, port: await freePort() };
      const configured = async (id: string) =>
        (await asking.pushNotifications.list(id)).map(config => [config.id, config.url]);

      const first = await start(args);
      const [submitted] = await first.result('token');
      if (killed === 'while it waits') await first.result('strategy');
      await first.job.kill();
      const token = submitted?.token as ResumeToken;
      expect('webhook' in token).toBe(webhook !== 'none');
      const before = await configured(token.taskId);
      if (ends === 'before anybody is back') {
        finish();
        await vi.waitFor(() => expect(server.tasks.get(token.taskId)?.status.state).toBe('completed'));
      }

      const second = await start({ ...args, token });
      if (told) {
        const strategies = await second.result('strategy');
        expect(strategies[0]).toEqual({ strategy: told });
      }
      if (told === 'push') {
        const after = await configured(token.taskId);
        expect(after).toHaveLength(1);
        if (keeps) expect(after).toEqual(before);
        else expect(after).not.toEqual(before);
      }
      finish();
      const [done] = await second.result('state');
      expect(done).toEqual({ id: token.taskId, state: 'completed', text: 'The report', warnings: [] });
      expect(await second.job.ended).toBe(0);
      expect(await configured(token.taskId)).toEqual([]);
      expect(server.requests.filter(({ rpcMethod }) => sends.includes(rpcMethod ?? ''))).toHaveLength(1);
      expect(server.tasks.size).toBe(1);
    },
  );
});
