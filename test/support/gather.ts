/** Everything a stream tells. */
export async function gathered<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** What a stream has told so far, and how it ended, if it did. */
export interface Following<Event> {
  events: Event[];
  state: 'open' | 'ended' | 'failed';
  error?: unknown;
  done: Promise<void>;
}

/** Reads a stream to its end, whatever that is, while the test does other things. */
export function following<Event>(stream: AsyncIterable<Event>): Following<Event> {
  const all: Following<Event> = { events: [], state: 'open', done: Promise.resolve() };
  const read = async () => {
    for await (const event of stream) all.events.push(event);
  };
  all.done = read().then(
    () => {
      all.state = 'ended';
    },
    error => {
      Object.assign(all, { state: 'failed', error });
    },
  );
  return all;
}
