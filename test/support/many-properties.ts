import { AbortedError, WaitTimeoutError } from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Settled } from '../../src/wait/crowd.js';
import { waitAll } from '../../src/wait/wait-all.js';
import { watched } from './settling.js';
import { inStore, type StoreWorld, storeScripts } from './store-world.js';

const second = 1_000;
const minute = 60 * second;
/** A question underneath, after failures and requests that hang. */
const longest = 15 * minute;

const ms = (min: number, max: number) => fc.integer({ min, max });
const patient = { timeout: Infinity, throwOnFailure: false };

/** Gathers what a crowd tells, and when. */
function gathering(
  world: StoreWorld,
  options: Parameters<typeof waitAll>[1],
  ids: readonly string[] = world.ids,
) {
  const settled: { settled: Settled; at: number }[] = [];
  const all = waitAll(ids, options, world.hunt);
  const outcome = watched(
    (async () => {
      for await (const each of all) settled.push({ settled: each, at: world.clock.time });
    })(),
  );
  return { settled, outcome, all };
}

/**
 * What holds of waits for many tasks, whatever their store loses, repeats and mixes up.
 *
 * @param numRuns of the first property; of each other a quarter
 * @param seed of the scripts
 */
export function describeMany(numRuns: number, seed: number): void {
  const run = <Args>(all: fc.Arbitrary<Args>, predicate: (args: Args) => Promise<void>, runs = numRuns / 4) =>
    fc.assert(fc.asyncProperty(all, predicate), { numRuns: runs, seed });

  describe(`waits for many tasks, in ${numRuns} worlds of seed ${seed}`, () => {
    it('end for each task, once and as it ended, whatever its store does', () =>
      run(
        fc.tuple(storeScripts, fc.boolean()),
        ([script, includeArtifacts]) =>
          inStore(script, async world => {
            const { settled, outcome } = gathering(world, {
              ...patient,
              includeArtifacts,
              requestTimeout: 10 * second,
            });
            await world.clock.advance(world.endsAt - world.clock.time + longest);
            expect(outcome).toEqual({ state: 'resolved', value: undefined });
            expect(settled.map(({ settled: { id } }) => id).sort()).toEqual([...world.ids].sort());
            for (const { settled: each, at } of settled) {
              const end = world.endOf(each.id);
              expect(at).toBeGreaterThanOrEqual(end.at);
              const task = each.ok ? each.task : (each.error as { task?: unknown }).task;
              expect(task).toMatchObject({ id: each.id, status: { state: end.state } });
              const isWhole = end.state !== 'completed' || !includeArtifacts;
              if (!isWhole) expect(task).toMatchObject({ artifacts: [{ artifactId: 'a' }] });
            }
            expect([world.clock.pending, world.open]).toEqual([0, 0]);
          }),
        numRuns,
      ));

    it('never ask for more than 32 at once while all answer, nor for one more often than its schedule, nor list more than once a second', () =>
      run(storeScripts, script =>
        inStore(
          {
            ...script,
            tasks: script.tasks.map(task => ({ ...task, lasts: 10 * minute })),
            // Whoever hangs no longer counts.
            gets: script.gets.filter(outcome => outcome !== 'hang'),
          },
          async world => {
            const { all } = gathering(world, patient);
            await world.clock.advance(3 * minute);
            expect(world.mostInFlight).toBeLessThanOrEqual(32);
            expect(Math.min(Infinity, ...gaps(world.lists))).toBeGreaterThanOrEqual(second);
            for (const id of world.ids) {
              const asked = world.gets.filter(get => get.id === id).map(({ at }) => at);
              expect(Math.min(Infinity, ...gaps(asked))).toBeGreaterThanOrEqual(500 * 0.85 - 1);
            }
            await all.return();
            await world.clock.advance(0);
            expect([world.clock.pending, world.open]).toEqual([0, 0]);
          },
        ),
      ));

    it('are aborted in the same turn, at any step, and leave no timer and no request', () =>
      run(fc.tuple(storeScripts, ms(0, 2 * minute)), ([script, after]) =>
        inStore(script, async world => {
          const controller = new AbortController();
          const { settled, outcome } = gathering(world, { ...patient, signal: controller.signal });
          await world.clock.advance(after);
          const isOver = outcome.state !== 'pending';
          const before = settled.length;
          controller.abort('enough');
          await world.clock.advance(0);
          expect([world.clock.pending, world.open]).toEqual([0, 0]);
          const asked = world.gets.length + world.lists.length;
          await world.clock.advance(minute);
          expect(world.gets.length + world.lists.length).toBe(asked);
          expect(settled).toHaveLength(before);
          if (isOver) return;
          expect(outcome.error).toBeInstanceOf(AbortedError);
          expect((outcome.error as Error).cause).toBe('enough');
        }),
      ));

    it('time out together, after one last look at each', () =>
      run(fc.tuple(storeScripts, ms(0, minute)), ([script, timeout]) =>
        inStore(
          { ...script, tasks: script.tasks.map(task => ({ ...task, lasts: 10 * minute })) },
          async world => {
            const begun = world.clock.time;
            const { settled, outcome } = gathering(world, { timeout });
            await world.clock.advance(timeout + 4 * second + 10);
            expect(outcome.state).toBe('resolved');
            expect(settled).toHaveLength(world.ids.length);
            for (const { settled: each, at } of settled) {
              expect(each.ok ? each.task : each.error).toBeInstanceOf(WaitTimeoutError);
              expect(at - begun).toBeGreaterThanOrEqual(timeout - 1);
            }
            for (const id of world.ids) {
              expect(world.gets.filter(get => get.id === id && get.at - begun > timeout - 1)).toHaveLength(1);
            }
            expect([world.clock.pending, world.open]).toEqual([0, 0]);
          },
        ),
      ));

    it('end, too, where each task is waited for by itself', () =>
      run(storeScripts, script =>
        inStore(script, async world => {
          const waits = world.ids.flatMap(id => [1, 2].map(() => world.pursue(id).wait(patient)));
          const outcomes = waits.map(watched);
          await world.clock.advance(world.endsAt - world.clock.time + longest);
          for (const [nth, { value, error }] of outcomes.entries()) {
            const { state } = world.endOf(world.ids[nth >> 1] as string);
            const task = value ?? (error as { task?: unknown })?.task;
            expect(task).toMatchObject({ status: { state } });
          }
          expect([world.clock.pending, world.open]).toEqual([0, 0]);
        }),
      ));

    it('cost hardly a request for each task where the store is sound', () =>
      run(storeScripts, script =>
        inStore(
          {
            ...script,
            kind: 'sound',
            nodes: [0],
            lost: [],
            lists: ['answer'],
            gets: ['answer'],
            others: 0,
            lag: 0,
            totals: 'right',
            pageSize: 100,
            // Once fewer than eight are left, each is asked for by itself, every fifteen seconds at that age.
            tasks: script.tasks.map(task => ({ ...task, lasts: 5 * minute, works: 0 })),
          },
          async world => {
            const { settled } = gathering(world, { ...patient, timeout: Infinity });
            await world.clock.advance(5 * minute - 10);
            if (world.ids.length >= 8) expect(world.gets.length).toBeLessThanOrEqual(4 * world.ids.length);
            await world.clock.advance(2 * second);
            if (world.ids.length >= 8) expect(settled).not.toHaveLength(0);
            await world.clock.advance(20 * second);
            expect(settled).toHaveLength(world.ids.length);
          },
        ),
      ));
  });
}

/** Between each of them and the next. */
function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, nth) => time - (times[nth] ?? 0));
}
