import {
  artifact,
  createReferenceServer,
  type OpeningStream,
  type ReferenceServerOptions,
  working,
} from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { setupServer } from 'msw/node';
import { describe, expect, it } from 'vitest';
import { open, readAll, readEvents, resuming, type Sent } from './stream-support.js';

/** An agent that stops before its last words until it is told to go on. */
function gated() {
  let goOn = () => {};
  const gate = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const agent: ReferenceServerOptions['agent'] = async function* () {
    yield working();
    await gate;
    yield artifact('done');
  };
  return { agent, goOn };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

const [v1] = resuming;
if (!v1) throw new Error('A2A 1.0 is missing.');
const begin = (extra: RequestInit = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'A2A-Version': '1.0' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: v1.stream, params: v1.send('hi') }),
  ...extra,
});
const told = (events: AsyncGenerator<Sent>) => async () => {
  const { done, value } = await events.next();
  return done ? 'end' : v1.tell(value);
};

describe.each(resuming)('a stream of dialect $title that is cut', d => {
  const { dialect, bindings, stream, subscribe, send, tell, taskOf, final } = d;

  it('breaks after so many events, and is whole for whoever comes back', async () => {
    const { agent, goOn } = gated();
    const opened: OpeningStream[] = [];
    await using server = createReferenceServer({
      dialect,
      bindings,
      agent,
      cutStream(opening) {
        opened.push(opening);
        return opening.nth === 1 ? { afterEvents: 2 } : undefined;
      },
    });
    const events = readEvents(await open(server, stream, send('hi')));
    const first = (await events.next()).value;
    const { id } = taskOf(first);
    expect(tell((await events.next()).value)).toBe('status working');
    await expect(events.next()).rejects.toThrow(TypeError);
    expect(server.openStreams).toBe(0);
    const rest = readAll(await open(server, subscribe, { id }), tell);
    goOn();
    expect(await rest).toEqual(['task working', 'artifact done last', `status completed${final}`]);
    expect(opened).toEqual([
      { nth: 1, rpcMethod: stream },
      { nth: 2, rpcMethod: subscribe },
    ]);
  });

  it('breaks within an event after so many bytes', async () => {
    await using whole = createReferenceServer({ dialect, bindings });
    const cut = (await (await open(whole, stream, send('hi'))).arrayBuffer()).byteLength - 5;
    await using server = createReferenceServer({ dialect, bindings, cutStream: { afterBytes: cut } });
    const reader = (await open(server, stream, send('hi'))).body?.getReader();
    let read = 0;
    const readOn = async () => {
      for (let next = await reader?.read(); !next?.done; next = await reader?.read()) {
        read += next?.value.length ?? 0;
      }
    };
    await expect(readOn()).rejects.toThrow('The reference server cut this stream.');
    expect(read).toBe(cut);
  });

  it('is whole where it is shorter than that', async () => {
    await using server = createReferenceServer({ dialect, bindings, cutStream: { afterEvents: 5 } });
    const events = await readAll(await open(server, stream, send('hi')), tell);
    expect(events).toHaveLength(4);
  });

  it('may break right after its last event, or before its first', async () => {
    for (const afterEvents of [4, 0]) {
      await using server = createReferenceServer({ dialect, bindings, cutStream: { afterEvents } });
      const events = await readAll(await open(server, stream, send('hi')), tell);
      expect(events).toHaveLength(afterEvents + 1);
      expect(events.at(-1)).toBe('broken: The reference server cut this stream.');
    }
  });
});

describe('cutStream', () => {
  it.each([{ afterEvents: -1 }, { afterEvents: 1.5 }, { afterBytes: Number.NaN }])(
    'is refused by name where it makes no sense: %o',
    cutStream => {
      const create = () => createReferenceServer({ cutStream });
      expect(create).toThrow(TypeError);
      expect(create).toThrow('cutStream.after');
    },
  );
});

describe('server.fetch', () => {
  it('fails the body with the reason of its signal, lets go of the stream and leaves no listener', async () => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({ agent });
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = { count: 0 };
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.count++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.count--;
      removeEventListener.apply(signal, args);
    };
    const events = readEvents(await server.fetch(server.endpoint, begin({ signal })));
    await events.next();
    await events.next();
    const reason = new Error('enough');
    const waiting = expect(events.next()).rejects.toBe(reason);
    controller.abort(reason);
    await waiting;
    expect(server.openStreams).toBe(0);
    goOn();
    await until(() => server.tasks.list()[0]?.status.state === 'completed');
  });

  it.each(['read to the end', 'canceled'])(
    'leaves no listener at the signal of a stream that was %s',
    async how => {
      await using server = createReferenceServer();
      const { signal } = new AbortController();
      const listeners = new Set<unknown>();
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (
        name: string,
        listener: EventListener,
        options?: AddEventListenerOptions,
      ) => {
        listeners.add(listener);
        addEventListener.call(signal, name, listener, options);
      };
      signal.removeEventListener = (name: string, listener: EventListener) => {
        listeners.delete(listener);
        removeEventListener.call(signal, name, listener);
      };
      const response = await server.fetch(server.endpoint, begin({ signal }));
      expect(listeners.size).toBe(1);
      await (how === 'canceled' ? response.body?.cancel() : response.text());
      expect(listeners.size).toBe(0);
      expect(server.openStreams).toBe(0);
    },
  );

  it('lets go of a stream that was aborted before its headers', async () => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({ agent });
    const controller = new AbortController();
    const opening = server.fetch(server.endpoint, begin({ signal: controller.signal }));
    controller.abort();
    await expect(opening).rejects.toThrow('aborted');
    await until(() => server.tasks.size === 1 && server.openStreams === 0);
    goOn();
  });
});

describe('msw', () => {
  it('streams, cuts, and lets go of a stream whose reader aborts', async () => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({
      agent,
      cutStream: ({ nth }) => (nth === 1 ? { afterEvents: 2 } : undefined),
    });
    const network = setupServer(...server.handlers);
    network.listen({ onUnhandledRequest: 'error' });
    try {
      const cut = told(readEvents(await fetch(server.endpoint, begin())));
      expect([await cut(), await cut()]).toEqual(['task submitted', 'status working']);
      await expect(cut()).rejects.toThrow();
      const controller = new AbortController();
      const aborted = told(readEvents(await fetch(server.endpoint, begin({ signal: controller.signal }))));
      expect([await aborted(), await aborted()]).toEqual(['task submitted', 'status working']);
      expect(server.openStreams).toBe(1);
      controller.abort();
      await expect(aborted()).rejects.toThrow('aborted');
      await until(() => server.openStreams === 0);
      const whole = readAll(await fetch(server.endpoint, begin()), v1.tell);
      goOn();
      expect((await whole).at(-1)).toBe('status completed');
    } finally {
      network.close();
    }
  });
});

describe('listen', () => {
  it('sends each event when it happens', async () => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({ agent });
    await using listening = await listen(server);
    const next = told(readEvents(await fetch(`${listening.url}/`, begin())));
    // The agent does not go on before these have arrived.
    expect([await next(), await next()]).toEqual(['task submitted', 'status working']);
    goOn();
    expect([await next(), await next(), await next()]).toEqual([
      'artifact done last',
      'status completed',
      'end',
    ]);
  });

  it.each(['aborts', 'cancels'])('ends the stream, and not the agent, when its reader %s', async how => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({ agent });
    await using listening = await listen(server);
    const controller = new AbortController();
    const response = await fetch(`${listening.url}/`, begin({ signal: controller.signal }));
    expect(server.openStreams).toBe(1);
    if (how === 'aborts') controller.abort();
    else await response.body?.cancel();
    await until(() => server.openStreams === 0);
    goOn();
    await until(() => server.tasks.list()[0]?.status.state === 'completed');
  });

  it('loses the connection where a stream is cut, and takes its reader back', async () => {
    const { agent, goOn } = gated();
    await using server = createReferenceServer({
      agent,
      cutStream: ({ nth }) => (nth === 1 ? { afterEvents: 2 } : undefined),
    });
    await using listening = await listen(server);
    const cut = await readAll(await fetch(`${listening.url}/`, begin()), v1.tell);
    expect(cut.at(-1)).toMatch(/^broken: /);
    expect(server.openStreams).toBe(0);
    const body = { jsonrpc: '2.0', id: 2, method: v1.subscribe, params: { id: server.tasks.list()[0]?.id } };
    const again = await fetch(`${listening.url}/`, begin({ body: JSON.stringify(body) }));
    goOn();
    expect(await readAll(again, v1.tell)).toEqual(['task working', 'artifact done last', 'status completed']);
  });

  it.each(['reference server', 'socket'])('breaks its streams when the %s is closed', async which => {
    const { agent } = gated();
    await using server = createReferenceServer({ agent });
    await using listening = await listen(server);
    const next = told(readEvents(await fetch(`${listening.url}/`, begin())));
    await next();
    await next();
    const broken = expect(next()).rejects.toThrow(TypeError);
    await (which === 'socket' ? listening.close() : server.close());
    await broken;
    await until(() => server.openStreams === 0);
  });
});
