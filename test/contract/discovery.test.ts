import { A2AClient } from 'a2a-await';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture.js';
import { replay, type Step } from './replay.js';
import { serverOf } from './servers.js';

/** A server without any card is asked about a task that does not exist, first as 1.0 asks and then as 0.3 does. */
const cases = [
  { server: 'py-1.1.0-jsonrpc-v1', answers: ['20-get-missing'] },
  { server: 'js-1.3.0-jsonrpc-v1', answers: ['20-get-missing'] },
  { server: 'py-0.3.26-jsonrpc-v03', answers: ['36-other-dialect-method', '20-get-missing'] },
  { server: 'js-0.3.14-jsonrpc-v03', answers: ['36-other-dialect-method', '20-get-missing'] },
  { server: 'praisonai-hybrid', answers: ['14-SendMessage-v1', '16-get-missing'] },
] as const;

describe('a server without a card is known by its recorded answers', () => {
  test.each(cases)('$server', async ({ server, answers }) => {
    const { origin, endpoint, dialect } = serverOf(server);
    const url = origin + endpoint;
    const folder = url.replace(/\/*$/, '/');
    const cards = ['agent-card.json', 'agent.json'].map(
      (name): Step => ({
        request: { http: 'GET', url: `${folder}.well-known/${name}`, version: '1.0', contentType: null },
        answer: 404,
      }),
    );
    const questions = [
      { method: 'GetTask', version: '1.0' },
      { method: 'tasks/get', version: null },
    ];
    const asked = answers.map((name, index): Step => {
      const { method = '', version = null } = questions[index] ?? {};
      // Nobody knows the id, for it is made up.
      const rpc = { jsonrpc: '2.0', method, params: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } };
      return {
        request: { http: 'POST', url, version, contentType: 'application/json', rpc },
        answer: readCapture(`${server}/${name}`),
      };
    });
    const { fetch, check } = replay([...cards, ...asked]);
    const connection = await new A2AClient(url, { fetch }).connect();
    check();
    expect(connection).toStrictEqual({ dialect, binding: 'JSONRPC', endpoint: url });
  });
});
