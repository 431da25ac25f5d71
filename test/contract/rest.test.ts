import { A2AClient, isMessage, isTask, RpcError, type TaskPage, textOf } from 'a2a-await';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture.js';
import { responseOf } from './replay.js';
import { bodyOf, rest, restServer } from './rest.js';

const endpoint = 'http://127.0.0.1:9105/rest';

/** The words that the list expects of a result. */
function inWords(result: unknown): unknown {
  if (isTask(result)) {
    const { id, contextId, status, artifacts } = result;
    const texts = artifacts.flatMap(({ parts }) =>
      parts.flatMap(part => (part.kind === 'text' ? [part.text] : [])),
    );
    return { id, contextId, state: status.state, texts, said: status.message && textOf(status.message) };
  }
  if (isMessage(result)) return { message: result.messageId, text: textOf(result) };
  if (result instanceof RpcError) return { type: result.constructor, reason: result.reason };
  const { tasks, nextPageToken } = result as TaskPage;
  if (tasks) return { ids: tasks.map(({ id }) => id), nextPageToken };
  return 'skills' in (result as object) ? { card: (result as { name: string }).name } : result;
}

describe('captures over HTTP+JSON through the client', () => {
  test.each(Object.entries(rest))('%s', async (name, { call, sends, expect: expected }) => {
    const capture = readCapture(`${restServer}/${name}`);
    const requests: [string, Headers, unknown][] = [];
    const fetch: typeof globalThis.fetch = async (input, init = {}) => {
      const url = new URL(String(input));
      const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
      requests.push([
        `${init.method ?? 'GET'} ${url.pathname}${url.search}`,
        new Headers(init.headers),
        body,
      ]);
      return responseOf(capture, undefined);
    };
    const client = new A2AClient(endpoint, { endpoint, binding: 'HTTP+JSON', fetch, retry: 0 });
    const result = await call(client).catch(error => error);
    expect(inWords(result)).toMatchObject(expected(bodyOf(capture) as never) as object);
    const [request, headers, body] = requests[0] as (typeof requests)[0];
    expect(request).toBe(sends);
    expect(headers.get('a2a-version')).toBe('1.0');
    expect(headers.get('content-type')).toBe(body === undefined ? null : 'application/json');
    if (/message:/.test(sends)) expect(body).toMatchObject({ message: { role: 'ROLE_USER' } });
    // After a refusal to subscribe the store is asked, once.
    expect(requests).toHaveLength(/:subscribe/.test(sends) ? 2 : 1);
  });
});
