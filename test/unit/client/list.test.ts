import { describe, expect, it } from 'vitest';
import { checkListQuery, filterPage } from '../../../src/client/list.js';
import type { Task } from '../../../src/model/task.js';

describe('what to list', () => {
  it.each([
    ['status', { status: 'unknown' }],
    ['status', { status: 'done' }],
    ['pageSize', { pageSize: 0 }],
    ['pageSize', { pageSize: 101 }],
    ['historyLength', { historyLength: -1 }],
    ['statusTimestampAfter', { statusTimestampAfter: 'yesterday' }],
  ])('is refused at the door where %s cannot be right: %j', (option, query) => {
    expect(() => checkListQuery(query)).toThrow(TypeError);
    expect(() => checkListQuery(query)).toThrow(option);
  });

  it('may be a state in any spelling, and a date as such or as text', () => {
    expect(() =>
      checkListQuery({ status: 'TASK_STATE_CANCELLED', statusTimestampAfter: '2026-01-01' }),
    ).not.toThrow();
    expect(() => checkListQuery({ statusTimestampAfter: new Date() })).not.toThrow();
  });
});

describe('a list that the server did not filter', () => {
  const task = (id: string, contextId: string, timestamp?: string): Task => ({
    kind: 'task',
    id,
    contextId,
    status: { state: 'working', ...(timestamp ? { timestamp } : {}) },
    artifacts: [],
    history: [],
  });

  it('is filtered here, and is the very same page, for the sake of rawOf', () => {
    const page = {
      tasks: [
        task('old', 'a', '2026-01-01T00:00:00Z'),
        task('new', 'a', '2026-03-01T00:00:00Z'),
        task('other', 'b', '2026-03-01T00:00:00Z'),
        task('undated', 'a'),
      ],
    };
    const filtered = filterPage(page, {
      contextId: 'a',
      status: 'working',
      statusTimestampAfter: '2026-02-01',
    });
    expect(filtered).toBe(page);
    expect(filtered.tasks.map(({ id }) => id)).toEqual(['new', 'undated']);
  });
});
