import { A2AClient, A2AError, isMessage, isTask, type RpcError, type TaskPage, textOf } from 'a2a-await';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture.js';
import { responseOf } from './replay.js';
import { bodyOf, restV1 } from './rest.js';
import { restV03 } from './rest-v03.js';

const endpoint = 'http://127.0.0.1:9105/rest';

/** The words that the lists expect of a result. */
function inWords(result: unknown): unknown {
  if (result === undefined) return { nothing: true };
  if (Array.isArray(result) || 'url' in (result as object)) return result;
  if (isTask(result)) {
    const { id, contextId, status, artifacts } = result;
    const texts = artifacts.flatMap(({ parts }) =>
      parts.flatMap(part => (part.kind === 'text' ? [part.text] : [])),
    );
    return { id, contextId, state: status.state, texts, said: status.message && textOf(status.message) };
  }
  if (isMessage(result)) return { message: result.messageId, text: textOf(result) };
  if (result instanceof A2AError) return { type: result.constructor, reason: (result as RpcError).reason };
  const { tasks, nextPageToken } = result as TaskPage;
  if (tasks) return { ids: tasks.map(({ id }) => id), nextPageToken };
  return 'skills' in (result as object) ? { card: (result as { name: string }).name } : result;
}

const versions = [
  ['1.0', '1.0', 'parts', restV1],
  ['0.3', null, 'content', restV03],
] as const;

describe.each(versions)('captures over HTTP+JSON of A2A %s', (dialect, version, parts, entries) => {
  test.each(Object.entries(entries))('%s', async (name, { call, sends, expect: expected, store }) => {
    const capture = readCapture(name);
    const requests: [string, Headers, unknown][] = [];
    const fetch: typeof globalThis.fetch = async (input, init = {}) => {
      const url = new URL(String(input));
      const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
      const request = `${init.method ?? 'GET'} ${url.pathname}${url.search}`;
      requests.push([request, new Headers(init.headers), body]);
      const isStore = store && /:subscribe|:stream/.test(sends) && /^GET [^:]*$/.test(request);
      return responseOf(isStore ? readCapture(store) : capture, undefined);
    };
    const client = new A2AClient(endpoint, { endpoint, dialect, binding: 'HTTP+JSON', fetch, retry: 0 });
    const result = await call(client).catch(error => error);
    expect(inWords(result)).toMatchObject(expected(bodyOf(capture) as never) as object);
    const [request, headers, body] = requests[0] as (typeof requests)[0];
    expect(request).toBe(sends);
    expect(headers.get('a2a-version')).toBe(version);
    expect(headers.get('content-type')).toBe(body === undefined ? null : 'application/json');
    if (/message:/.test(sends))
      expect(body).toMatchObject({ message: { role: 'ROLE_USER', [parts]: [{ text: expect.any(String) }] } });
    // After a refusal to subscribe the store is asked, or the other verb tried.
    const different = new Set(requests.map(([each]) => each));
    expect(different.size).toBe(/:subscribe/.test(sends) ? (capture.response.status === 405 ? 3 : 2) : 1);
  });
});
