import {
  type Artifact,
  accumulate,
  type Message,
  type StreamEvent,
  type Task,
  type TaskState,
  textDeltas,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';

const said = (id: string, text: string): Message => ({
  kind: 'message',
  messageId: id,
  role: 'agent',
  parts: [{ kind: 'text', text }],
});
const task = (more: Partial<Task> = {}): Task => ({
  kind: 'task',
  id: 't',
  contextId: 'c',
  status: { state: 'submitted' },
  artifacts: [],
  history: [],
  ...more,
});
const status = (state: TaskState, message?: Message): StreamEvent => ({
  kind: 'status-update',
  taskId: 't',
  contextId: 'c',
  status: { state, ...(message ? { message } : {}) },
  final: state === 'completed',
});
const made = (id: string, ...texts: string[]): Artifact => ({
  artifactId: id,
  parts: texts.map(text => ({ kind: 'text', text })),
});
const chunk = (id: string, append: boolean, ...texts: string[]): StreamEvent => ({
  kind: 'artifact-update',
  taskId: 't',
  artifact: made(id, ...texts),
  append,
  lastChunk: false,
});
const deltas = async (...events: StreamEvent[]) => {
  const pieces: string[] = [];
  for await (const piece of textDeltas(events)) pieces.push(piece);
  return pieces;
};

describe('accumulate', () => {
  it('folds statuses, chunks and messages into the task', async () => {
    const events = [
      task({ history: [said('m1', 'hi')] }),
      status('working', said('m2', 'thinking')),
      chunk('a', false, 'he'),
      chunk('b', false, 'other'),
      chunk('a', true, 'l', 'lo'),
      status('working', said('m2', 'thinking')),
      status('completed'),
    ];
    expect(await accumulate(events)).toEqual(
      task({
        status: { state: 'completed' },
        artifacts: [made('a', 'he', 'l', 'lo'), made('b', 'other')],
        history: [said('m1', 'hi'), said('m2', 'thinking')],
      }),
    );
  });

  it('replaces an artifact that is told anew', async () => {
    expect(
      await accumulate([task(), chunk('a', false, 'old', 'er'), chunk('a', false, 'new')]),
    ).toMatchObject({
      artifacts: [made('a', 'new')],
    });
  });

  it('makes the task up from its updates where the stream never tells it as a whole', async () => {
    expect(await accumulate([status('working'), chunk('a', true, 'x'), status('completed')])).toEqual(
      task({ status: { state: 'completed' }, artifacts: [made('a', 'x')] }),
    );
  });

  it('gives a direct answer as it is', async () => {
    expect(await accumulate([said('m', 'hi')])).toEqual(said('m', 'hi'));
  });

  it('leaves the events as they were', async () => {
    const events = [task({ artifacts: [made('a', 'x')] }), chunk('a', true, 'y'), chunk('b', false, 'z')];
    const before = structuredClone(events);
    await accumulate(events);
    expect(events).toEqual(before);
  });

  it('rejects where there is nothing, or the stream throws', async () => {
    await expect(accumulate([])).rejects.toThrow(TypeError);
    const broken = async function* () {
      yield task();
      throw new Error('cut');
    };
    await expect(accumulate(broken())).rejects.toThrow('cut');
  });

  it('takes time in proportion to the data', async () => {
    const time = async (count: number) => {
      const events = [task(), ...Array.from({ length: count }, (_, n) => chunk('a', n > 0, 'x'))];
      const begun = performance.now();
      const folded = (await accumulate(events)) as Task;
      expect(folded.artifacts[0]?.parts).toHaveLength(count);
      return performance.now() - begun;
    };
    await time(10_000);
    const [once, tenTimes] = [await time(20_000), await time(200_000)];
    // Quadratic would be a hundred times as much.
    expect(tenTimes).toBeLessThan(40 * once + 50);
  });
});

describe('textDeltas', () => {
  it('gives the text of chunks as they come, and nothing of what is said about progress', async () => {
    expect(
      await deltas(
        task(),
        status('working', said('m', 'thinking')),
        chunk('a', false, 'he'),
        chunk('a', true, 'llo'),
      ),
    ).toEqual(['he', 'llo']);
  });

  it('gives a direct answer', async () => {
    expect(await deltas(said('m', 'hi'))).toEqual(['hi']);
  });

  it('tells nothing twice of an artifact that is told as a whole once more', async () => {
    expect(
      await deltas(
        chunk('a', false, 'he'),
        chunk('a', true, 'llo'),
        chunk('a', false, 'hello', ' there'),
        task({ artifacts: [made('a', 'hello there!')] }),
      ),
    ).toEqual(['he', 'llo', ' there', '!']);
  });

  it('tells all of an artifact that became another', async () => {
    expect(await deltas(chunk('a', false, 'old'), chunk('a', false, 'new'))).toEqual(['old', 'new']);
  });
});
