import {
  AbortedError,
  isInterrupted,
  isTerminal,
  type ScheduleName,
  type StreamEvent,
  type Task,
  TaskUnreachableError,
  WaitTimeoutError,
} from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedules } from '../../src/time/schedule.js';
import { TaskHandle } from '../../src/wait/task-handle.js';
import { following } from './gather.js';
import { microtasks, type Outcome, watched } from './settling.js';
import { copied, inWorld, scripts } from './world.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const ms = (min: number, max: number) => fc.integer({ min, max });
const names = fc.constantFrom<ScheduleName>('balanced', 'snappy', 'gentle');
/** A wait that only the task's end, the deadline or a signal ends. */
const patient = { timeout: Infinity, throwOnFailure: false, onInterrupted: () => undefined };
/** How long after its end a task is known to be over at the latest: safety polls, and four failures in a row. */
const longest = 10 * minute;

/** Nothing, for a piece of an artifact. */
const stateOf = (event: StreamEvent) => ('status' in event ? event.status.state : undefined);

/**
 * What holds of every wait, whatever the server and the channels do.
 *
 * @param numRuns of each property
 * @param seed of the scripts
 */
export function describeWaiting(numRuns: number, seed: number): void {
  const run = <Args>(all: fc.Arbitrary<Args>, predicate: (args: Args) => Promise<void>) =>
    fc.assert(fc.asyncProperty(all, predicate), { numRuns, seed });

  describe(`a wait, in ${numRuns} worlds of seed ${seed}`, () => {
    it('ends when the task does, whatever is lost, told twice, told late, or never answered', () =>
      run(fc.tuple(scripts(), names, ms(8 * second, 30 * second)), ([script, schedule, requestTimeout]) =>
        inWorld(script, async world => {
          const pursuit = world.pursue();
          const outcome = watched(pursuit.wait({ ...patient, schedule, requestTimeout }));
          await world.clock.advance(world.endsAt - world.clock.time + longest);
          expect(outcome.error).toBe(undefined);
          const states = [script.end?.state, script.end?.second?.state];
          expect(states).toContain(outcome.value?.status.state);
          expect(outcome.value).toBe(pursuit.task);
          expect(world.clock.pending).toBe(0);
        }),
      ));

    it('never leaves an end: neither what it resolves with, nor anything that is told', () =>
      run(fc.tuple(scripts(), ms(0, 10 * minute)), ([script, joins]) =>
        inWorld(script, async world => {
          const pursuit = world.pursue();
          const handle = new TaskHandle(pursuit, world.hunt);
          const updates: Task[] = [];
          const iterators = [following(handle), following(handle)];
          const first = watched(pursuit.wait({ ...patient, onUpdate: task => updates.push(task) }));
          await world.clock.advance(joins);
          iterators.push(following(handle));
          const second = watched(pursuit.wait(patient));
          await world.clock.advance(world.endsAt - world.clock.time + longest);
          // What comes late comes after all have gone.
          for (const task of [world.now(), { ...world.now(), status: { state: 'working' as const } }]) {
            pursuit.take(copied(task));
          }
          await world.clock.advance(minute);
          expect(second.value).toBe(first.value);
          expect(handle.snapshot).toBe(first.value);
          for (const events of [world.told, updates, ...iterators.map(each => each.events)]) {
            const told = events.map(stateOf);
            const end = told.findIndex(state => state !== undefined && isTerminal(state));
            expect(told.slice(end)).toEqual([first.value?.status.state]);
          }
          expect(iterators.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended']);
        }),
      ));

    it('asks at most once in each minimum interval, whatever hints, states and channels do', () =>
      run(
        fc.tuple(
          scripts({ ends: false, mayFailForEver: true }),
          names,
          fc.array(ms(0, 5 * second), { minLength: 1, maxLength: 4 }),
          fc.boolean(),
        ),
        ([script, schedule, joins, isWoken]) =>
          inWorld(script, async world => {
            const pursuit = world.pursue();
            // Whoever may wait for longer would do so while the others ask anew.
            world.patience = 7 * second;
            for (const after of joins) {
              watched(pursuit.wait({ ...patient, schedule, requestTimeout: world.patience }));
              await world.clock.advance(after);
            }
            for (let wakes = 0; isWoken && wakes < 50; wakes += 1) {
              pursuit.wake();
              await world.clock.advance(60);
            }
            await world.clock.advance(2 * minute);
            expect(world.mostInFlight).toBe(1);
            // A channel asks after half a second, where a notification came.
            const least = Math.min(500, schedules[schedule].minimum);
            expect(Math.min(...gaps(world.requests))).toBeGreaterThanOrEqual(least);
          }),
      ));

    it('is aborted in the same turn, at any step, and leaves no timer, no listener and no later request', () =>
      run(
        fc.tuple(scripts({ mayFailForEver: true }), ms(0, 2 * minute), names),
        ([script, after, schedule]) =>
          inWorld(script, async world => {
            const controller = new AbortController();
            const listeners = countListeners(controller.signal);
            const pursuit = world.pursue();
            const waiting = pursuit.wait({ ...patient, schedule, signal: controller.signal });
            const outcome = watched(waiting);
            await world.clock.advance(after);
            const isPending = outcome.state === 'pending';
            const asked = world.requests.length;
            const failures = world.failures.length;
            controller.abort(new Error('enough'));
            await microtasks(12);
            if (isPending) expect(outcome.error).toBeInstanceOf(AbortedError);
            expect(outcome.state).not.toBe('pending');
            await microtasks();
            expect(world.clock.pending).toBe(0);
            expect(world.openChannels).toBe(0);
            expect(listeners.size).toBe(0);
            await world.clock.advance(hour);
            expect(world.requests.length).toBe(asked);
            expect(world.failures.length).toBe(failures);
          }),
      ));

    it('ends at its deadline, with one last poll and at most two seconds more', () =>
      run(
        fc.tuple(
          scripts({ ends: false, mayFailForEver: true, hasChannels: false }),
          ms(0, 110 * second),
          ms(second, 30 * second),
          names,
        ),
        ([script, timeout, requestTimeout, schedule]) =>
          inWorld(script, async world => {
            const deadline = world.clock.time + timeout;
            const pursuit = world.pursue();
            const outcome: Outcome<Task> & { at?: number } = watched(
              pursuit.wait({ ...patient, timeout, requestTimeout, schedule }).finally(() => {
                outcome.at = world.clock.time;
              }),
            );
            await world.clock.advance(3 * minute);
            expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
            expect(outcome.at).toBeLessThanOrEqual(deadline + Math.min(requestTimeout, 2 * second) + 5);
            expect(world.requests.filter(at => at >= deadline)).toHaveLength(1);
            expect(world.clock.pending).toBe(0);
          }),
      ));

    it('that is taken up again elsewhere ends as one that was never left, and asks no more often', () =>
      run(
        fc.tuple(scripts({ isReliable: true, hasChannels: false }), ms(0, 5 * minute), ms(0, 5 * minute)),
        async ([script, leaves, comesBack]) => {
          const whole = await inWorld(script, async world => {
            const outcome = watched(world.pursue().wait(patient));
            await world.clock.advance(world.endsAt - world.clock.time + longest);
            return outcome;
          });
          await inWorld(script, async world => {
            const begun = world.clock.time;
            const pursuit = world.pursue();
            const controller = new AbortController();
            watched(pursuit.wait({ ...patient, signal: controller.signal }));
            await world.clock.advance(leaves);
            controller.abort();
            const token = JSON.parse(JSON.stringify(new TaskHandle(pursuit, world.hunt).serialize()));
            await world.clock.advance(comesBack);
            const asked = world.requests.length;
            const outcome = watched(world.pursue(undefined, token.startedAt).wait(patient));
            await world.clock.advance(Math.max(0, world.endsAt - world.clock.time) + longest);
            expect(outcome.value?.artifacts.length).toBeGreaterThanOrEqual(script.states.length + 1);
            if (!script.end?.second) expect(outcome.value).toEqual(whole.value);
            expect(Math.min(...slacks(world.requests.slice(asked), begun))).toBeGreaterThanOrEqual(0);
          });
        },
      ));

    it('costs the same for many waiters as for one, and leaving is nothing to those who stay', () =>
      run(
        fc.tuple(scripts({ hasChannels: false }), ms(2, 12), ms(0, 5 * minute), ms(0, 30 * second)),
        ([script, waiters, leaves, joins]) =>
          inWorld(script, async world => {
            const begun = world.clock.time;
            const pursuit = world.pursue();
            const controller = new AbortController();
            const leaver = watched(pursuit.wait({ ...patient, signal: controller.signal }));
            const first = Array.from({ length: waiters - 1 }, () => watched(pursuit.wait(patient)));
            await world.clock.advance(joins);
            const stayers = [...first, watched(pursuit.wait(patient))];
            await world.clock.advance(leaves);
            const isLeft = leaver.state === 'pending';
            controller.abort();
            await microtasks();
            if (isLeft) expect(leaver.error).toBeInstanceOf(AbortedError);
            await world.clock.advance(Math.max(0, world.endsAt - world.clock.time) + longest);
            // The one good answer among many bad ones may have gone with who left.
            if (
              world.abandoned.length > 0 &&
              stayers.every(({ error }) => error instanceof TaskUnreachableError)
            )
              return;
            for (const { value } of stayers) expect(value).toBe(pursuit.task);
            expect(isTerminal(pursuit.task as Task)).toBe(true);
            expect(world.mostInFlight).toBe(1);
            // Who comes while the agent asks for something wants to know whether it still does.
            const asks = script.states.some(({ state }) => isInterrupted({ status: { state } }));
            if (!asks && script.answers.every(({ does }) => does === 'answer')) {
              // Who leaves while nobody else asks takes the request along; those who stay ask in their turn.
              const requests = world.requests.filter(at => !world.abandoned.includes(at));
              expect(Math.min(...slacks(requests, begun))).toBeGreaterThanOrEqual(0);
            }
          }),
      ));

    it('survives a date that jumps by a day and a sleep of eight hours: one poll at once, no false end', () =>
      run(
        fc.tuple(
          scripts({ hasChannels: false }),
          ms(1, 2 * minute),
          ms(5 * minute, 30 * minute),
          fc.constantFrom('forward', 'back', 'sleep', 'sleep past the deadline'),
        ),
        ([script, after, late, does]) =>
          inWorld(script, async world => {
            const pursuit = world.pursue();
            const timeout = does === 'sleep past the deadline' ? late : Infinity;
            const outcome = watched(pursuit.wait({ ...patient, timeout }));
            await world.clock.advance(after);
            if (does.startsWith('sleep')) world.clock.sleep(8 * hour);
            else world.clock.jump(does === 'forward' ? day : -day);
            const asked = world.requests.length;
            const isWaiting = outcome.state === 'pending' && world.inFlight === 0;
            // A request that the sleep outlasts has failed, and its silence counts, as if the server had been silent.
            const isAmid = world.inFlight > 0;
            await world.clock.advance(400);
            const woken = world.requests.length - asked;
            if (does.startsWith('sleep') && isWaiting) expect(woken).toBeGreaterThanOrEqual(1);
            // One that was due when it fell asleep is cut short by the deadline, which has one of its own.
            expect(woken).toBeLessThanOrEqual(timeout === Infinity ? 1 : 2);
            await world.clock.advance(Math.max(0, world.endsAt - world.clock.time) + longest);
            // What ended in the sleep is no timeout, unless the answer to the last poll was lost.
            const isAnswered = script.answers.every(
              each => each.does === 'answer' && each.before + each.after < 1_900,
            );
            if ((timeout === Infinity && !isAmid) || isAnswered)
              expect(outcome.value?.status.state).toSatisfy(isTerminal);
          }),
      ));

    it('is the same with listeners that throw', () =>
      run(fc.tuple(scripts()), async ([script]) => {
        const [silent, throwing] = [() => {}, () => Promise.reject(new Error('later'))];
        const seen = [];
        for (const onUpdate of [
          silent,
          throwing,
          () => {
            throw new Error('listener');
          },
        ]) {
          seen.push(
            await inWorld(script, async world => {
              const outcome = watched(world.pursue().wait({ ...patient, onUpdate }));
              await world.clock.advance(world.endsAt - world.clock.time + longest);
              const isTold = onUpdate !== silent && outcome.state === 'resolved';
              expect(world.listenerErrors.length > 0).toBe(isTold);
              return { requests: world.requests, told: world.told, outcome };
            }),
          );
        }
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[2]).toEqual(seen[0]);
      }));
  });
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((at, nth) => at - (times[nth] as number));
}

/** How much longer each gap is than the shortest that the balanced schedule allows, ms. */
function slacks(times: readonly number[], begun: number): number[] {
  return gaps(times).map((gap, nth) => {
    const age = (times[nth] as number) - begun;
    // Timers count whole milliseconds.
    return gap + 1 - 0.85 * schedules.balanced.interval({ age, attempt: 1 });
  });
}

/** Who listens to a signal, also after it has fired. */
function countListeners(signal: AbortSignal): Set<unknown> {
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: never, options?: never) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never, options?: never) => {
    listeners.delete(listener);
    remove(type, listener, options);
  };
  return listeners;
}
