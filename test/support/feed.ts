/** A stream of server-sent events, under the hand of a test. */
export interface Feed {
  response: Response;
  /** Results of a 1.0 or 0.3 stream, one event each. */
  tell(...results: unknown[]): void;
  /** Whatever text. */
  send(text: string): void;
  end(): void;
  /** As if the connection were lost. */
  cut(): void;
  /** Whether the reader has gone. */
  readonly isLeft: boolean;
}

export function feed(): Feed {
  const encoder = new TextEncoder();
  let isLeft = false;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      isLeft = true;
    },
  });
  const send = (text: string) => controller.enqueue(encoder.encode(text));
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    send,
    tell: (...results) => {
      for (const result of results) send(`data: ${JSON.stringify({ jsonrpc: '2.0', result })}\n\n`);
    },
    end: () => controller.close(),
    cut: () => controller.error(new TypeError('terminated')),
    get isLeft() {
      return isLeft;
    },
  };
}

/** A stream that tells these results and ends. */
export function told(...results: unknown[]): Response {
  const { response, tell, end } = feed();
  tell(...results);
  end();
  return response;
}

/** A stream that consists of this error. */
export function refused(code: number, message: string): Response {
  const { response, send, end } = feed();
  send(`data: ${JSON.stringify({ jsonrpc: '2.0', error: { code, message } })}\n\n`);
  end();
  return response;
}
