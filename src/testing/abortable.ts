import { comesInPieces } from './framing.js';

/** The response, whose body fails with the signal's reason on an abort, as that of a real `fetch` does. */
export function abortable(response: Response, signal: AbortSignal): Response {
  const { body, status, headers } = response;
  // Anything else is there as a whole.
  if (!body || !comesInPieces(response)) return response;
  const reader = body.getReader();
  let forget = () => {};
  const watched = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const onAbort = () => {
          controller.error(signal.reason);
          reader.cancel(signal.reason).catch(() => {});
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        forget = () => signal.removeEventListener('abort', onAbort);
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          forget();
          // By now the abort may have put an end to it.
          if (!signal.aborted) controller.close();
        } catch (error) {
          forget();
          throw error;
        }
      },
      cancel(reason) {
        forget();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(watched, { status, headers });
}
