import { type Artifact, accumulate, isTask, type StreamEvent, type Task } from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Story } from '../../../src/wait/story.js';
import { became, begins, chunk, goesOn, made, said, taskIn } from '../../support/events.js';

/** A story that has told these. */
function having(...events: StreamEvent[]): Story {
  const story = new Story();
  for (const event of events) expect(story.take(event)).toBe(true);
  return story;
}

const early = '2026-01-01T00:00:00.000Z';
const late = '2026-01-01T00:00:01.000Z';

/** What a task with these artifacts, still at work, has beyond what was told. */
function missed(told: StreamEvent[], ...artifacts: Artifact[]): StreamEvent[] {
  return having(taskIn('working'), ...told).catchUp(taskIn('working', { artifacts }), 'store');
}

describe('a gap in an artifact', () => {
  it('is filled by the parts that were not told, appended', () => {
    expect(missed([begins('a', '1')], made('a', '1', '2', '3'))).toEqual([goesOn('a', '2', '3')]);
  });

  it('that began in the gap is filled by the whole artifact', () => {
    expect(missed([], made('a', '1', '2'))).toEqual([begins('a', '1', '2')]);
  });

  it('is filled in each artifact by itself', () => {
    const told = [begins('a', '1'), begins('b', '1')];
    expect(missed(told, made('a', '1'), made('b', '1', '2'), made('c', '1'))).toEqual([
      goesOn('b', '2'),
      begins('c', '1'),
    ]);
  });

  it.each([
    ['other parts in their place', made('a', 'x', '2')],
    ['another part among more', made('a', '1', 'x', '3')],
    ['fewer and other parts', made('a', 'x')],
  ])(
    'whose stored parts do not fit, for %s, is filled by the whole artifact in place of the old',
    (_, stored) => {
      const told = [begins('a', '1'), goesOn('a', '2')];
      expect(missed(told, stored)).toEqual([chunk(stored, { append: false })]);
    },
  );

  it('is no gap where the store has merged what was told, and is filled by the rest of its text', () => {
    const told = [begins('a', '1'), goesOn('a', '2')];
    expect(missed(told, made('a', '12'))).toEqual([]);
    expect(missed([...told, goesOn('a', '3')], made('a', '12'))).toEqual([]);
    expect(missed(told, made('a', '123'))).toEqual([chunk(made('a', '3'), { append: true })]);
  });

  it('is no gap where the store has what was told', () => {
    expect(missed([begins('a', '1'), goesOn('a', '2')], made('a', '1', '2'))).toEqual([]);
  });

  it('is no gap where the store lags behind', () => {
    expect(missed([begins('a', '1'), goesOn('a', '2')], made('a', '1'))).toEqual([]);
    expect(missed([begins('a', '1'), goesOn('a', '2')], made('a'))).toEqual([]);
    expect(missed([begins('a', '1')])).toEqual([]);
  });

  it('says that it was the last of it where the task is over', () => {
    const story = having(taskIn('working'), begins('a', '1'));
    const stored = taskIn('completed', { artifacts: [made('a', '1', '2')] });
    expect(story.catchUp(stored, 'store')).toEqual([
      chunk(made('a', '2'), { lastChunk: true }),
      became('completed'),
    ]);
  });

  it('keeps what the artifact is called', () => {
    const stored = { ...made('a', '1', '2'), name: 'report', metadata: { k: 1 } };
    expect(missed([begins('a', '1')], stored)).toEqual([
      chunk({ ...made('a', '2'), name: 'report', metadata: { k: 1 } }),
    ]);
  });
});

describe('what a snapshot of the store told', () => {
  const caughtUp = (...texts: string[]) => {
    const story = having(taskIn('working'), begins('a', '1'));
    story.catchUp(taskIn('working', { artifacts: [made('a', ...texts)] }), 'store');
    return story;
  };

  it('is not told again by the events that come after it', () => {
    const story = caughtUp('1', '2', '3');
    const came = [goesOn('a', '2'), goesOn('a', '3'), goesOn('a', '4')];
    expect(came.map(event => story.take(event))).toEqual([false, false, true]);
  });

  it('is not told again where only the end of it is repeated', () => {
    const story = caughtUp('1', '2', '3');
    expect([goesOn('a', '3'), goesOn('a', '4')].map(event => story.take(event))).toEqual([false, true]);
  });

  it('is not told again where several parts come in one event', () => {
    const story = caughtUp('1', '2', '3', '4');
    const came = [goesOn('a', '2', '3'), goesOn('a', '4'), goesOn('a', '5')];
    expect(came.map(event => story.take(event))).toEqual([false, false, true]);
  });

  it('is believed to be repeated only until something else comes: words may recur', () => {
    const story = caughtUp('1', 'and', 'then');
    const came = [goesOn('a', 'new'), goesOn('a', 'and'), goesOn('a', 'then')];
    expect(came.map(event => story.take(event))).toEqual([true, true, true]);
  });

  it('is not told again by the beginning of an artifact that began in the gap', () => {
    const story = having(taskIn('working'));
    story.catchUp(taskIn('working', { artifacts: [made('a', '1', '2')] }), 'store');
    const came = [begins('a', '1'), goesOn('a', '2'), goesOn('a', '3')];
    expect(came.map(event => story.take(event))).toEqual([false, false, true]);
    expect(story.value).toEqual(taskIn('working', { artifacts: [made('a', '1', '2', '3')] }));
  });

  it('is replaced by an artifact that begins anew', () => {
    const story = caughtUp('1', '2');
    expect(story.take(begins('a', 'anew'))).toBe(true);
    expect(story.value).toEqual(taskIn('working', { artifacts: [made('a', 'anew')] }));
  });

  it('is not repeated by an artifact that begins with one of its later parts', () => {
    expect(caughtUp('1', '2', '3').take(begins('a', '3'))).toBe(true);
  });

  it('is not repeated where it was the stream itself that told it: its next events come after', () => {
    const story = having(taskIn('working'), begins('a', '1'));
    const now = taskIn('working', { artifacts: [made('a', '1', 'and')] });
    expect(story.catchUp(now, 'stream')).toEqual([goesOn('a', 'and')]);
    expect(story.take(goesOn('a', 'and'))).toBe(true);
  });

  it('leaves other artifacts alone', () => {
    const story = caughtUp('1', '2');
    expect(story.take(begins('b', '2'))).toBe(true);
  });

  it('is over with the next connection, whose own first task is up to date', () => {
    const story = caughtUp('1', '2');
    expect(story.catchUp(taskIn('working', { artifacts: [made('a', '1', '2')] }), 'stream')).toEqual([]);
    expect(story.take(goesOn('a', '2'))).toBe(true);
  });

  it('in whatever place the connection broke and was taken up again, is told once and wholly', () => {
    const whole = Array.from({ length: 12 }, (_, n): StreamEvent => {
      const id = n % 3 === 2 ? 'b' : 'a';
      return n === 0 || n === 2 ? begins(id, `${n}`) : goesOn(id, `${n}`);
    });
    const events = [taskIn('working'), ...whole, became('completed')];
    const last = events.length - 1;
    const places = fc
      .tuple(fc.integer({ min: 1, max: last }), fc.nat(last), fc.nat(last))
      .map(places => places.sort((one, other) => one - other))
      .filter(([first]) => first > 0);
    fc.assert(
      fc.property(places, ([broke = 0, resumed = 0, asked = 0]) => {
        const told: StreamEvent[] = [];
        const story = new Story();
        const take = (event: StreamEvent) => {
          if (story.take(structuredClone(event))) told.push(event);
        };
        for (const event of events.slice(0, broke)) take(event);
        told.push(...story.catchUp(snapshot(events.slice(0, asked)), 'store'));
        for (const event of events.slice(resumed)) take(event);
        expect(folded(told)).toEqual(folded(events));
        const texts = told.flatMap(event =>
          event.kind === 'artifact-update' ? textsIn(event.artifact) : [],
        );
        expect([...texts].sort()).toEqual(whole.map((_, n) => `${n}`).sort());
      }),
    );
  });
});

function folded(events: StreamEvent[]): Task {
  const story = new Story();
  for (const event of structuredClone(events)) story.take(event);
  if (!isTask(story.value)) throw new Error('no task');
  return story.value;
}

const snapshot = (events: StreamEvent[]) => structuredClone(folded(events));
const textsIn = ({ parts }: Artifact) => parts.map(part => (part.kind === 'text' ? part.text : ''));

describe('statuses', () => {
  it('of one connection are told as they come, even twice', () => {
    having(
      taskIn('submitted'),
      became('working'),
      became('working'),
      became('submitted'),
      became('completed'),
    );
  });

  it('that passed in a gap are not invented: the last is told', () => {
    const story = having(taskIn('submitted', { at: early }));
    expect(story.catchUp(taskIn('input-required', { at: late }), 'store')).toEqual([
      became('input-required', { timestamp: late }),
    ]);
    expect(story.mayEnd).toBe(true);
  });

  it('from before the last are not told after a gap', () => {
    const story = having(taskIn('submitted', { at: early }), became('working', { timestamp: late }));
    expect(story.catchUp(taskIn('submitted', { at: early }), 'store')).toEqual([]);
    expect(story.take(became('submitted', { timestamp: early }))).toBe(false);
    expect(story.take(became('working', { timestamp: late }))).toBe(false);
    expect(story.take(became('working', { timestamp: '2026-01-01T00:00:02.000Z' }))).toBe(true);
  });

  it('without a time are told after a gap unless they are the same', () => {
    const story = having(taskIn('submitted'), became('working'));
    expect(story.catchUp(taskIn('submitted'), 'store')).toEqual([]);
    expect(story.catchUp(taskIn('working'), 'store')).toEqual([]);
    expect(story.take(became('working'))).toBe(false);
    expect(story.take(became('working', { message: said('half') }))).toBe(true);
    expect(story.take(became('input-required'))).toBe(true);
  });

  it.each([
    ['microseconds', '2026-01-01T00:00:00.000900Z', '2026-01-01T00:00:00.000100Z'],
    ['another zone', '2026-01-01T00:00:00.500Z', '2026-01-01T01:00:00.000+01:00'],
    ['fewer digits', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.000400+00:00'],
  ])('are put in order by their times, in %s', (_, told, older) => {
    const story = having(taskIn('working', { at: told }));
    story.catchUp(taskIn('working', { at: told }), 'store');
    expect(story.take(became('input-required', { timestamp: older }))).toBe(false);
    const other = having(taskIn('working', { at: older }));
    other.catchUp(taskIn('working', { at: older }), 'store');
    expect(other.take(became('input-required', { timestamp: told }))).toBe(true);
  });

  it('that end the task are told whatever a clock says', () => {
    const story = having(taskIn('working', { at: late }));
    expect(story.catchUp(taskIn('completed', { at: early }), 'store')).toEqual([
      became('completed', { timestamp: early }),
    ]);
    const other = having(taskIn('working', { at: late }));
    other.catchUp(taskIn('working', { at: late }), 'store');
    expect(other.take(became('failed', { timestamp: early }))).toBe(true);
  });
});

describe('the end', () => {
  it('absorbs what comes after it: statuses, artifacts, messages, the task at work', () => {
    const story = having(taskIn('working'), became('completed'));
    expect(story.isOver).toBe(true);
    const later = [became('working'), became('failed'), begins('a', '1'), said('bye'), taskIn('working')];
    expect(later.map(event => story.take(event))).toEqual([false, false, false, false, false]);
    expect(story.catchUp(taskIn('failed', { artifacts: [made('a', '1')] }), 'store')).toEqual([]);
    expect(story.value).toEqual(taskIn('completed'));
  });

  it('may be followed by the whole task once more, as Agno sends it', () => {
    const story = having(taskIn('working'), became('completed'));
    const whole = taskIn('completed', { artifacts: [made('a', 'all of it')] });
    expect(story.take(whole)).toBe(true);
    expect(story.value).toEqual(whole);
  });

  it('is not followed by another task, even if that one is over', () => {
    const story = having(taskIn('working'), became('completed'));
    expect(story.take(taskIn('completed', { id: 'other' }))).toBe(false);
  });

  it.each(['completed', 'failed', 'canceled', 'rejected'] as const)('is where the task is %s', state => {
    expect(having(taskIn(state))).toMatchObject({ isOver: true, mayEnd: true });
  });

  it.each(['input-required', 'auth-required'] as const)(
    'may be where the task is %s, and it may go on',
    state => {
      const story = having(taskIn('working'), became(state));
      expect(story).toMatchObject({ isOver: false, mayEnd: true });
      expect(story.take(became('working'))).toBe(true);
      expect(story.mayEnd).toBe(false);
    },
  );

  it('is a direct message', () => {
    const story = having(said('hello'));
    expect(story).toMatchObject({ isOver: true, mayEnd: true, taskId: undefined });
    expect(story.take(said('again'))).toBe(false);
    expect(story.value).toEqual(said('hello'));
  });

  it('is not before anything came', () => {
    expect(new Story()).toMatchObject({ isOver: false, mayEnd: false, value: undefined });
  });
});

describe('the task', () => {
  it('is the first that was named: a failure under another id is its own', () => {
    const story = having(taskIn('working'));
    const failed = became('failed', { taskId: 'made up' });
    expect(story.take(failed)).toBe(true);
    expect(failed).toEqual(became('failed'));
    expect(story.value).toEqual(taskIn('failed'));
  });

  it('is the one that was subscribed to, whatever comes first', () => {
    const story = new Story('t');
    expect(story.take(taskIn('working', { id: 'other' }))).toBe(false);
    expect(story.catchUp(taskIn('working', { id: 'other' }), 'store')).toEqual([]);
    expect(story.take(begins('a', '1'))).toBe(true);
    expect(story.value).toEqual({ ...taskIn('working'), artifacts: [made('a', '1')] });
  });

  it('may never be told as a whole', () => {
    const story = having(became('working'), begins('a', '1'), became('completed'));
    expect(story.taskId).toBe('t');
    expect(story.value).toEqual(taskIn('completed', { artifacts: [made('a', '1')] }));
  });

  it('that the store has is told whole where nothing was told before', () => {
    const whole = taskIn('completed', { artifacts: [made('a', '1')] });
    expect(new Story('t').catchUp(whole, 'store')).toEqual([whole]);
  });

  it('that the store has under another id tells nothing', () => {
    const story = having(taskIn('working'));
    expect(story.catchUp(taskIn('completed', { id: 'other' }), 'store')).toEqual([]);
    expect(story.isOver).toBe(false);
  });

  it('has messages beside it, which are part of its history', () => {
    const story = having(taskIn('working'), said('by the way'));
    expect(story.isOver).toBe(false);
    expect(story.value).toEqual(taskIn('working', { history: [said('by the way')] }));
  });

  it('is told in its own object: what was told stays as it was', async () => {
    const task = taskIn('working', { artifacts: [made('a', '1')] });
    const story = having(task, goesOn('a', '2'));
    expect(task).toEqual(taskIn('working', { artifacts: [made('a', '1')] }));
    expect(story.value).toEqual(await accumulate([task, goesOn('a', '2')]));
  });
});
