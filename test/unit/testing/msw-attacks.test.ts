import { createReferenceServer } from 'a2a-await/testing';
import { setupServer } from 'msw/node';
import { expect, test } from 'vitest';

test.each([
  'http://[::1]:4000',
  'http://agent.test/a:b',
  'http://agent.test/(x)*',
  'http://agent.test/a%20b',
])('msw answers at %s, and nowhere else', async url => {
  await using server = createReferenceServer({ url });
  const network = setupServer(...server.handlers);
  network.listen({ onUnhandledRequest: 'error' });
  try {
    expect((await fetch(server.cardUrl)).status).toBe(200);
    expect((await fetch(`${server.cardUrl}?page=1`)).status).toBe(200);
    expect((await fetch(url)).status).toBe(405);
    await expect(fetch(`${url}0/.well-known/agent-card.json`)).rejects.toThrow(TypeError);
  } finally {
    network.close();
  }
});
