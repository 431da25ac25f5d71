/** What the servers answered, seen from outside the client: each test makes its client with little but a url. */
export interface RecordedAnswer {
  /** The endpoint's origin. */
  origin: string;
  /** What was asked. */
  request: {
    method: string;
    /** With the query. */
    path: string;
    body: unknown;
  };
  status: number;
  /** Parsed if it was JSON; undefined if not. */
  body: unknown;
}

/** Replaces the global fetch, which a client looks up at each call, by one that keeps a copy; `restore` undoes it. */
export function recordAnswers(): { answers: RecordedAnswer[]; restore: () => void } {
  const answers: RecordedAnswer[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const { status } = response;
    // Whoever leaves a stream would leave but one of two copies, and its connection would stay.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
    const { origin, pathname, search } = new URL(String(input));
    const request = {
      method: init?.method ?? 'GET',
      path: pathname + search,
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : null,
    };
    response
      .clone()
      .text()
      .then(text => answers.push({ origin, request, status, body: parse(text) }))
      // A body that is cut off by a test's abort says nothing.
      .catch(() => {});
    return response;
  };
  return {
    answers,
    restore: () => {
      globalThis.fetch = original;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
