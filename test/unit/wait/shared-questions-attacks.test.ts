import { RequestTimeoutError, WaitTimeoutError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { OpenSteps } from '../../../src/time/open-steps.js';
import { Sweep } from '../../../src/wait/sweep.js';
import { waitAll } from '../../../src/wait/wait-all.js';
import { taskIn } from '../../support/events.js';
import { hunting } from '../../support/hunt.js';
import { watched } from '../../support/settling.js';
import { failure, never } from '../../support/source.js';
import { VirtualClock } from '../../support/virtual-clock.js';

// What waits for one task have in common, and what each has for itself.

const second = 1_000;
const minute = 60 * second;
const forEver = { timeout: Infinity };
const after = (ms: number) =>
  new Promise<ReturnType<typeof taskIn>>(resolve => setTimeout(() => resolve(taskIn('completed')), ms));
const leaving = () => new AbortController().signal;

describe("a wait's requestTimeout", () => {
  it('holds where another, which came first, may wait for longer: it asks anew', async () => {
    using clock = new VirtualClock();
    const { pursue, requests } = hunting([never(), 'completed']);
    const pursuit = pursue();
    const patient = watched(pursuit.wait(forEver));
    await clock.advance(100);
    const brief = watched(pursuit.wait({ ...forEver, requestTimeout: 2 * second }));
    await clock.advance(4 * second);
    expect(requests).toHaveLength(2);
    // What one learned all know, and nobody waits for the first answer any more.
    expect([brief.state, patient.state]).toEqual(['resolved', 'resolved']);
    expect(clock.pending).toBe(0);
  });

  it('holds where another, which came first, bears less: its answer is waited for', async () => {
    using clock = new VirtualClock();
    const { pursue, requests, failures } = hunting(nth => (nth === 0 ? after(5 * second) : never()));
    const pursuit = pursue();
    const brief = watched(pursuit.wait({ timeout: 20 * second, requestTimeout: 2 * second }));
    await clock.advance(100);
    const patient = watched(pursuit.wait(forEver));
    await clock.advance(5 * second);
    expect(patient.state).toBe('resolved');
    expect(brief.state).toBe('resolved');
    expect(requests.length).toBeGreaterThan(1);
    // To one of them it was late.
    expect(failures.every(error => error instanceof RequestTimeoutError)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('the last question, at the deadline', () => {
  it('is asked though requests that hang have all turns', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = hunting(nth => taskIn(nth === 0 ? 'working' : 'completed'));
    const outcome = watched(pursue().wait({ timeout: 3 * second }));
    await clock.advance(10);
    for (let nth = 0; nth < 320; nth += 1) watched(hunt.turns.run(leaving(), never));
    await clock.advance(5 * second);
    expect(outcome.error).not.toBeInstanceOf(WaitTimeoutError);
    expect(outcome.value?.status.state).toBe('completed');
  });

  it('is asked, too, where somebody else waits for the turn to ask the same', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = hunting(nth => taskIn(nth === 0 ? 'working' : 'completed'));
    const pursuit = pursue();
    const outcome = watched(pursuit.wait({ timeout: 3 * second }));
    const other = watched(pursuit.wait(forEver));
    await clock.advance(10);
    for (let nth = 0; nth < 320; nth += 1) watched(hunt.turns.run(leaving(), never));
    await clock.advance(3 * second + 10);
    expect([outcome.state, other.state]).toEqual(['resolved', 'resolved']);
  });

  it.each([1, 40])('of waitAll is asked, too (for %s)', async count => {
    using clock = new VirtualClock();
    const open = new OpenSteps();
    const sweep = new Sweep(() => Promise.reject(failure({ code: -32601 })), open);
    const begun = clock.time;
    const { hunt } = hunting(() => taskIn(clock.time - begun < second ? 'working' : 'completed'));
    const ids = Array.from({ length: count }, (_, nth) => `t${nth}`);
    const settled: boolean[] = [];
    const all = waitAll(ids, { timeout: 3 * second }, { ...hunt, open, sweep });
    watched(
      (async () => {
        for await (const { ok } of all) settled.push(ok);
      })(),
    );
    await clock.advance(10);
    for (let nth = 0; nth < 320; nth += 1) watched(hunt.turns.run(leaving(), never));
    await clock.advance(5 * second);
    expect(settled).toEqual(ids.map(() => true));
    await all.return();
  });

  it('leaves as many turns as there were', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = hunting(['working']);
    const outcome = watched(pursue().wait({ timeout: second }));
    await clock.advance(2 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    let running = 0;
    for (let nth = 0; nth < 40; nth += 1) {
      const count = () => {
        running += 1;
        return never();
      };
      watched(hunt.turns.run(leaving(), count));
    }
    await clock.advance(0);
    expect(running).toBe(32);
  });
});

describe('an end that is told of in the pause before a question', () => {
  it('does not leave whoever paused waiting for a turn', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = hunting(['working']);
    const pursuit = pursue();
    await pursuit.ask();
    const outcome = watched(pursuit.ask(undefined, 2 * second));
    await clock.advance(second);
    for (let nth = 0; nth < 320; nth += 1) watched(hunt.turns.run(leaving(), never));
    pursuit.take(taskIn('completed'));
    await clock.advance(10);
    expect(outcome.state).toBe('resolved');
  });
});

describe('a question that is asked at once, amid the pause before another', () => {
  it('is that one', async () => {
    using clock = new VirtualClock();
    const { pursue, requests } = hunting(['working']);
    const pursuit = pursue();
    await pursuit.ask();
    const pausing = watched(pursuit.ask(undefined, 10 * second));
    await clock.advance(second);
    const atOnce = watched(pursuit.ask());
    await clock.advance(10);
    expect([pausing.state, atOnce.state]).toEqual(['resolved', 'resolved']);
    await clock.advance(minute);
    expect(requests).toHaveLength(2);
  });
});

describe("a wait's schedule", () => {
  it('is not slowed down by another wait that asks seldom', async () => {
    using clock = new VirtualClock();
    const { pursue, requests } = hunting(['working']);
    const pursuit = pursue();
    const seldom = { minimum: minute, interval: () => minute };
    const often = { minimum: 500, interval: () => 500 };
    watched(pursuit.wait({ ...forEver, schedule: seldom }));
    await clock.advance(10);
    // Ends the pause of the first, which asks in a minute then.
    pursuit.wake();
    await clock.advance(10);
    watched(pursuit.wait({ ...forEver, schedule: often }));
    await clock.advance(30 * second);
    expect(requests.length).toBeGreaterThan(30);
  });
});
