import { TaskFailedError, waitForCompletion } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../support/settling.js';

const quick = { schedule: { minimum: 1, interval: () => 1 } };

function other(...states: unknown[]) {
  const asked: unknown[] = [];
  return {
    asked,
    getTask: async (request: unknown) => {
      asked.push(request);
      const state = states[Math.min(asked.length - 1, states.length - 1)];
      return { id: 'task-1', status: { state } };
    },
  };
}

describe("another client's tasks", () => {
  it.each([
    ['protobuf numbers', [1, 2, 2, 3]],
    ['protobuf names', ['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING', 'TASK_STATE_COMPLETED']],
    ['kebab case', ['submitted', 'working', 'completed']],
    ['upper case', ['SUBMITTED', 'WORKING', 'COMPLETED']],
    ['the unspecified number first', [0, 2, 3]],
  ])('are waited for whose states are %s', async (_, states) => {
    const source = other(...states);
    const task = await waitForCompletion(source, 'task-1', quick);
    expect(task.status.state).toBe(states.at(-1));
    expect(source.asked).toHaveLength(states.length);
  });

  it('fail by number', async () => {
    expect(await rejection(waitForCompletion(other(2, 4), 'task-1', quick))).toBeInstanceOf(TaskFailedError);
  });

  it('fail with their words, however a part has its text', async () => {
    for (const part of [{ text: 'Out of paper.' }, { content: { $case: 'text', value: 'Out of paper.' } }]) {
      const status = { state: 4, message: { parts: [part] } };
      const error = await rejection(
        waitForCompletion({ getTask: async () => ({ id: 'task-1', status }) }, 'task-1', quick),
      );
      expect(error.message).toBe('Task task-1: failed: Out of paper.');
    }
  });

  it('fail without words, and it is said that there are none', async () => {
    const error = await rejection(waitForCompletion(other(4), 'task-1', quick));
    expect(error.message).toBe('Task task-1: failed, unexplained.');
  });

  it('are news when a text in them has grown', async () => {
    const texts = ['a', 'ab', 'abc'];
    const told: unknown[] = [];
    const getTask = async () => {
      const value = texts.shift() ?? 'abc';
      const state = texts.length > 0 ? 2 : 3;
      return {
        id: 'task-1',
        status: { state },
        artifacts: [{ parts: [{ content: { $case: 'text', value } }] }],
      };
    };
    await waitForCompletion({ getTask }, 'task-1', {
      ...quick,
      onUpdate: task => told.push(task.artifacts[0]?.parts[0]?.content.value),
    });
    expect(told).toEqual(['a', 'ab', 'abc']);
  });

  it('may have a mere word as their status', async () => {
    const source = { getTask: async () => ({ id: 'task-1', status: 'completed' }) };
    expect(await waitForCompletion(source, 'task-1', quick)).toEqual({ id: 'task-1', status: 'completed' });
  });

  it('are wrapped in one line where their client takes an object', async () => {
    const client = other('working', 'completed');
    const source = { getTask: (id: string) => client.getTask({ id }) };
    await waitForCompletion(source, 'task-1', quick);
    expect(client.asked).toEqual([{ id: 'task-1' }, { id: 'task-1' }]);
  });

  it('are given back as they are, and of their own type', async () => {
    class Theirs {
      readonly id = 'task-1';
      readonly status = { state: 3 };
      own(): string {
        return 'theirs';
      }
    }
    const made = new Theirs();
    const task = await waitForCompletion({ getTask: async () => made }, 'task-1', quick);
    expect(task).toBe(made);
    expect(task.own()).toBe('theirs');
  });

  it('are asked for as methods of the client, which may need its "this"', async () => {
    class Client {
      readonly #state = 'completed';
      async getTask(): Promise<{ status: { state: string } }> {
        return { status: { state: this.#state } };
      }
    }
    expect(await waitForCompletion(new Client(), 'task-1', quick)).toEqual({
      status: { state: 'completed' },
    });
  });

  it('may be had without a promise', async () => {
    const source = { getTask: () => ({ status: { state: 'completed' } }) as never };
    expect(await waitForCompletion(source, 'task-1', quick)).toEqual({ status: { state: 'completed' } });
  });
});
