import { type Task, TaskInterruptedError, type TaskState } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import type { ListPage } from '../../../src/wait/sweep.js';
import { waitAll } from '../../../src/wait/wait-all.js';
import { gather, hang, ids, task, world } from '../../support/crowd.js';
import { watched } from '../../support/settling.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const second = 1_000;
const minute = 60 * second;

const httpError = (status: number, more: object = {}) =>
  Object.assign(new Error(`${status}`), { status, ...more });

describe('a question that waits for its turn when the end becomes known otherwise', () => {
  it('does not hold up those who wait', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = world({
      get: (id, signal) => (id === 't' ? Promise.resolve(task(id)) : hang(signal)),
    });
    // All turns are taken for five seconds.
    for (const id of ids(64))
      watched(hunt.turns.run(new AbortController().signal, () => hunt.source.getTask(id)));
    const pursuit = pursue('t');
    const outcome = watched(pursuit.wait({ timeout: Infinity, throwOnFailure: false }));
    await clock.advance(second);
    // As by `handle.cancel()`, a stream, or a reply.
    pursuit.learn(task('t', 'canceled'));
    await clock.advance(10 * minute);
    expect(outcome.state).toBe('resolved');
  });

  it('nor who refreshes', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = world({
      get: (id, signal) => (id === 't' ? Promise.resolve(task(id)) : hang(signal)),
    });
    for (const id of ids(32))
      watched(hunt.turns.run(new AbortController().signal, () => hunt.source.getTask(id)));
    const pursuit = pursue('t');
    const outcome = watched(pursuit.ask());
    await clock.advance(second);
    pursuit.learn(task('t', 'completed'));
    await clock.advance(10 * minute);
    expect(outcome.state).toBe('resolved');
  });
});

describe('32 of many that take long', () => {
  it('as people who think do not hold up the ends of the others', async () => {
    using clock = new VirtualClock();
    const asking = new Set(ids(32));
    const { hunt } = world({ get: async id => task(id, asking.has(id) ? 'input-required' : 'completed') });
    const all = waitAll(
      ids(40),
      { timeout: Infinity, onInterrupted: () => new Promise<never>(() => {}) },
      hunt,
    );
    const { settled } = gather(all);
    await clock.advance(10 * minute);
    expect(settled).toHaveLength(8);
    await all.return();
  });

  it('as requests that hang do not hold up the others for longer than five seconds', async () => {
    using clock = new VirtualClock();
    const hanging = new Set(ids(32));
    const { hunt } = world({
      get: (id, signal) => (hanging.has(id) ? hang(signal) : Promise.resolve(task(id, 'completed'))),
    });
    const all = waitAll(ids(40), { timeout: Infinity, requestTimeout: 10 * minute }, hunt);
    const { settled } = gather(all);
    await clock.advance(minute);
    expect(settled).toHaveLength(8);
    await all.return();
  });
});

describe('a second crowd, while lists rest', () => {
  it('asks at once, where the server asked to leave its list alone', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({
      get: async id => task(id, id.startsWith('o') ? 'working' : 'completed'),
      list: () => Promise.reject(httpError(429, { retryAfter: 300_000 })),
    });
    const first = waitAll(
      ids(8).map(id => `o${id}`),
      { timeout: Infinity },
      hunt,
    );
    gather(first);
    await clock.advance(5 * second);
    const second_ = gather(waitAll(ids(8), { timeout: 2 * minute }, hunt));
    await clock.advance(30 * second);
    expect(second_.settled.filter(({ ok }) => ok)).toHaveLength(8);
    await first.return();
  });

  it('asks at once, where each list is whole and is asked for twice a minute', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({
      get: async id => task(id, id.startsWith('o') ? 'working' : 'completed'),
      list: async () => ({ page: { tasks: [] }, isFiltered: false }),
    });
    const first = waitAll(
      ids(8).map(id => `o${id}`),
      { timeout: Infinity },
      hunt,
    );
    gather(first);
    await clock.advance(2 * second);
    const later = gather(waitAll(['t1'], { timeout: 2 * minute }, hunt));
    await clock.advance(10 * second);
    expect(later.settled).toHaveLength(1);
    await first.return();
  });
});

describe('a first list that hangs', () => {
  it('holds nobody up for half a minute', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({ get: async id => task(id, 'completed'), list: (_, { signal }) => hang(signal) });
    const all = waitAll(ids(8), {}, hunt);
    const { settled } = gather(all);
    await clock.advance(10 * second);
    expect(settled).toHaveLength(8);
    await all.return();
  });

  it('or that has many slow pages holds nobody up for minutes', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({
      get: async id => task(id, 'completed'),
      list: async () => {
        await new Promise(resolve => setTimeout(resolve, 2 * second));
        return { page: { tasks: [], nextPageToken: 'more', totalSize: 9 }, isFiltered: true };
      },
    });
    const all = waitAll(ids(5_000), {}, hunt);
    const { settled } = gather(all);
    await clock.advance(minute);
    expect(settled.length).toBeGreaterThan(0);
    await all.return();
  });
});

describe('a schedule that throws', () => {
  const bad = {
    minimum: 500,
    interval: (): number => {
      throw new RangeError('Mine.');
    },
  };
  const sound: ListPage = async () => ({
    page: { tasks: ids(8).map(id => task(id, 'working', Date.now())) },
    isFiltered: true,
  });

  it('ends its tasks with what it threw', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({ get: async id => task(id), list: sound });
    const all = waitAll(ids(8), { timeout: Infinity, schedule: bad }, hunt);
    const { settled, outcome } = gather(all);
    await clock.advance(10 * minute);
    expect([settled.length, outcome.state]).toEqual([8, 'resolved']);
    await all.return();
  });

  it('does not end the lists of others', async () => {
    using clock = new VirtualClock();
    const { hunt, lists } = world({ get: async id => task(id), list: sound });
    const good = waitAll(ids(8), { timeout: Infinity }, hunt);
    gather(good);
    await clock.advance(3 * second);
    const all = waitAll(ids(4), { timeout: Infinity, schedule: bad }, hunt);
    gather(all);
    await clock.advance(5 * second);
    await all.return();
    const before = lists.length;
    await clock.advance(2 * minute);
    expect(lists.length).toBeGreaterThan(before + 10);
    await good.return();
  });
});

describe('a task that a list tells of while its question is queued', () => {
  it('is given once', async () => {
    using clock = new VirtualClock();
    const begun = clock.time;
    let nth = 0;
    const { hunt } = world({
      get: (id, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(
            () => resolve(task(id, id === 't40' ? 'completed' : 'working')),
            id === 't40' ? 10 : 6 * second,
          );
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
      list: async () => {
        nth += 1;
        if (nth === 1) throw httpError(503);
        const asks = nth === 2 ? [task('t40', 'input-required', Date.now())] : [];
        return { page: { tasks: asks }, isFiltered: true };
      },
      send: () => Promise.reject(httpError(400)),
    });
    const answer = () => new Promise<string>(resolve => setTimeout(() => resolve('Yes.'), 20 * second));
    const all = waitAll(ids(41), { timeout: Infinity, includeArtifacts: false, onInterrupted: answer }, hunt);
    const { settled } = gather(all);
    await clock.advance(minute);
    expect(clock.time).toBe(begun + minute);
    expect(settled.filter(({ id }) => id === 't40')).toHaveLength(1);
    await all.return();
  });
});

describe('a deadline of many', () => {
  it('is kept where cancels hang, too', async () => {
    using clock = new VirtualClock();
    const { hunt } = world({ get: async id => task(id), cancel: (_, signal) => hang(signal) });
    const all = waitAll(ids(640), { timeout: second, cancelOnTimeout: true }, hunt);
    const { settled } = gather(all);
    await clock.advance(10 * second);
    expect(settled).toHaveLength(640);
    await all.return();
  });
});

describe('the signal, while the consumer is busy with one of them', () => {
  it('ends the lists and leaves no timer', async () => {
    using clock = new VirtualClock();
    const { hunt, lists } = world({
      get: async id => task(id, id === 't0' ? 'completed' : 'working'),
      list: async () => ({
        page: { tasks: ids(20).map(id => task(id, id === 't0' ? 'completed' : 'working', Date.now())) },
        isFiltered: true,
      }),
    });
    const controller = new AbortController();
    const all = waitAll(ids(20), { signal: controller.signal }, hunt);
    const first = watched(all.next());
    await clock.advance(10 * second);
    expect(first.state).toBe('resolved');
    controller.abort();
    await clock.advance(0);
    const [timers, before] = [clock.pending, lists.length];
    await clock.advance(20 * minute);
    expect([timers, lists.length - before, clock.pending]).toEqual([0, 0, 0]);
  });
});

describe('a signal that has fired already', () => {
  it('lets nothing be asked', async () => {
    using clock = new VirtualClock();
    const { hunt, lists, gets } = world({ get: async id => task(id), list: (_, { signal }) => hang(signal) });
    const { outcome } = gather(waitAll(ids(20), { signal: AbortSignal.abort() }, hunt));
    await clock.advance(minute);
    expect([outcome.state, lists.length, gets.length]).toEqual(['rejected', 0, 0]);
  });
});

describe('lists that fail now and then', () => {
  it('do not have single waits ask more often than without lists', async () => {
    const count = async (list: ListPage | undefined) => {
      using clock = new VirtualClock();
      const { gets, pursue, open } = world({ get: async id => task(id), ...(list && { list }) });
      for (const id of ids(10)) {
        watched(pursue(id, undefined, Date.now() - 30 * minute).wait({ timeout: Infinity }));
      }
      await clock.advance(5 * minute);
      open.close(new Error('closed'));
      return gets.length;
    };
    let nth = 0;
    const began = Date.UTC(2026, 0, 1);
    const without = await count(undefined);
    const flapping = await count(async () => {
      nth += 1;
      if (nth % 2 === 0) throw httpError(503);
      return { page: { tasks: ids(10).map(id => task(id, 'working', began)) }, isFiltered: true };
    });
    expect(flapping).toBeLessThanOrEqual(without * 1.5);
  });
});

describe('a list that was asked for before the task began to ask', () => {
  it('does not have the same question asked twice', async () => {
    using clock = new VirtualClock();
    let asked = 0;
    const { pursue, open } = world({
      get: async id => task(id, id === 't0' && clock.time > 3_000 ? 'input-required' : 'working'),
      list: async () => {
        const tasks = ids(8).map(id =>
          task(id, id === 't0' && clock.time > 3_000 ? 'input-required' : 'working'),
        );
        await new Promise(resolve => setTimeout(resolve, 4 * second));
        return { page: { tasks }, isFiltered: true };
      },
    });
    const onInterrupted = () => {
      asked += 1;
      return undefined;
    };
    for (const id of ids(8)) watched(pursue(id).wait({ timeout: Infinity, onInterrupted }));
    await clock.advance(5 * minute);
    expect(asked).toBe(1);
    open.close(new Error('closed'));
  });
});

describe('a list that was asked for before a question was answered', () => {
  it.each([undefined, 0])('does not have it answered twice (dated %s)', async changed => {
    using clock = new VirtualClock();
    const begun = Date.now();
    const date = changed === undefined ? undefined : begun;
    const answers: string[] = [];
    let state: TaskState = 'input-required';
    const { hunt } = world({
      get: async id => task(id, id === 't0' ? state : 'working', date),
      list: async () => {
        const tasks = ids(8).map(id => task(id, id === 't0' ? state : 'working', date));
        await new Promise(resolve => setTimeout(resolve, 2 * second));
        return { page: { tasks }, isFiltered: true };
      },
      send: async id => {
        answers.push(id);
        state = 'working';
        // Undated, or within the same second.
        return task(id, 'working', date);
      },
    });
    const known = ids(8).map(id => task(id, id === 't0' ? 'input-required' : 'working', date));
    const options = { timeout: Infinity, includeArtifacts: false, onInterrupted: () => 'Pay.' };
    const all = waitAll(known, options, hunt);
    gather(all);
    await clock.advance(minute);
    expect(answers).toHaveLength(1);
    await all.return();
  });
});

describe('batches of eight, one after the other', () => {
  it('list no more than once a second', async () => {
    using clock = new VirtualClock();
    const { hunt, lists } = world({
      get: async id => task(id, 'completed'),
      list: async () => {
        await new Promise(resolve => setTimeout(resolve, 50));
        return { page: { tasks: [] }, isFiltered: true };
      },
    });
    watched(
      (async () => {
        for (let nth = 0; nth < 20; nth += 1) {
          const batch = ids(8, 8 * nth).map(id => task(id, 'working'));
          const all = waitAll(batch, {}, hunt);
          const first = all.next();
          await new Promise(resolve => setTimeout(resolve, 100));
          await all.return();
          await first;
        }
      })(),
    );
    await clock.advance(5 * second);
    expect(lists.length).toBeLessThanOrEqual(6);
  });
});

describe('a row from the future, on a server whose clock is a little behind', () => {
  it.each([true, false])('does not hide what changes (is there: %s)', async isThere => {
    using clock = new VirtualClock();
    const behind = 10 * second;
    const endsAt = clock.time + 20 * second;
    const state = (): TaskState => (clock.time >= endsAt ? 'completed' : 'working');
    const began = Date.now();
    const { hunt } = world({
      get: async id => task(id, state(), (clock.time >= endsAt ? began + 20 * second : began) - behind),
      list: async ({ statusTimestampAfter }) => {
        const changed = (clock.time >= endsAt ? began + 20 * second : began) - behind;
        const rows = [
          ...(isThere ? [task('future', 'working', Date.UTC(9999, 0, 1))] : []),
          ...ids(10).map(id => ({ ...task(id, state(), changed), artifacts: [] })),
        ].filter(({ status }) => Date.parse(status.timestamp ?? '') >= Number(statusTimestampAfter ?? 0));
        return { page: { tasks: rows, totalSize: rows.length }, isFiltered: true };
      },
    });
    const all = waitAll(ids(10), { timeout: Infinity }, hunt);
    const { settled } = gather(all);
    await clock.advance(35 * second);
    expect(settled).toHaveLength(10);
    await all.return();
  });
});

describe('a question that was answered outside of the wait', () => {
  it('does not end the next wait', async () => {
    using clock = new VirtualClock();
    let state: TaskState = 'input-required';
    const { pursue, open } = world({ get: async id => task(id, state) });
    // An iterator, or one who sits the question out.
    watched(pursue('t').wait({ timeout: Infinity, onInterrupted: () => undefined }));
    await clock.advance(100);
    // client.sendMessage({ taskId: 't' }), answered by "working".
    state = 'working';
    const next = watched(pursue('t').wait({ timeout: minute }));
    await clock.advance(second);
    expect(next.error).not.toBeInstanceOf(TaskInterruptedError);
    open.close(new Error('closed'));
  });
});

describe('lists that end in the turn in which they tell of ends', () => {
  it.each([
    ['a crowd', 8],
    ['single waits', 5],
  ])('are not relied on any more by %s', async (_, together) => {
    using clock = new VirtualClock();
    const begun = clock.time;
    const wall = Date.now();
    const ends = (id: string) => (id < 't5' ? 5 : 60) * second;
    const now = (id: string) => {
      const isOver = clock.time - begun >= ends(id);
      return task(id, isOver ? 'completed' : 'working', wall + (isOver ? ends(id) : 0));
    };
    const { hunt, gets, pursue } = world({
      get: async id => now(id),
      list: async ({ statusTimestampAfter }) => {
        const rows = ids(8)
          .map(now)
          .filter(({ status }) => Date.parse(status.timestamp ?? '') >= Number(statusTimestampAfter ?? 0));
        return { page: { tasks: rows, totalSize: rows.length }, isFiltered: true };
      },
    });
    const options = { timeout: Infinity, schedule: 'snappy' } as const;
    const all = waitAll(ids(together), { ...options, includeArtifacts: false }, hunt);
    const { settled } = gather(all);
    const singles = ids(8 - together, together).map(id => watched(pursue(id).wait(options)));
    await clock.advance(10 * second);
    expect(settled).toHaveLength(5);
    const before = gets.length;
    await clock.advance(48 * second);
    // Each is asked for every five seconds by its schedule.
    expect(gets.length - before).toBeGreaterThan(3 * 5);
    await clock.advance(10 * second);
    expect(settled).toHaveLength(together);
    expect(singles.every(({ state }) => state === 'resolved')).toBe(true);
    await all.return();
  });
});

describe('a crowd', () => {
  it('leaves turns to others: one who comes later does not stand behind thousands', async () => {
    using clock = new VirtualClock();
    const { hunt, pursue } = world({
      get: async id => {
        await new Promise(resolve => setTimeout(resolve, 100));
        return task(id, id === 'quick' ? 'completed' : 'working');
      },
    });
    const all = waitAll(ids(1_000), { timeout: Infinity }, hunt);
    gather(all);
    await clock.advance(50);
    const quick = watched(pursue('quick').wait({ timeout: minute }));
    await clock.advance(400);
    expect(quick.state).toBe('resolved');
    await all.return();
  });
});

describe('a list that tells of ends that asking does not know', () => {
  it.each(['crowd', 'single'])('does not have each asked for once a second for ever (%s)', async kind => {
    using clock = new VirtualClock();
    const { hunt, gets, pursue, open } = world({
      get: async id => task(id, 'working'),
      list: async () => ({
        page: { tasks: ids(10).map(id => task(id, 'completed', Date.now())) },
        isFiltered: true,
      }),
    });
    const old = { timeout: Infinity, startedAt: Date.now() - 60 * minute };
    if (kind === 'crowd') gather(waitAll(ids(10), old, hunt));
    else for (const id of ids(10)) watched(pursue(id).wait(old));
    await clock.advance(10 * minute);
    // Without lists it were 100.
    expect(gets.length).toBeLessThan(1_000);
    open.close(new Error('closed'));
  });
});

describe('questions that are sat out', () => {
  it.each(['crowd', 'single'])('are not asked about in a hot loop (%s)', async kind => {
    using clock = new VirtualClock();
    const { hunt, gets, pursue, open } = world({
      get: async id => task(id, 'input-required', Date.now()),
      list: async () => ({
        page: { tasks: ids(10).map(id => task(id, 'input-required', Date.now())) },
        isFiltered: true,
      }),
    });
    const options = { timeout: Infinity, onInterrupted: () => undefined };
    if (kind === 'crowd') gather(waitAll(ids(10), options, hunt));
    else for (const id of ids(10)) watched(pursue(id).wait(options));
    await clock.advance(10 * minute);
    expect(gets.length).toBeLessThan(1_000 + 10 * 60 * 10);
    open.close(new Error('closed'));
  });
});

describe('a machine that sleeps', () => {
  it.each([true, false])('learns of all that ended meanwhile (lists: %s)', async hasList => {
    using clock = new VirtualClock();
    const begun = clock.time;
    const wall = Date.now();
    const now = (id: string) => {
      const isOver = clock.time - begun > minute;
      return task(id, isOver ? 'completed' : 'working', wall + (isOver ? minute : 0));
    };
    const { hunt } = world({
      get: async id => now(id),
      ...(hasList && {
        list: async () => ({ page: { tasks: ids(20).map(now) }, isFiltered: true }),
      }),
    });
    const all = waitAll(ids(20), {}, hunt);
    const { settled } = gather(all);
    await clock.advance(30 * second);
    clock.sleep(8 * 60 * minute);
    await clock.advance(10 * second);
    expect(settled.filter(({ ok }) => ok)).toHaveLength(20);
    expect(clock.pending).toBe(0);
  });
});

describe('an onUpdate that leaves the loop', () => {
  it.each(['return', 'abort'])('leaves nothing behind (%s)', async how => {
    using clock = new VirtualClock();
    const controller = new AbortController();
    let nth = 0;
    const { hunt, lists, gets } = world({
      get: async id => task(id),
      list: async () => ({
        page: { tasks: ids(20).map(id => task(id, 'working', Date.now())) },
        isFiltered: true,
      }),
    });
    const onUpdate = () => {
      nth += 1;
      if (nth < 25) return;
      if (how === 'abort') controller.abort();
      else all.return();
    };
    const all = waitAll(ids(20), { timeout: Infinity, signal: controller.signal, onUpdate }, hunt);
    const { outcome } = gather(all);
    await clock.advance(10 * second);
    const before = lists.length + gets.length;
    await clock.advance(10 * minute);
    expect([outcome.state === 'pending', clock.pending, lists.length + gets.length - before]).toEqual([
      false,
      0,
      0,
    ]);
  });
});

describe('a server that asks to be left alone', () => {
  it.each(['crowd', 'single'])('is, though a list tells of ends again and again (%s)', async kind => {
    using clock = new VirtualClock();
    const began = Date.now();
    const { hunt, gets, pursue, open } = world({
      get: () => Promise.reject(httpError(429, { retryAfter: 60_000 })),
      list: async () => ({
        page: { tasks: ids(10).map(id => ({ ...task(id, 'completed', began), artifacts: [] })) },
        isFiltered: true,
      }),
    });
    if (kind === 'crowd') gather(waitAll(ids(10), { timeout: Infinity }, hunt));
    else for (const id of ids(10)) watched(pursue(id).wait({ timeout: Infinity }));
    await clock.advance(50 * second);
    expect(gets.length).toBeLessThanOrEqual(20);
    open.close(new Error('closed'));
  });
});

describe('edges of options', () => {
  const cases = {
    'no time': { timeout: 0 },
    'no time, canceled': { timeout: 0, cancelOnTimeout: true },
    'begun in 1970': { timeout: second, startedAt: 0 },
    'begun tomorrow': { timeout: second, startedAt: Date.UTC(2030, 0, 1) },
    'asked once in 30 days': { timeout: second, schedule: { minimum: 2 ** 31, interval: () => 2 ** 32 } },
    'asked never': { timeout: second, schedule: { minimum: 100, interval: () => Infinity } },
    'asked NaN': { timeout: second, schedule: { minimum: 100, interval: () => Number.NaN } },
    'asked before': { timeout: second, schedule: { minimum: 100, interval: () => -5 } },
    'a listener that throws': {
      timeout: second,
      onUpdate: () => {
        throw new Error('Mine.');
      },
    },
    'an answer that throws': {
      timeout: second,
      onInterrupted: () => {
        throw new Error('Mine.');
      },
    },
  };
  it.each(
    Object.entries(cases).flatMap(([name, options]) =>
      [7, 40].flatMap(size => [true, false].map(hasList => ({ name, options, size, hasList }))),
    ),
  )('$name, of $size, with a list: $hasList', async ({ options, size, hasList }) => {
    using clock = new VirtualClock();
    const { hunt, gets } = world({
      get: async id => task(id, id === 't0' ? 'input-required' : 'working'),
      ...(hasList && {
        list: async () => ({
          page: { tasks: ids(size).map(id => task(id, 'working', Date.now())) },
          isFiltered: true,
        }),
      }),
    });
    const { settled, outcome } = gather(waitAll([...ids(size), ...ids(size)], options, hunt));
    await clock.advance(6 * second);
    expect([settled.length, outcome.state, clock.pending]).toEqual([size, 'resolved', 0]);
    expect(new Set(settled.map(({ id }) => id)).size).toBe(size);
    expect(gets.length).toBeLessThan(size * 15);
  });
});

describe('the signal, some microtasks after any event', () => {
  it('leaves nothing behind', async () => {
    for (let after = 0; after < 40; after += 1) {
      for (const at of [0, 100, 1_000, 1_100, 5_000, 5_100]) {
        using clock = new VirtualClock();
        const begun = clock.time;
        const slow = async <R>(give: () => R): Promise<R> => {
          await new Promise(resolve => setTimeout(resolve, 100));
          return give();
        };
        const now = (id: string) =>
          task(id, clock.time - begun > 4_500 && id > 't3' ? 'completed' : 'working', Date.now());
        const { hunt, lists, gets } = world({
          get: id => slow(() => now(id)),
          list: () => slow(() => ({ page: { tasks: ids(40).map(now) }, isFiltered: true })),
        });
        const controller = new AbortController();
        const all = waitAll(ids(40), { timeout: 5 * second, signal: controller.signal }, hunt);
        const { settled } = gather(all);
        setTimeout(async () => {
          for (let nth = 0; nth < after; nth += 1) await undefined;
          controller.abort();
        }, at);
        await clock.advance(at);
        const before = [settled.length, lists.length + gets.length];
        // Requests that do not heed their signal.
        await clock.advance(100);
        expect(clock.pending).toBe(0);
        await clock.advance(minute);
        expect([settled.length, lists.length + gets.length]).toEqual(before);
        // All turns are there again.
        let running = 0;
        for (let nth = 0; nth < 32; nth += 1) {
          watched(
            hunt.turns.run(new AbortController().signal, async () => {
              running += 1;
              await new Promise(resolve => setTimeout(resolve, 1));
            }),
          );
        }
        await clock.advance(0);
        expect(running).toBe(32);
        await clock.advance(10 * second);
      }
    }
  });
});

describe('closing the client, while the consumer is busy', () => {
  it('leaves no timer', async () => {
    using clock = new VirtualClock();
    const { hunt, open } = world({ get: async id => task(id, id === 't0' ? 'completed' : 'working') });
    const all = waitAll(ids(20), {}, hunt);
    const first = watched(all.next());
    await clock.advance(10 * second);
    expect(first.state).toBe('resolved');
    open.close(new Error('closed'));
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a question that was sat out, of a task without dates', () => {
  it.each(['crowd', 'single'])(
    'is heard when it is asked again after work that only a list told of (%s)',
    async kind => {
      using clock = new VirtualClock();
      const begun = clock.time;
      // Asks at once, works from the 20th to the 50th second, and asks again in the same words.
      const state = (id: string): TaskState => {
        const age = clock.time - begun;
        return id === 't0' && (age < 20 * second || age > 70 * second) ? 'input-required' : 'working';
      };
      let asked = 0;
      const onInterrupted = () => {
        asked += 1;
        return undefined;
      };
      const { hunt, pursue, open } = world({
        get: async id => task(id, state(id)),
        // Of these one has a date, so that lists stand in for asking.
        list: async () => ({
          page: { tasks: [...ids(8).map(id => task(id, state(id))), task('other', 'working', Date.now())] },
          isFiltered: true,
        }),
      });
      const options = { timeout: Infinity, onInterrupted };
      if (kind === 'crowd') gather(waitAll(ids(8), options, hunt));
      else for (const id of ids(8)) watched(pursue(id).wait(options));
      await clock.advance(3 * minute);
      expect(asked).toBe(2);
      open.close(new Error('closed'));
    },
  );
});

describe('cancelOnAbort, while the consumer is busy', () => {
  it('cancels at once', async () => {
    using clock = new VirtualClock();
    const canceled: string[] = [];
    const { hunt } = world({
      get: async id => task(id, id === 't0' ? 'completed' : 'working'),
      cancel: async id => {
        canceled.push(id);
        return task(id, 'canceled');
      },
    });
    const controller = new AbortController();
    const all = waitAll(ids(20), { signal: controller.signal, cancelOnAbort: true }, hunt);
    watched(all.next());
    await clock.advance(10 * second);
    controller.abort();
    await clock.advance(second);
    expect(canceled).toHaveLength(19);
  });
});

describe('eight tasks of a day', () => {
  const hour = 60 * minute;
  /** A sound list of tasks that end when they are told to. */
  function sound() {
    const ended = new Map<string, number>();
    const began = Date.now();
    const now = (id: string) => task(id, ended.has(id) ? 'completed' : 'working', ended.get(id) ?? began);
    const all = world({
      get: async id => now(id),
      list: async ({ statusTimestampAfter }) => {
        const rows = [...ids(8), 'young'].map(now);
        const isNew = (row: Task) =>
          Date.parse(row.status.timestamp ?? '') >= Number(statusTimestampAfter ?? 0);
        return { page: { tasks: rows.filter(isNew) }, isFiltered: true };
      },
    });
    return { ...all, end: (id: string) => ended.set(id, Date.now()) };
  }

  it.each(['crowd', 'single'])('cost fewer lists the older they are (%s)', async kind => {
    using clock = new VirtualClock();
    const { hunt, lists, gets, pursue, open } = sound();
    const options = { timeout: Infinity };
    if (kind === 'crowd') gather(waitAll(ids(8), options, hunt));
    else for (const id of ids(8)) watched(pursue(id).wait(options));
    await clock.advance(minute);
    expect(lists.length).toBeGreaterThan(55);
    await clock.advance(3 * hour);
    const [listed, asked] = [lists.length, gets.length];
    await clock.advance(hour);
    // By their schedule each were asked for once a minute.
    expect(lists.length - listed + gets.length - asked).toBeLessThan(240);
    open.close(new Error('closed'));
  });

  it('end within half a minute, and those who begin to wait meanwhile at once', async () => {
    using clock = new VirtualClock();
    const { hunt, end } = sound();
    const { settled } = gather(waitAll(ids(8), { timeout: Infinity }, hunt));
    await clock.advance(3 * hour);
    end('t1');
    await clock.advance(30 * second);
    expect(settled).toHaveLength(1);
    const young = gather(waitAll(['young'], { timeout: Infinity }, hunt));
    await clock.advance(10 * second);
    end('young');
    await clock.advance(1_100);
    expect(young.settled).toHaveLength(1);
    hunt.open.close(new Error('closed'));
  });
});
