import type { ReferenceServer } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { setupServer } from 'msw/node';

/** How a reference server is reached. */
export interface Way extends AsyncDisposable {
  fetch: typeof globalThis.fetch;
  url: string;
}

export const inProcess = async (server: ReferenceServer): Promise<Way> => ({
  fetch: server.fetch,
  url: server.url,
  [Symbol.asyncDispose]: async () => {},
});

/** Between an application's own `fetch` and the network. */
export const throughMsw = async (server: ReferenceServer): Promise<Way> => {
  const network = setupServer(...server.handlers);
  network.listen({ onUnhandledRequest: 'error' });
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    url: server.url,
    [Symbol.asyncDispose]: async () => network.close(),
  };
};

export const overSocket = async (server: ReferenceServer): Promise<Way> => {
  const listening = await listen(server);
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    url: listening.url,
    [Symbol.asyncDispose]: () => listening.close(),
  };
};
