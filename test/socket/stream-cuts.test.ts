import {
  A2AClient,
  accumulate,
  type Binding,
  type Dialect,
  NetworkError,
  type ReconnectOptions,
  type StreamEvent,
  StreamInterruptedError,
  type Task,
  textDeltas,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { type RawServer, rawServer } from '../support/raw-server.js';
import { frameOf, story, toldIn, type Writing } from '../support/story.js';

// The connection of a stream is cut at every byte of it. It is never taken for the end.

const id = '00000000-0000-4000-8000-000000000000';
/**
 * One byte of so many. With A2A_LONG an end comes after every byte; a connection that is destroyed may swallow the last
 * bytes it carried, so that the very byte means less there.
 */
const strides = process.env['A2A_LONG'] ? { ended: 1, destroyed: 3 } : { ended: 23, destroyed: 23 };

/** Where the bytes of each event end. */
function endsOf(dialect: Writing): number[] {
  let end = 0;
  return story.map(event => {
    end += Buffer.byteLength(frameOf(dialect, event, id));
    return end;
  });
}

/** What ends an event: one line end more than its data needs. */
const blankOf = (dialect: Writing) => (dialect === '0.3 over HTTP+JSON' ? '\r\n\r\n' : '\n\n');

/** The last byte that the end of the task needs: the closing bracket of its data. */
function needed(dialect: Writing): number {
  const before = endsOf(dialect).at(-2) ?? 0;
  const last = Buffer.from(frameOf(dialect, story.at(-1) as StreamEvent, id));
  return before + last.indexOf(blankOf(dialect));
}

type Cut = 'destroyed' | 'ended';

/** Tells the story up to a byte, and where it is subscribed to, what follows, with a gap of some events between. */
function serverOf(dialect: Writing): Promise<RawServer> {
  const ends = endsOf(dialect);
  return rawServer((request, response, socket) => {
    const { path, method } = request;
    const [, at, cut, ...route] = path.split('/');
    const asked = method || route.join('/').replace(/^(v1\/)?tasks\/t1$/, 'get');
    const heard = ends.filter(end => end <= Number(at)).length;
    const now = Math.min(story.length, Math.max(1, heard + 3));
    if (/get/i.test(asked)) {
      void snapshot(now).then(task => {
        const result = dialect === '0.3' || dialect === 'praison' ? task : v1Task(task).task;
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(method ? { jsonrpc: '2.0', id: request.id, result } : result));
      });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (/subscribe/i.test(asked)) {
      expect(request.params['id'] ?? /tasks\/(.*):/.exec(asked)?.[1]).toBe('t1');
      void snapshot(now).then(task => {
        response.write(frameOf(dialect, task, request.id));
        response.end(
          story
            .slice(now)
            .map(event => frameOf(dialect, event, request.id))
            .join(''),
        );
      });
      return;
    }
    const text = story.map(event => frameOf(dialect, event, request.id)).join('');
    const bytes = Buffer.from(text).subarray(0, Number(at));
    if (cut === 'ended') response.end(bytes);
    else if (bytes.length === 0) {
      response.flushHeaders();
      setImmediate(() => socket.destroy());
    } else response.write(bytes, () => socket.destroy());
  });
}

const snapshot = (events: number) => accumulate(structuredClone(story.slice(0, events))) as Promise<Task>;
const v1Task = (task: Task) => JSON.parse(frameOf('1.0', task, id).slice('data: '.length)).result;

async function follow(
  server: RawServer,
  dialect: Writing,
  at: number,
  cut: Cut,
  reconnect: false | ReconnectOptions,
) {
  const endpoint = `${server.url}/${at}/${cut}`;
  const [version, binding] = dialect.split(' over ') as [Dialect, Binding?];
  const client = new A2AClient(endpoint, { endpoint, dialect: version, binding, retry: 0 });
  const events: StreamEvent[] = [];
  let error: unknown;
  try {
    for await (const event of client.streamMessage('Tell it', { reconnect })) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  return { events, error };
}

/** Some at a time, so that thousands of connections do not take minutes. */
async function eachOf(places: readonly number[], check: (at: number) => Promise<void>): Promise<void> {
  const left = [...places];
  const work = async () => {
    for (let at = left.pop(); at !== undefined; at = left.pop()) await check(at);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

const writings = ['1.0', '0.3', 'praison', '1.0 over HTTP+JSON', '0.3 over HTTP+JSON'] as const;

describe.each(writings)('a stream in %s that is cut', dialect => {
  const places = (cut: Cut) => {
    const around = endsOf(dialect).flatMap(end => [end - 2, end - 1, end]);
    return Array.from({ length: needed(dialect) }, (_, at) => at).filter(
      at => at % strides[cut] === 0 || around.includes(at),
    );
  };

  it.each(['destroyed', 'ended'] as const)(
    'at any byte (%s) is an interruption, with what was told until then and nothing else',
    { timeout: 240_000 },
    async cut => {
      await using server = await serverOf(dialect);
      const ends = endsOf(dialect);
      await eachOf(places(cut), async at => {
        const { events, error } = await follow(server, dialect, at, cut, false);
        const heard = ends.filter(
          (end, index) => end - (index === story.length ? 0 : blankOf(dialect).length) <= at,
        ).length;
        const skipped = dialect === 'praison' ? 1 : 0;
        const told = toldIn(dialect).slice(0, Math.max(0, heard - skipped));
        if (
          !(error instanceof StreamInterruptedError) &&
          !(error instanceof NetworkError && events.length === 0)
        )
          throw new Error(`cut at ${at}: ${String(error)} after ${events.length} events`);
        // A connection that was destroyed may swallow the last bytes it carried.
        const count = cut === 'ended' ? told.length : Math.min(events.length, told.length);
        expect(events, `cut at ${at}`).toEqual(told.slice(0, count));
      });
    },
  );

  it.runIf(dialect !== 'praison').each(['destroyed', 'ended'] as const)(
    'at any byte (%s) and taken up again loses nothing and tells nothing twice',
    { timeout: 240_000 },
    async cut => {
      await using server = await serverOf(dialect);
      const whole = (await accumulate(structuredClone(story))) as Task;
      await eachOf(places(cut), async at => {
        const { events, error } = await follow(server, dialect, at, cut, { minDelay: 0, maxDelay: 0 });
        if (error) {
          // Cut before it was told which task there is.
          expect(events, `cut at ${at}: ${String(error)}`).toEqual([]);
          return;
        }
        expect(await accumulate(events), `cut at ${at}`).toEqual(whole);
        const texts: string[] = [];
        for await (const text of textDeltas(events)) texts.push(text);
        const length = whole.artifacts.flatMap(({ parts }) => parts).reduce(lengthOf, 0);
        expect(texts.join('').length, `cut at ${at}`).toBe(length);
        const states = events.flatMap(event => ('status' in event ? [event.status.state] : []));
        expect(['submitted,working,completed', 'submitted,completed'], `cut at ${at}`).toContain(
          states.join(),
        );
      });
    },
  );
});

function lengthOf(sum: number, part: Task['artifacts'][number]['parts'][number]): number {
  return sum + (part.kind === 'text' ? part.text.length : 0);
}
