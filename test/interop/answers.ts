/** What the servers answered, seen from outside the client: each test makes its client with nothing but a url. */
export interface RecordedAnswer {
  /** The endpoint's origin. */
  origin: string;
  method: string;
  /** Of a JSON-RPC error. */
  errorCode: number | undefined;
}

/** Replaces the global fetch, which a client looks up at each call, by one that keeps a copy; `restore` undoes it. */
export function recordAnswers(): { answers: RecordedAnswer[]; restore: () => void } {
  const answers: RecordedAnswer[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    // Whoever leaves a stream would leave but one of two copies, and its connection would stay.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (typeof init?.body === 'string' && !isStream) {
      const { origin } = new URL(String(input));
      const { method } = JSON.parse(init.body);
      // A body that is cut off by a test's abort says nothing.
      response
        .clone()
        .json()
        .then(body => answers.push({ origin, method, errorCode: body.error?.code }))
        .catch(() => {});
    }
    return response;
  };
  return {
    answers,
    restore: () => {
      globalThis.fetch = original;
    },
  };
}
