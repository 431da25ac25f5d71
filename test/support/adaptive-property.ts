import { AdaptiveClient, isTask, type Strategy, type Task, textOf } from 'a2a-await';
import { artifact, completed, createReferenceServer, failed, working } from 'a2a-await/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancels, gets } from './agents.js';
import { watched } from './settling.js';
import { seededRandom, VirtualClock } from './virtual-clock.js';

const minute = 60_000;
const ms = (min: number, max: number) => fc.integer({ min, max });

/** An agent that does these in turns, and a network that breaks as these say, in turns too. */
const worlds = fc.record({
  steps: fc.array(
    fc.record({
      sleep: fc.oneof(ms(0, 1_000), ms(0, minute)),
      does: fc.constantFrom('working', 'artifact'),
    }),
    { maxLength: 5 },
  ),
  fails: fc.boolean(),
  strategies: fc.constantFrom<Strategy[]>(['stream', 'poll'], ['stream'], ['poll'], []),
  dialect: fc.constantFrom('1.0' as const, '0.3' as const, 'praison' as const),
  cuts: fc.array(fc.option(ms(0, 3), { nil: undefined }), { minLength: 1, maxLength: 4 }),
  losses: fc.array(fc.boolean(), { maxLength: 4 }),
  waiters: ms(1, 4),
  throws: fc.boolean(),
  seed: fc.nat(),
});

/** What holds of an AdaptiveClient from end to end, with an agent in this process. */
export function describeAdaptive(numRuns: number, seed: number): void {
  describe(`an AdaptiveClient, in ${numRuns} worlds of seed ${seed}`, () => {
    it('gives the whole task once it is over, and leaves nothing behind, whatever the network loses', () =>
      fc.assert(
        fc.asyncProperty(worlds, async world => {
          using clock = new VirtualClock(3);
          const { random } = Math;
          Math.random = seededRandom(world.seed);
          try {
            await live(world, clock);
          } finally {
            Math.random = random;
          }
        }),
        { numRuns, seed },
      ));
  });
}

async function live(
  world: typeof worlds extends fc.Arbitrary<infer World> ? World : never,
  clock: VirtualClock,
) {
  const { steps, dialect, cuts, losses } = world;
  const server = createReferenceServer({
    dialect,
    cutStream: ({ nth }) => {
      const afterEvents = cuts[nth % cuts.length];
      return afterEvents === undefined ? undefined : { afterEvents };
    },
    async *agent(turn) {
      for (const [nth, { sleep, does }] of steps.entries()) {
        await turn.sleep(sleep);
        if (does === 'working') yield working(`step ${nth}`);
        else yield artifact(`piece ${nth}`, { artifactId: `a${nth}` });
      }
      yield world.fails ? failed('It broke.') : completed();
    },
  });
  let asked = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const isGet =
      typeof init?.body === 'string' && gets.some(name => String(init.body).includes(`"${name}"`));
    if (isGet) asked += 1;
    // Never more than four in a row.
    if (isGet && losses[asked % (losses.length + 1)]) throw new TypeError('fetch failed');
    return server.fetch(input, init);
  };
  const { strategies } = world;
  const adaptive = new AdaptiveClient(server.url, { fetch, strategies, retry: 0 });
  const settled: string[] = [];
  const told: string[] = [];
  adaptive.on('settled', ({ task }) => settled.push(task.status.state));
  adaptive.on('update', ({ event }) => told.push('status' in event ? event.status.state : event.kind));
  if (world.throws) {
    for (const name of ['update', 'strategy', 'settled', 'retry', 'submitted'] as const) {
      adaptive.on(name, () => {
        throw new Error('listener');
      });
    }
  }
  const submitted = watched(adaptive.submitTask('Go'));
  await clock.advance(1_000);
  const handle = submitted.value;
  if (handle?.kind !== 'task-handle') throw submitted.error ?? new Error('There is no task.');
  const patient = { timeout: Infinity, throwOnFailure: false, onInterrupted: () => undefined };
  const outcomes = Array.from({ length: world.waiters }, () => watched(handle.wait(patient)));
  await clock.advance(20 * minute);
  const end = world.fails ? 'failed' : 'completed';
  const stored = server.tasks.get(handle.id) as Task;
  expect(stored.status.state).toBe(end);
  for (const { value, error } of outcomes) {
    expect(error).toBe(undefined);
    expect(value).toBe(handle.snapshot);
    expect(value && isTask(value) && value.status.state).toBe(end);
    expect(value?.artifacts.map(textOf)).toEqual(stored.artifacts.map(textOf));
  }
  expect(settled).toEqual([end]);
  expect(told.slice(told.indexOf(end))).toEqual([end]);
  expect(server.requests.some(({ rpcMethod }) => cancels.includes(rpcMethod ?? ''))).toBe(false);
  await adaptive.close();
  expect(server.openStreams).toBe(0);
  await server.close();
  expect(clock.pending).toBe(0);
}
