// The scripted agent of both JavaScript peers. What is common is here; how it is said differs by SDK.
import { setTimeout as sleep } from 'node:timers/promises';

export const command = text => text.trim().split(/\s+/);

export const report = text => `Report for: ${text}`;

/** How long the agent works, in ms: `slow` 1500, `slow <ms>` that long, everything else 50. */
export function workTime(text) {
  const [word, ms] = command(text);
  return word === 'slow' ? Number(ms ?? 1500) : 50;
}

/** Which tasks are at work, so that a cancel can stop them. */
export class Work {
  #running = new Map();

  /** Resolves with true when the time is over, with false when the task was canceled meanwhile. */
  async run(taskId, contextId, ms) {
    const stop = new AbortController();
    this.#running.set(taskId, { contextId, stop });
    try {
      await sleep(ms, undefined, { signal: stop.signal });
      return true;
    } catch {
      return false;
    } finally {
      this.#running.delete(taskId);
    }
  }

  /** Stops the task and returns its contextId, which neither SDK gives to cancelTask; undefined if it is idle. */
  cancel(taskId) {
    const running = this.#running.get(taskId);
    running?.stop.abort();
    return running?.contextId;
  }
}
