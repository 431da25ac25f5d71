import { nameOf, purposeOf } from './purpose.js';
import type { Happening } from './record.js';

/** The page's `fetch`, telling what goes by. What the client reads is not changed, nor held up. */
export function watchedFetch(tell: (happening: Happening) => void, now: () => number): typeof fetch {
  let count = 0;
  return async (input, init) => {
    const request = new Request(input, init);
    // Not every browser has `request.body`, to ask whether there is one.
    const body = await request.clone().text();
    count += 1;
    const id = count;
    const name = nameOf(request.method, request.url, body);
    tell({ kind: 'request', id, at: now(), purpose: purposeOf(name), name, url: request.url, body });
    const end = (failure?: unknown) =>
      tell({
        kind: 'answered',
        id,
        at: now(),
        ...(failure !== undefined && { failure: request.signal.aborted ? 'left' : String(failure) }),
      });
    try {
      const response = await fetch(request);
      tell({ kind: 'answer', id, at: now(), status: response.status });
      if (!response.body) {
        end();
        return response;
      }
      const streams = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
      const piece = (text: string, events: number) => tell({ kind: 'piece', id, at: now(), text, events });
      const watched = new Response(watchedBody(response.body, streams, piece, end), response);
      // A response that was made here has no url of its own.
      for (const member of ['url', 'redirected'] as const)
        Object.defineProperty(watched, member, { value: response[member] });
      return watched;
    } catch (error) {
      end(error);
      throw error;
    }
  };
}

/** Leaving it leaves the body beneath, which two readers of one body would not. */
function watchedBody(
  body: ReadableStream<Uint8Array>,
  streams: boolean,
  piece: (text: string, events: number) => void,
  end: (failure?: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let tail = '';
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          end();
          return;
        }
        const text = decoder.decode(value, { stream: true });
        const blocks = (tail + text).split(/\r?\n\r?\n/);
        tail = blocks.pop() ?? '';
        piece(text, streams ? blocks.filter(block => /^data:/m.test(block)).length : 0);
        controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        end(error);
      }
    },
    async cancel(reason) {
      end('left');
      await reader.cancel(reason);
    },
  });
}
