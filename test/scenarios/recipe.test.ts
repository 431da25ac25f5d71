import { isTask, TaskFailedError, textOf } from 'a2a-await';
import { artifact, completed, failed, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, gets, pair, quick, sends } from '../support/agents.js';
import { rejection } from '../support/settling.js';

describe.each(agents)('on $title', kind => {
  it('the recipe hands work over, waits for it and reads the answer', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working('Thinking …');
        await turn.sleep(20);
        yield artifact(`About ${turn.text}: nothing new.`);
        yield completed();
      },
    });
    const sent = await it.client.sendMessage('whales', { returnImmediately: true });
    expect(isTask(sent) && sent.status.state).toMatch(/submitted|working/);
    const done = await it.client.waitForCompletion(sent, { schedule: quick });
    expect(textOf(done)).toBe('About whales: nothing new.');
    expect(it.calls(...sends)).toBe(1);
    expect(it.calls(...gets)).toBeGreaterThanOrEqual(1);
  });

  it('run does all of it in one call', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working();
        await turn.sleep(10);
        yield artifact(`You said: ${turn.text}`);
      },
    });
    expect(textOf(await it.client.run('hello', { schedule: quick }))).toBe('You said: hello');
    expect(it.calls(...sends)).toBe(1);
  });

  it('a send that blocks gives the finished task, and nothing more is asked', async () => {
    await using it = pair(kind);
    const sent = await it.client.sendMessage('hello');
    expect(isTask(sent) && sent.status.state).toBe('completed');
    expect(textOf(sent)).toBe('You said: hello');
    expect(it.calls(...sends)).toBe(1);
    expect(it.calls(...gets)).toBe(0);
    // PraisonAI's card never knows where it is.
    expect(it.warnings.filter(({ code }) => code !== 'card-url-corrected')).toEqual([]);
  });

  it('a send gives a failed task, and does not throw; a wait for it does', async () => {
    await using it = pair(kind, {
      *agent() {
        yield working();
        yield failed('The printer is on fire.');
      },
    });
    const sent = await it.client.sendMessage('print');
    expect(isTask(sent) && sent.status.state).toBe('failed');
    const error = await rejection(it.client.waitForCompletion(sent));
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error.message).toContain('The printer is on fire');
  });

  it('an agent that throws ends the wait by an error, and a wait that does not mind gives the task', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working();
        await turn.sleep(5);
        throw new Error('segmentation fault');
      },
    });
    const sent = await it.client.sendMessage('go', { returnImmediately: true });
    expect(await rejection(it.client.waitForCompletion(sent, { schedule: quick }))).toBeInstanceOf(
      TaskFailedError,
    );
    const task = await it.client.waitForCompletion(sent, { throwOnFailure: false });
    expect(isTask(task) && task.status.state).toBe('failed');
  });

  it('two waits for one task both end, and aborting one leaves the other', async () => {
    await using it = pair(kind, {
      async *agent(turn) {
        yield working();
        await turn.sleep(30);
        yield completed();
      },
    });
    const sent = await it.client.sendMessage('go', { returnImmediately: true });
    const controller = new AbortController();
    const aborted = rejection(
      it.client.waitForCompletion(sent, { schedule: quick, signal: controller.signal }),
    );
    const other = it.client.waitForCompletion(sent, { schedule: quick });
    controller.abort();
    expect((await aborted).name).toBe('AbortError');
    expect(await other).toMatchObject({ status: { state: 'completed' } });
  });
});
