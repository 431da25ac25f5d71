import {
  type AgentStep,
  artifact,
  completed,
  createReferenceServer,
  type ListedRow,
  type ReferenceServerOptions,
  reply,
  type StoreQuirks,
  working,
} from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, type Json, praisonMessage, v1Message, type Wire } from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

const names = ['a', 'b', 'c', 'd', 'e'];
const atSecond = (second: number) => new Date(second * 1_000).toISOString();

/**
 * A server with tasks a to e, or those at the times given; each began to work a second after the one before, c at the
 * third second of 1970, and does next what it is told to.
 */
async function serverWith(options: ReferenceServerOptions, times = [1_000, 2_000, 3_000, 4_000, 5_000]) {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] });
  const tell = new Map<string, (step: AgentStep) => void>();
  const server = createReferenceServer({
    ...options,
    async *agent({ text }) {
      if (text === 'reply') return yield reply('hello');
      yield working();
      while (true) yield await new Promise<AgentStep>(resolve => tell.set(text, resolve));
    },
  });
  const ready = async (name: string) => {
    while (!tell.has(name)) await new Promise(resolve => setImmediate(resolve));
  };
  for (const [index, time] of times.entries()) {
    vi.setSystemTime(time);
    const text = names[index] ?? '';
    const message = options.dialect === 'praison' ? praisonMessage(text) : v1Message(text);
    const method = options.dialect === 'praison' ? 'message/send' : 'SendMessage';
    const configuration = { returnImmediately: true };
    await call(server, method, { message, configuration });
    await ready(text);
  }
  const list = async (query: Json = {}) => (await call(server, 'ListTasks', query)).result;
  return {
    server,
    list,
    /** Has an agent do something, at the tenth second unless it is another. */
    async act(name: string, step: AgentStep, second = 10) {
      vi.setSystemTime(second * 1_000);
      const next = tell.get(name);
      tell.delete(name);
      next?.(step);
      if (step.kind === 'status' && step.state === 'completed') {
        while (state(name) !== 'completed') await new Promise(resolve => setImmediate(resolve));
      } else await ready(name);
    },
    /** The names of all rows, page by page, at most twelve pages; something happens after the first. */
    async scan(query: Json, meanwhile?: () => Promise<void>): Promise<string[]> {
      const pages: string[] = [];
      let page = await list(query);
      pages.push(namesOf(page));
      await meanwhile?.();
      while (page.nextPageToken && pages.length < 12) {
        page = await list({ ...query, pageToken: page.nextPageToken });
        pages.push(namesOf(page));
      }
      return pages;
    },
    idOf: (name: string) => server.tasks.list()[names.indexOf(name)]?.id,
  };

  function state(name: string) {
    return server.tasks.list()[names.indexOf(name)]?.status.state;
  }
}

const namesOf = ({ tasks }: Wire): string =>
  tasks.map((task: Wire) => task.history[0].parts[0].text).join('');

const two = { pageSize: 2 };

describe.each([['JSONRPC' as const], ['HTTP+JSON' as const]])('a sound store, over %s,', binding => {
  const sound = (times?: number[]) => serverWith({ bindings: [binding] }, times);

  it('tells whatever did not change once, wherever the others move', async () => {
    for (const moved of ['c', 'd', 'e']) {
      const { server, scan, act } = await sound();
      const told = await scan(two, () => act(moved, working('again')));
      const still = names.filter(name => name !== moved);
      expect([...told.join('')].filter(name => name !== moved).sort()).toEqual(still);
      await server.close();
    }
  });

  it('tells next time what changed between two pages', async () => {
    const { server, scan, act } = await sound();
    expect(await scan(two, () => act('c', working('again'), 6))).toEqual(['ed', 'ba']);
    expect(await scan({ statusTimestampAfter: atSecond(5) })).toEqual(['ce']);
    await server.close();
  });

  it('moves nothing for an artifact, and finds a task from its very time on', async () => {
    const { server, scan, act } = await sound();
    expect(await scan(two, () => act('c', artifact('piece')))).toEqual(['ed', 'cb', 'a']);
    expect(await scan({ statusTimestampAfter: atSecond(3) })).toEqual(['edc']);
    await server.close();
  });

  it('goes on where a filter ends to fit', async () => {
    const { server, scan, act } = await sound();
    const query = { ...two, status: 'TASK_STATE_WORKING' };
    expect(await scan(query, () => act('c', completed()))).toEqual(['ed', 'ba']);
    await server.close();
  });

  it('compares times, and not how they are written', async () => {
    const { server, scan } = await sound([1_000, 1_500, 2_000]);
    expect(await scan({ statusTimestampAfter: atSecond(1) })).toEqual(['cba']);
    expect(await scan({ statusTimestampAfter: '1970-01-01T01:00:01.001+01:00' })).toEqual(['cb']);
    await server.close();
  });
});

describe('the store', () => {
  it('of the JavaScript server loses the rest where the last task of a page has moved', async () => {
    const { server, scan, act } = await serverWith({ store: 'js' });
    expect(await scan(two)).toEqual(['ed', 'cb', 'a']);
    expect(await scan(two, () => act('d', working('again')))).toEqual(['ed', '']);
    await server.close();
  });

  it('of the JavaScript server loses the task of the very time that is asked for', async () => {
    const { server, scan } = await serverWith({ store: 'js' });
    expect(await scan({ statusTimestampAfter: atSecond(3) })).toEqual(['ed']);
    await server.close();
  });

  it('of the Python server begins again where the first task of the next page has moved', async () => {
    const { server, scan, act } = await serverWith({ store: 'python' });
    expect(await scan(two)).toEqual(['ed', 'cb', 'a']);
    expect(await scan(two, () => act('c', working('again')))).toEqual(['ed', 'ce', 'db', 'a']);
    await server.close();
  });

  it('of the Python server refuses a token whose task fits no more', async () => {
    const { server, list, act } = await serverWith({ store: 'python' });
    const query = { ...two, status: 'TASK_STATE_WORKING' };
    const { nextPageToken: pageToken } = await list(query);
    await act('c', completed());
    expect((await call(server, 'ListTasks', { ...query, pageToken })).error.code).toBe(-32602);
    await server.close();
  });

  it('of the Python server loses the rest of a whole second', async () => {
    const { server, scan } = await serverWith({ store: 'python' }, [1_000, 1_500, 2_000]);
    expect(await scan({ statusTimestampAfter: atSecond(1) })).toEqual(['ca']);
    expect(await scan({ statusTimestampAfter: atSecond(1.2) })).toEqual(['cba']);
    await server.close();
  });

  it('of the Go server loses a task that gets an artifact between two pages, and its time tells nobody', async () => {
    const { server, scan, act } = await serverWith({ store: 'go' });
    expect(await scan(two, () => act('c', artifact('piece')))).toEqual(['ed', 'ba']);
    expect(await scan({ statusTimestampAfter: atSecond(6) })).toEqual(['']);
    expect(await scan({})).toEqual(['cedba']);
    await server.close();
  });

  it.each([
    ['left-out' as const, ''],
    ['listed' as const, 'edcba'],
  ])('that is untimed tells no times; by time all are %s', async (untimed, found) => {
    const { server, list, idOf } = await serverWith({ store: { untimed } });
    const { tasks } = await list();
    expect(tasks).toHaveLength(5);
    expect(tasks.filter((task: Wire) => 'timestamp' in task.status)).toEqual([]);
    expect(namesOf(await list({ statusTimestampAfter: atSecond(4) }))).toBe(found);
    const { result } = await call(server, 'GetTask', { id: idOf('a') });
    expect(result.status).toHaveProperty('timestamp');
    await server.close();
  });

  it.each([
    ['matching' as const, 3],
    ['stored' as const, 5],
    ['page' as const, 2],
    ['absent' as const, undefined],
  ])('counts by totalSize what is %s', async (totalSize, count) => {
    const { server, list } = await serverWith({ store: { totalSize } });
    const page = await list({ ...two, statusTimestampAfter: atSecond(3) });
    expect(namesOf(page)).toBe('ed');
    expect(page.totalSize).toBe(count);
    expect('totalSize' in page).toBe(count !== undefined);
    await server.close();
  });

  it('with endless pages begins again after the last one', async () => {
    const { server, scan } = await serverWith({ store: { pageToken: 'endless' } });
    expect(await scan({ pageSize: 3 })).toEqual(Array(6).fill(['edc', 'ba']).flat());
    await server.close();
  });
});

describe('a mishap of a row', () => {
  it('loses it or tells it twice, and totalSize counts it all the same', async () => {
    const mishap = ({ nth }: ListedRow) => (({ 2: 'lose', 3: 'duplicate' }) as const)[nth as 2 | 3];
    const { server, list } = await serverWith({ store: { mishap } });
    const page = await list({ pageSize: 4 });
    expect(namesOf(page)).toBe('eccb');
    expect(page.totalSize).toBe(5);
    expect(namesOf(await list())).toBe('edcba');
    await server.close();
  });

  it('is decided by what the row tells', async () => {
    const asked: ListedRow[] = [];
    const mishap: StoreQuirks['mishap'] = row => {
      asked.push(row);
      return 'lose';
    };
    const { server, list, act, idOf } = await serverWith({ store: { mishap } }, [1_000, 2_000]);
    await act('a', completed());
    expect((await list()).tasks).toEqual([]);
    await list({ pageSize: 1 });
    expect(asked).toEqual([
      { nth: 1, taskId: idOf('a'), state: 'completed' },
      { nth: 2, taskId: idOf('b'), state: 'working' },
      { nth: 3, taskId: idOf('a'), state: 'completed' },
    ]);
    await server.close();
  });

  it('happens in the list of PraisonAI too, which otherwise is what it was', async () => {
    const mishap = ({ nth }: ListedRow) => (nth === 2 ? 'lose' : undefined);
    const { server } = await serverWith({ dialect: 'praison', store: { mishap, untimed: 'listed' } });
    const list = async () => (await call(server, 'tasks/list')).result;
    expect(namesOf({ tasks: await list() })).toBe('acde');
    const tasks = await list();
    expect(namesOf({ tasks })).toBe('abcde');
    expect(tasks.filter((task: Wire) => 'timestamp' in task.status)).toEqual([]);
    await server.close();
  });
});

describe('a list', () => {
  it('has nothing of a task that was dropped, and of a direct answer', async () => {
    const { server, list, act } = await serverWith({ maxTasks: 3 });
    expect(namesOf(await list())).toBe('edc');
    await call(server, 'SendMessage', { message: v1Message('reply') });
    await act('d', working('again'));
    const page = await list();
    expect(namesOf(page)).toBe('de');
    expect(page.totalSize).toBe(2);
    await server.close();
  });

  it('reads no times but that of the request, however many tasks there are', async () => {
    const { server, list } = await serverWith({});
    const parse = vi.spyOn(Date, 'parse');
    await list({ statusTimestampAfter: atSecond(3) });
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
    await server.close();
  });
});

it.each([
  ['store', 'rust'],
  ['store.compare', { compare: '<' }],
  ['store.order', { order: 'creation' }],
  ['store.pageToken', { pageToken: 'first' }],
  ['store.totalSize', { totalSize: 3 }],
  ['store.untimed', { untimed: true }],
  ['store.mishap', { mishap: 'late' }],
  ['store.mishap', { mishap: { delay: 1 } }],
])('an option that makes no sense is a TypeError that names it: %s', (name, store) => {
  expect(() => createReferenceServer({ store: store as StoreQuirks })).toThrow(`${name} must`);
});
