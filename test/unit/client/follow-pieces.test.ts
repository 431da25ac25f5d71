import { describe, expect, it } from 'vitest';
import { follow, type Line } from '../../../src/client/follow.js';
import { ResponseFormatError } from '../../../src/errors/wire.js';
import type { StreamEvent } from '../../../src/model/stream-event.js';

const status = (state: string) => ({ statusUpdate: { taskId: 't1', status: { state } } });

/** A line that breaks nowhere; each list comes in one piece. */
function lineOf(...pieces: unknown[][]): Line {
  return {
    open: async () =>
      (async function* () {
        yield* pieces;
      })(),
    getTask: () => Promise.reject(new Error('Nobody is to be asked.')),
    pause: () => Promise.reject(new Error('There is nothing to wait for.')),
    soon: (_, step) => step,
  };
}

async function tell(line: Line): Promise<{ told: string[][]; failure: unknown }> {
  const told: string[][] = [];
  const stateOf = (event: StreamEvent) => ('status' in event ? event.status.state : event.kind);
  try {
    const policy = { attempts: 0, minDelay: 0, maxDelay: 0 };
    for await (const news of follow(line, policy)) if (news.length > 0) told.push(news.map(stateOf));
    return { told, failure: undefined };
  } catch (failure) {
    return { told, failure };
  }
}

describe('following a task', () => {
  it('tells at once what came at once', async () => {
    const line = lineOf([status('submitted'), status('working')], [status('completed')]);
    expect(await tell(line)).toEqual({ told: [['submitted', 'working'], ['completed']], failure: undefined });
  });

  it('tells what came in one piece before something that is no event, and then of that', async () => {
    const line = lineOf([status('submitted'), status('working'), { nonsense: true }, status('completed')]);
    expect(await tell(line)).toEqual({
      told: [['submitted', 'working']],
      failure: expect.any(ResponseFormatError),
    });
  });
});
