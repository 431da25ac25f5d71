import { createReferenceServer, type ReferenceServer, type RequestFault } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { rejection } from './settling.js';
import type { Way } from './ways.js';

const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };

function ask(
  { fetch, url }: Way,
  method: string,
  params: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
  return fetch(`${url}/`, { method: 'POST', headers, body, ...init });
}

export function send(way: Way, init?: RequestInit): Promise<Response> {
  const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text: 'hi' }] };
  return ask(way, 'SendMessage', { message }, init);
}

const faulty = (fault: RequestFault): ReferenceServer => createReferenceServer({ fault });

/** What each fault looks like to whoever comes this way. */
export function faultsAreSeen(title: string, reach: (server: ReferenceServer) => Promise<Way>): void {
  describe(`a fault, ${title}`, () => {
    it("'reset' is a network error, and nothing was done", async () => {
      await using server = faulty('reset');
      await using way = await reach(server);
      expect(await rejection(send(way))).toBeInstanceOf(TypeError);
      expect(server.tasks.size).toBe(0);
      expect(server.requests).toMatchObject([{ rpcMethod: 'SendMessage', fault: 'reset' }]);
    });

    it("'lose-answer' is a network error, and the task is done", async () => {
      await using server = faulty('lose-answer');
      await using way = await reach(server);
      expect(await rejection(send(way))).toBeInstanceOf(TypeError);
      expect(server.tasks.list()).toMatchObject([{ status: { state: 'completed' } }]);
    });

    it("'hang' never answers, and leaves its caller to go", async () => {
      await using server = faulty('hang');
      await using way = await reach(server);
      const controller = new AbortController();
      const waiting = send(way, { signal: controller.signal });
      while (server.requests.length === 0) await new Promise(resolve => setImmediate(resolve));
      const reason = new Error('enough');
      controller.abort(reason);
      expect(await rejection(waiting)).toBe(reason);
      expect(server.tasks.size).toBe(0);
    });

    it("'hang' ends with the server", async () => {
      await using server = faulty('hang');
      await using way = await reach(server);
      const waiting = rejection(send(way));
      while (server.requests.length === 0) await new Promise(resolve => setImmediate(resolve));
      await server.close();
      expect(await waiting).toBeInstanceOf(TypeError);
    });

    it("'html' is a page where an answer should be", async () => {
      await using server = faulty('html');
      await using way = await reach(server);
      const response = await send(way);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain('<!doctype html>');
      expect(server.tasks.size).toBe(0);
    });

    it("'garbage' calls itself JSON, and is not", async () => {
      await using server = faulty('garbage');
      await using way = await reach(server);
      const response = await send(way);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await rejection(response.json())).toBeInstanceOf(SyntaxError);
      expect(server.tasks.size).toBe(0);
    });

    it("'wrong-id' is the answer, under another id", async () => {
      await using server = faulty('wrong-id');
      await using way = await reach(server);
      const { id, result } = await (await send(way)).json();
      expect(id).not.toBe(7);
      expect(result.task.id).toBe(server.tasks.list()[0]?.id);
    });

    it('{ status } is that status, with what it is to say', async () => {
      await using server = faulty({
        status: 503,
        retryAfter: 2,
        body: 'later',
        headers: { 'x-why': 'busy' },
      });
      await using way = await reach(server);
      const response = await send(way);
      const { status, headers } = response;
      expect([status, headers.get('retry-after'), headers.get('x-why'), await response.text()]).toEqual([
        503,
        '2',
        'busy',
        'later',
      ]);
      expect(server.tasks.size).toBe(0);
    });

    it('{ status: 204 } has no body', async () => {
      await using server = faulty({ status: 204 });
      await using way = await reach(server);
      const response = await send(way);
      expect([response.status, await response.text()]).toEqual([204, '']);
    });

    it('{ latency } is an answer that comes so much later', async () => {
      await using server = faulty({ latency: 40 });
      await using way = await reach(server);
      const begun = performance.now();
      expect((await (await send(way)).json()).id).toBe(7);
      // A timer may be a ms early by this clock.
      expect(performance.now() - begun).toBeGreaterThan(38);
    });

    it('{ truncate } breaks off a body that told its whole length', async () => {
      await using server = faulty({ truncate: 20 });
      await using way = await reach(server);
      const response = await send(way);
      expect(response.status).toBe(200);
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
      expect(await rejection(response.text())).toBeInstanceOf(TypeError);
      expect(server.tasks.size).toBe(1);
    });

    it('{ drip } brings all of the body, and takes its time', async () => {
      await using server = faulty({ drip: 100, every: 10 });
      await using way = await reach(server);
      const begun = performance.now();
      const response = await send(way);
      const text = await response.text();
      expect(JSON.parse(text).id).toBe(7);
      expect(performance.now() - begun).toBeGreaterThan(10 * Math.ceil(text.length / 100) - 10);
    });

    it('{ oversize } is the same answer in so many bytes', async () => {
      await using server = faulty({ oversize: 300_000 });
      await using way = await reach(server);
      const response = await send(way);
      expect(response.headers.get('content-length')).toBe('300000');
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes.length).toBe(300_000);
      expect(JSON.parse(new TextDecoder().decode(bytes)).id).toBe(7);
    });

    it('{ regress } tells of a task as it was', async () => {
      await using server = faulty({ regress: 'working' });
      await using way = await reach(server);
      const { result } = await (await send(way)).json();
      expect(result.task.status.state).toBe('TASK_STATE_WORKING');
      expect(server.tasks.list()[0]?.status.state).toBe('completed');
    });
  });
}
