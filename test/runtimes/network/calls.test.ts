import {
  A2AClient,
  AbortedError,
  AuthenticationError,
  bytesOf,
  dataOf,
  type FilePart,
  isTask,
  NetworkError,
  RequestTimeoutError,
  type Task,
  TaskNotFoundError,
  textOf,
  WaitTimeoutError,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { rejection, until } from '../../support/settling.js';
import { kinds, quick, seenBy, urlOf } from '../suite/agents.js';

// By the runtime's own `fetch`, over real connections.

describe.each(kinds)('on $name', ({ name, dialect, binding }) => {
  const url = () => urlOf(name);

  it('is found and recognised', async () => {
    await using client = new A2AClient(url());
    expect(await client.connect()).toMatchObject({ dialect, binding });
  });

  it('work is handed over and waited for', async () => {
    await using client = new A2AClient(url());
    const sent = await client.sendMessage('page 1', { returnImmediately: true });
    expect(isTask(sent) && sent.status.state).toMatch(/submitted|working/);
    const states: string[] = [];
    const done = await client.waitForCompletion(sent, {
      schedule: quick,
      onUpdate: ({ status }) => states.push(status.state),
    });
    expect(textOf(done)).toBe('Printed: page 1');
    expect(states.at(-1)).toBe('completed');
  });

  it('a send that blocks brings the finished task', async () => {
    await using client = new A2AClient(url());
    const sent = await client.sendMessage('page 2');
    expect(isTask(sent) && sent.status.state).toBe('completed');
    expect(textOf(sent)).toBe('Printed: page 2');
  });

  it('data and files go there and come back', async () => {
    await using client = new A2AClient(url());
    const bytes = new Uint8Array([0, 255, 104, 105]);
    const named = { mediaType: 'application/x-a', filename: 'a.bin' };
    // PraisonAI takes files by their url only.
    const file = dialect === 'praison' ? { url: 'https://f.test/a.bin' } : { file: new Blob([bytes]) };
    const data = { pages: 3, deep: { list: [1, null] } };
    const back = (await client.sendMessage(['mirror', { data }, { ...file, ...named }])) as Task;
    expect(dataOf(back)).toEqual(data);
    const part = back.artifacts.flatMap(({ parts }) => parts).at(-1) as FilePart;
    expect(part).toMatchObject({ kind: 'file', ...named });
    if (part.url === undefined) expect(bytesOf(part)).toEqual(bytes);
    else expect(part.url).toBe('https://f.test/a.bin');
  });

  it('an unknown task is the error that says so', async () => {
    await using client = new A2AClient(url());
    expect(await rejection(client.getTask('nobody'))).toBeInstanceOf(TaskNotFoundError);
  });

  it('a task is cancelled', async () => {
    await using client = new A2AClient(url());
    const sent = (await client.sendMessage('all night', { returnImmediately: true })) as Task;
    expect((await client.cancel(sent.id)).status.state).toBe('canceled');
  });
});

describe('a wait', () => {
  it('is ended by its timeout, and the task goes on', async () => {
    await using client = new A2AClient(urlOf('v1'));
    const error = await rejection(client.run('all night', { timeout: 400, schedule: quick }));
    expect(error).toBeInstanceOf(WaitTimeoutError);
    const { lastTask } = error as unknown as WaitTimeoutError;
    expect((await client.cancel(lastTask?.id ?? '')).status.state).toBe('canceled');
  });

  it('is ended by an abort at once, while its question is under way', async () => {
    await using client = new A2AClient(urlOf('silent'));
    const sent = await client.sendMessage('all night', { returnImmediately: true });
    const controller = new AbortController();
    const before = (await seenBy('silent')).requests.length;
    const ended = rejection(client.waitForCompletion(sent, { schedule: quick, signal: controller.signal }));
    await until(async () => (await seenBy('silent')).requests.length > before);
    const begun = performance.now();
    controller.abort();
    expect(await ended).toBeInstanceOf(AbortedError);
    expect(performance.now() - begun).toBeLessThan(200);
  });

  it('bears a server that is busy', async () => {
    await using client = new A2AClient(urlOf('busy'));
    expect(textOf(await client.run('page 3', { schedule: quick }))).toBe('Printed: page 3');
  });

  it('for fifty tasks at once brings all of them', async () => {
    await using client = new A2AClient(urlOf('v1'));
    const pages = Array.from({ length: 50 }, (_, nth) => `page ${nth}`);
    const sent = await Promise.all(
      pages.map(page => client.sendMessage(page, { returnImmediately: true }) as Promise<Task>),
    );
    const texts: string[] = [];
    for await (const settled of client.waitAll(sent))
      texts.push(settled.ok ? textOf(settled.task) : settled.id);
    expect(texts.sort()).toEqual(pages.map(page => `Printed: ${page}`).sort());
  });
});

describe('a call', () => {
  it('that gets no answer ends with its time', async () => {
    await using client = new A2AClient(urlOf('silent'), { retry: 0 });
    const begun = performance.now();
    const error = await rejection(client.getTask('task-1', { timeout: 300 }));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('to where nobody listens is an error of the network', async () => {
    // A port that browsers do not refuse themselves, and that nobody has.
    const client = new A2AClient('http://127.0.0.1:2', {
      endpoint: 'http://127.0.0.1:2/',
      dialect: '1.0',
      retry: 0,
    });
    expect(await rejection(client.getTask('task-1'))).toBeInstanceOf(NetworkError);
  });
});

describe('credentials', () => {
  it('that are right let in', async () => {
    await using client = new A2AClient(urlOf('guarded'), { auth: 'token-2' });
    expect(textOf(await client.run('page 4', { schedule: quick }))).toBe('Printed: page 4');
    const { requests } = await seenBy('guarded');
    expect(requests.at(-1)?.headers['authorization']).toBe('Bearer token-2');
  });

  it('that are missing or wrong are a 401, told as such', async () => {
    for (const options of [{}, { auth: 'token-1' }]) {
      await using client = new A2AClient(urlOf('guarded'), options);
      const error = await rejection(client.sendMessage('page 5'));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ status: 401 });
    }
  });

  it('that have expired are asked for once more', async () => {
    const reasons: string[] = [];
    await using client = new A2AClient(urlOf('guarded'), {
      auth: ({ reason }) => {
        reasons.push(reason);
        return reason === 'start' ? 'token-1' : 'token-2';
      },
    });
    expect(textOf(await client.sendMessage('page 6'))).toBe('Printed: page 6');
    expect(reasons).toEqual(['start', 'unauthorized']);
  });
});
