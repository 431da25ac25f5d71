import { describe, expect, it } from 'vitest';
import { rawServer } from '../support/raw-server.js';
import { rejection, until } from '../support/settling.js';
import { clientOf } from './support.js';

const mebi = 1024 * 1024;

describe.each([
  ['declares its length', true],
  ['does not declare its length', false],
])('a body of 300 MB that %s', (_, declared) => {
  it('is stopped at the limit, with bounded memory, by an error that names the option', async () => {
    let written = 0;
    await using server = await rawServer((_, response) => {
      const chunk = Buffer.alloc(mebi, 0x20);
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(declared ? { 'content-length': 300 * mebi } : {}),
      });
      const pump = () => {
        while (written < 300 * mebi && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', pump);
            return;
          }
        }
        response.end();
      };
      pump();
    });
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    const error = await rejection(clientOf(server).getTask('task-1'));
    clearInterval(watch);
    expect(error).toMatchObject({ name: 'ResponseLimitError', option: 'limits.responseBytes' });
    expect(error.message).toContain('limits.responseBytes');
    expect(server.requests).toHaveLength(1);
    await until(() => server.connections === 0);
    // The limit is 16 MiB; what kernels and streams hold in between comes on top.
    expect(written).toBeLessThan(100 * mebi);
    expect(Math.max(most, process.memoryUsage().rss) - before).toBeLessThan(150 * mebi);
  });
});

it('a body just within the limit is read', async () => {
  const text = 'x'.repeat(1_000_000);
  await using server = await rawServer(({ id }, response) => {
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: text }));
  });
  expect(await clientOf(server, { limits: { responseBytes: 1_000_100 } }).callMethod('x')).toBe(text);
  expect(
    await rejection(clientOf(server, { limits: { responseBytes: 999_999 } }).callMethod('x')),
  ).toMatchObject({
    name: 'ResponseLimitError',
  });
});
