import { describe, expect, it } from 'vitest';
import type { SweepQuery } from '../../../src/wait/sweep.js';
import { waitAll } from '../../../src/wait/wait-all.js';
import { gather, ids, task, world } from '../../support/crowd.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const second = 1_000;
const minute = 60 * second;
const patient = { timeout: Infinity };

interface Store {
  /** How long each task is at work, ms. */
  lasts: (nth: number) => number;
  /** Of a page, ms. */
  latency?: (query: SweepQuery) => number;
  /** Rejects lists with artifacts, once each. */
  refusal?: Error;
  /** Leaves artifacts out, whatever is asked. */
  isMeager?: boolean;
}

/** A server with so many tasks that it lists by hundreds, with artifacts for those who ask for them. */
function store(count: number, { lasts, latency = () => 5, refusal, isMeager }: Store) {
  const begun = Date.now();
  const queries: SweepQuery[] = [];
  const stand = (id: string) => {
    const end = begun + lasts(Number(id.slice(1)));
    return Date.now() < end ? task(id, 'working', begun) : task(id, 'completed', end);
  };
  const around = world({
    get: async id => stand(id),
    list: async query => {
      queries.push({ ...query });
      await new Promise(resolve => setTimeout(resolve, latency(query)));
      if (refusal && query.includeArtifacts) throw refusal;
      const since = Number(query.statusTimestampAfter ?? 0);
      const changedAt = ({ status }: { status: { timestamp?: string } }) =>
        Date.parse(status.timestamp ?? '');
      const all = ids(count)
        .map(stand)
        .filter(each => changedAt(each) >= since)
        .sort((one, other) => changedAt(other) - changedAt(one));
      const start = Number(query.pageToken ?? 0);
      const tasks = all
        .slice(start, start + query.pageSize)
        .map(each => (query.includeArtifacts && !isMeager ? each : { ...each, artifacts: [] }));
      const nextPageToken = start + query.pageSize < all.length ? `${start + query.pageSize}` : undefined;
      return {
        page: { tasks, totalSize: all.length, ...(nextPageToken && { nextPageToken }) },
        isFiltered: true,
      };
    },
  });
  return { ...around, queries };
}

describe('of more tasks than can be asked for one by one', () => {
  it('lists give the artifacts, too', async () => {
    using clock = new VirtualClock();
    const { hunt, gets, queries } = store(1_000, { lasts: nth => 2_000 + nth });
    const { settled } = gather(waitAll(ids(1_000), patient, hunt));
    await clock.advance(8 * second);
    expect(settled).toHaveLength(1_000);
    for (const each of settled)
      expect(each).toMatchObject({ ok: true, task: { artifacts: [{ artifactId: 'a' }] } });
    expect(queries.some(({ includeArtifacts }) => includeArtifacts)).toBe(true);
    expect(gets.length).toBeLessThan(50);
  });

  it('those that ended before anybody waited are given by the first list', async () => {
    using clock = new VirtualClock();
    const { hunt, gets } = store(1_000, { lasts: () => 0 });
    const { settled } = gather(waitAll(ids(1_000), patient, hunt));
    await clock.advance(second);
    expect([settled.length, gets.length]).toEqual([1_000, 0]);
  });

  it('lists are asked for with the history, as each would be', async () => {
    using clock = new VirtualClock();
    const { hunt, queries } = store(1_000, { lasts: () => minute });
    const all = waitAll(ids(1_000), patient, hunt);
    gather(all);
    await clock.advance(second / 2);
    expect(queries[0]).toMatchObject({ includeArtifacts: true, historyLength: undefined });
    await all.return();
  });

  it('lists give no artifacts to who wants none', async () => {
    using clock = new VirtualClock();
    const { hunt, queries } = store(1_000, { lasts: nth => nth });
    gather(waitAll(ids(1_000), { ...patient, includeArtifacts: false }, hunt));
    await clock.advance(5 * second);
    expect(queries.filter(({ includeArtifacts }) => includeArtifacts)).toEqual([]);
  });

  it('each is asked for of which a list gives fewer artifacts than were known', async () => {
    using clock = new VirtualClock();
    const { hunt } = store(200, { lasts: () => 2_000 });
    const made = ['a', 'b'].map(artifactId => ({ artifactId, parts: [] }));
    const known = ids(200).map(id => ({ ...task(id, 'working', Date.now()), artifacts: made }));
    const whole = {
      ...hunt.source,
      getTask: async (id: string) => ({ ...task(id, 'completed'), artifacts: made }),
    };
    const { settled } = gather(waitAll(known, patient, { ...hunt, source: whole }));
    await clock.advance(8 * second);
    expect(settled).toHaveLength(200);
    for (const each of settled) expect(each).toMatchObject({ ok: true, task: { artifacts: made } });
  });

  it('each is asked for where lists do not give artifacts although they are asked', async () => {
    using clock = new VirtualClock();
    const { hunt, gets } = store(200, { lasts: () => 2_000, isMeager: true });
    const { settled } = gather(waitAll(ids(200), patient, hunt));
    await clock.advance(8 * second);
    expect(settled).toHaveLength(200);
    for (const each of settled)
      expect(each).toMatchObject({ ok: true, task: { artifacts: [{ artifactId: 'a' }] } });
    expect(new Set(gets.map(({ id }) => id)).size).toBe(200);
  });

  it.each([
    ['refuses', Object.assign(new Error('Unknown parameter.'), { rpcCode: -32602 })],
    ['cannot send', Object.assign(new Error('Too much.'), { code: 'response-limit' })],
    ['fails over', Object.assign(new Error('Out of memory.'), { status: 500 })],
  ])('lists go on without artifacts where the server %s those with them', async (_, refusal) => {
    using clock = new VirtualClock();
    const { hunt, gets, queries } = store(1_000, { lasts: () => 5_000, refusal });
    const { settled } = gather(waitAll(ids(1_000), patient, hunt));
    await clock.advance(30 * second);
    expect(settled).toHaveLength(1_000);
    expect(queries.filter(({ includeArtifacts }) => includeArtifacts)).toHaveLength(1);
    expect(queries.length).toBeGreaterThan(3);
    expect(gets.length).toBeLessThanOrEqual(1_100);
  });

  it('lists go on without artifacts where those with them take longer than a second', async () => {
    using clock = new VirtualClock();
    const latency = ({ includeArtifacts }: SweepQuery) => (includeArtifacts ? 1_500 : 5);
    const { hunt, queries } = store(200, { lasts: () => 20_000, latency });
    const { settled } = gather(waitAll(ids(200), patient, hunt));
    await clock.advance(40 * second);
    expect(settled).toHaveLength(200);
    expect(queries.filter(({ includeArtifacts }) => includeArtifacts)).toHaveLength(1);
  });

  it.each([
    ['takes longer than a second', 1_500],
    ['hangs', minute],
  ])('a page with artifacts that %s keeps no end from those who wait', async (_, late) => {
    using clock = new VirtualClock();
    const end = clock.time + 9 * second;
    const latency = ({ includeArtifacts }: SweepQuery) => (includeArtifacts && clock.time >= end ? late : 5);
    const { hunt } = store(500, { lasts: () => 9 * second, latency });
    const { settled } = gather(waitAll(ids(500), patient, hunt));
    await clock.advance(9 * second - 1);
    expect(settled).toHaveLength(0);
    await clock.advance(5 * second);
    expect(settled).toHaveLength(500);
  });
});

describe('a crowd of which nothing changes', () => {
  it('is not listed with all it has again and again', async () => {
    using clock = new VirtualClock();
    const { hunt, queries } = store(1_000, { lasts: () => 30 * second });
    const { settled } = gather(waitAll(ids(1_000), patient, hunt));
    await clock.advance(30 * second - 1);
    // Twice all of it, and then a page a second.
    expect(queries.filter(({ includeArtifacts }) => includeArtifacts).length).toBeLessThanOrEqual(50);
    await clock.advance(2 * second);
    expect(settled).toHaveLength(1_000);
  });
});

describe('where there is no list', () => {
  it.each([
    ['the method is unknown', { rpcCode: -32601 }],
    ['the operation is not supported', { rpcCode: -32004 }],
    ['the path is unknown', { status: 404 }],
    ['the path is not served', { status: 501 }],
  ])('as %s, the tasks of a crowd are asked about at once', async (_, refusal) => {
    using clock = new VirtualClock();
    const { hunt, lists } = world({
      get: async id => task(id, 'completed'),
      list: () => Promise.reject(Object.assign(new Error('No.'), refusal)),
    });
    const { settled } = gather(waitAll(ids(200), patient, hunt));
    await clock.advance(100);
    expect([settled.length, lists.length]).toEqual([200, 1]);
  });
});

describe('who wants to know of each step of a crowd', () => {
  it('is told what its tasks have made so far', async () => {
    using clock = new VirtualClock();
    const begun = Date.now();
    const made = [{ artifactId: 'draft', parts: [] }];
    const { hunt } = world({
      get: async id => task(id),
      list: async () => ({
        page: { tasks: ids(40).map(id => ({ ...task(id, 'working', begun), artifacts: made })) },
        isFiltered: true,
      }),
    });
    const seen: unknown[] = [];
    const all = waitAll(ids(40), { ...patient, onUpdate: ({ artifacts }) => seen.push(artifacts) }, hunt);
    gather(all);
    await clock.advance(second / 2);
    expect(seen).toEqual(ids(40).map(() => made));
    await all.return();
  });
});

describe('of few tasks', () => {
  it.each([
    ['no list', 10, 0],
    ['no list when they are old, of which seldom two end together,', 200, 30_000],
  ])('%s gives the artifacts', async (_, count, after) => {
    using clock = new VirtualClock();
    const { hunt, queries } = store(count, { lasts: nth => minute + 10 * nth * second });
    const all = waitAll(ids(count), patient, hunt);
    gather(all);
    await clock.advance(after);
    queries.length = 0;
    await clock.advance(minute);
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.filter(({ includeArtifacts }) => includeArtifacts)).toEqual([]);
    await all.return();
  });
});

describe('an end that a list tells of', () => {
  it.each(['working', 'input-required'] as const)(
    'while an older question about that task is under way, which was %s, is asked about once more',
    async state => {
      using clock = new VirtualClock();
      const end = Date.now() + 5 * minute;
      const hasEnded = () => Date.now() >= end;
      const { hunt } = world({
        // Who is asked before takes three seconds to say so.
        get: async id => {
          const stood = hasEnded() ? task(id, 'completed', end) : task(id, state);
          if (!hasEnded()) await new Promise(resolve => setTimeout(resolve, 3 * second));
          return stood;
        },
        // Until then lists tell nothing, and each is asked for every fifteen seconds. Later they tell what is newer.
        list: async () => ({
          page: {
            tasks:
              hasEnded() && Date.now() < end + 2_500
                ? ids(100).map(id => ({ ...task(id, 'completed', end), artifacts: [] }))
                : [],
          },
          isFiltered: true,
        }),
      });
      const { settled } = gather(waitAll(ids(100), { ...patient, onInterrupted: () => undefined }, hunt));
      await clock.advance(5 * minute - 10);
      expect(settled).toHaveLength(0);
      await clock.advance(6 * second);
      expect(settled).toHaveLength(100);
    },
  );
});

describe('tasks that were only just submitted, and have no date yet, as in the Python server', () => {
  it('are told of by lists all the same', async () => {
    using clock = new VirtualClock();
    const begun = Date.now();
    const stand = (nth: number) => {
      const end = begun + 3_000 + 10 * nth;
      return Date.now() < end ? task(`t${nth}`, 'submitted') : task(`t${nth}`, 'completed', end);
    };
    const { hunt, gets } = world({
      get: async id => stand(Number(id.slice(1))),
      list: async ({ includeArtifacts }) => ({
        page: {
          tasks: ids(20).map((_, nth) => ({ ...stand(nth), ...(!includeArtifacts && { artifacts: [] }) })),
        },
        isFiltered: true,
      }),
    });
    const sent = ids(20).map((_, nth) => stand(nth));
    const { settled } = gather(waitAll(sent, patient, hunt));
    await clock.advance(5_500);
    expect(settled).toHaveLength(20);
    // One for what each made.
    expect(gets).toHaveLength(20);
  });
});

describe('the second list of many', () => {
  it('comes at once where the first took longer than a second', async () => {
    using clock = new VirtualClock();
    const { hunt, queries, lists } = store(1_000, { lasts: () => 30_000, latency: () => 300 });
    const all = waitAll(ids(1_000), patient, hunt);
    gather(all);
    await clock.advance(3_500);
    const second_ = queries.findIndex(({ statusTimestampAfter }) => statusTimestampAfter);
    expect((lists[second_] ?? NaN) - (lists[0] ?? NaN)).toBe(10 * 300);
    await all.return();
  });
});
