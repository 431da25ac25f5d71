import { abortable } from './abortable.js';

/**
 * A `fetch` that ends here: no network, and no timer, so faked ones need no advancing. The request goes on when
 * its caller aborts, as it does when a client disconnects from a real server.
 */
export function createFetch(
  url: string,
  handle: (request: Request) => Promise<Response>,
): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    // Not with the signal itself, which would leave a listener at it for each request.
    const left = new AbortController();
    const request = new Request(input, { ...init, signal: signal ? left.signal : null });
    if (!isWithin(url, request.url)) {
      throw new TypeError('fetch failed', {
        cause: new Error(`${request.url} is not at ${url}, which is all this fetch reaches.`),
      });
    }
    return signal ? untilAborted(handle(request), signal, left) : handle(request);
  };
}

function isWithin(base: string, url: string): boolean {
  const { origin, pathname } = new URL(url);
  const place = `${origin}${pathname}`;
  return place === base || place.startsWith(`${base}/`);
}

function untilAborted(
  response: Promise<Response>,
  signal: AbortSignal,
  left: AbortController,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      left.abort(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    response
      // After an abort this lets go of the stream that nobody will read.
      .then(answer => resolve(abortable(answer, signal)), reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
