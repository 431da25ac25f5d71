import { createReferenceServer } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { expect, it } from 'vitest';

const preflight = {
  method: 'OPTIONS',
  headers: {
    origin: 'https://page.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'a2a-version,authorization,content-type',
  },
};

it('a server that lets pages of any origin in answers their preflights, and shows them its headers', async () => {
  await using server = createReferenceServer({ auth: { bearer: 'secret' } });
  await using listening = await listen(server, { cors: true });
  const asked = await fetch(listening.url, preflight);
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': 'a2a-version,authorization,content-type',
  });
  expect(server.requests).toEqual([]);
  const refused = await fetch(listening.url, { method: 'POST', body: '{}' });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  expect(refused.headers.get('access-control-expose-headers')).toBe('*');
});

it('a server lets no page of another origin in unless it is told to', async () => {
  await using server = createReferenceServer();
  await using listening = await listen(server);
  const asked = await fetch(listening.url, preflight);
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([405, null]);
});
