import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { A2AClient, textOf } from 'a2a-await';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReference } from '../support/command.js';

// Each is a process of its own, which compiles its source first.
const slow = { timeout: 30_000 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'a2a-await-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function moduleOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };

/** What is answered to a message of this id. */
async function send(url: string, messageId: string, method = 'SendMessage', more = {}): Promise<Response> {
  const message = { messageId, role: 'ROLE_USER', parts: [{ text: 'hi' }] };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { message } });
  return fetch(`${url}/`, { method: 'POST', headers: { ...headers, ...more }, body });
}

describe('a2a-await-reference', () => {
  it('says where it listens, in one line, and serves both bindings there', slow, async () => {
    await using command = runReference('--port', '0');
    const url = await command.firstLine;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
      const client = new A2AClient(url, { binding });
      expect(await client.connect()).toMatchObject({ dialect: '1.0', binding });
      expect(textOf(await client.run('hi'))).toBe('You said: hi');
      await client.close();
    }
    command.kill('SIGTERM');
    expect(await command.ended).toEqual({ code: 0, signal: null, stdout: `${url}\n`, stderr: '' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends quickly and well at %s, though a stream is open and the agent has timers of its own',
    slow,
    async signal => {
      const agent = await moduleOf(
        'endless.mjs',
        `export default async function* () {
          yield { kind: 'status', state: 'working' };
          await new Promise(resolve => setTimeout(resolve, 3_600_000));
        }`,
      );
      await using command = runReference('--port', '0', '--agent', agent);
      const response = await send(await command.firstLine, 'm', 'SendStreamingMessage');
      const reader = response.body?.getReader();
      await reader?.read();
      const begun = performance.now();
      command.kill(signal);
      expect(await command.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(performance.now() - begun).toBeLessThan(2_000);
      await reader?.cancel().catch(() => {});
    },
  );

  it('is the agent of the conformance kit', slow, async () => {
    await using command = runReference('--port', '0', '--agent', 'tck');
    const url = await command.firstLine;
    const stateOf = async (id: string) => (await (await send(url, id)).json()).result.task?.status.state;
    expect(await stateOf('tck-reject-task-1')).toBe('TASK_STATE_REJECTED');
    expect(await stateOf('tck-input-required-1')).toBe('TASK_STATE_INPUT_REQUIRED');
    const { result } = await (await send(url, 'tck-message-response-1')).json();
    expect(result.message.parts).toEqual([{ text: 'Direct message response' }]);
  });

  it('takes an agent from a module, a profile and a token', slow, async () => {
    const agent = await moduleOf(
      'agent.mjs',
      `export default ({ text }) => [
        { kind: 'status', state: 'completed', parts: [{ kind: 'text', text: text.toUpperCase() }] },
      ];`,
    );
    await using command = runReference(
      '--port=0',
      '--agent',
      agent,
      '--profile',
      'js-1.3',
      '--bearer',
      'secret',
    );
    const url = await command.firstLine;
    const card = await (await fetch(`${url}/.well-known/agent-card.json`)).json();
    expect(card.supportedInterfaces[0].url).toBe(`${url}/jsonrpc`);
    const client = new A2AClient(url, { auth: 'secret' });
    expect(await client.run('hi')).toMatchObject({
      status: { message: { parts: [{ kind: 'text', text: 'HI' }] } },
    });
    await client.close();
    expect((await fetch(`${url}/jsonrpc`, { method: 'POST', headers, body: '{}' })).status).toBe(401);
  });

  it('does without streams and notifications, and is lenient, where it is told', slow, async () => {
    await using command = runReference('--port', '0', '--no-streaming', '--no-push', '--lenient');
    const url = await command.firstLine;
    const { capabilities } = await (await fetch(`${url}/.well-known/agent-card.json`)).json();
    expect(capabilities).toMatchObject({ streaming: false, pushNotifications: false });
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: 'x', more: 1 } });
    const { error } = await (await fetch(`${url}/`, { method: 'POST', headers, body })).json();
    expect(error.code).toBe(-32001);
  });

  it('shows how it is used', slow, async () => {
    const { code, stdout, stderr } = await runReference('--help').ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: a2a-await-reference/);
  });

  it.each<[string[], RegExp]>([
    [['--port', 'x'], /--port must be a whole number from 0 to 65535, not x/],
    [['--port='], /--port must be a whole number/],
    [['--port', '65536'], /--port must be/],
    [['--profile', 'php'], /profile must be one of .*"php"/],
    [['--dialect', '2.0'], /dialect must be one of/],
    [['--binding', 'GRPC'], /bindings must be one of/],
    [['--rest-statuses', '2'], /restStatuses must be one of/],
    [['--bearer='], /auth\.bearer must be a string that is not empty/],
    [['--agent', './nowhere.mjs'], /nowhere\.mjs/],
    [['--agent', 'package.json'], /package\.json/],
    [['--agent', 'src/testing/states.ts'], /no default export that is an agent/],
    [['--nonsense'], /--nonsense/],
    [['extra'], /extra/],
  ])('refuses %j in one line, without a stack', slow, async (args, words) => {
    const { code, stdout, stderr } = await runReference('--port', '0', ...args).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  it('says in one line that the port is taken', slow, async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await runReference('--port', String(port)).ended;
    other.close();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      new RegExp(`^[^\\n]*address already in use 127\\.0\\.0\\.1:${port}: choose .*--port\\n$`),
    );
  });
});
