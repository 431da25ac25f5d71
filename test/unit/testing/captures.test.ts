import { createReferenceServer, type ReferenceServer } from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { praisonAgent, pythonAgent } from '../../contract/profiles/agents.js';
import { Ids, normalized, replay } from './recorded.js';
import { type Json, readCapture, readCaptures, type Wire } from './support.js';

/** Streams, which have a file of their own, and answers this server gives in another server's way. */
const beyond = /stream|subscribe|extended-card|^card|^send-to-terminal$/;

/** Python's own words for what does not parse are not repeated: that there is data of this kind is. */
function expected(name: string, body: Json): unknown {
  // Python's lists have artifacts, none, where they were not asked for; section 3.1.4 forbids them.
  if (name === 'list') for (const task of (body.result as Wire)?.tasks ?? []) delete task.artifacts;
  const error = body.error as Json | undefined;
  if (error && /bad-params|bad-json|batch/.test(name)) {
    const vague = { ...error, ...('data' in error && { data: Array.isArray(error.data) ? 'list' : 'text' }) };
    return normalized({ ...body, error: name === 'bad-json' ? { ...vague, message: 'some' } : vague });
  }
  return normalized(body);
}

async function expectSameAnswers(server: ReferenceServer, recording: string): Promise<number> {
  const ids = new Ids();
  let compared = 0;
  for (const capture of readCaptures(recording)) {
    if (beyond.test(capture.case) || capture.request.method !== 'POST') continue;
    // The recording waited here for the first slow task, and had canceled the one it lists.
    if (capture.case === 'send-nonblocking-2') await vi.advanceTimersByTimeAsync(3000);
    if (server.endpoint.endsWith('/a2a') && capture.case === 'list') {
      const id = ids.translate('task-af990906e15d');
      const cancel = { jsonrpc: '2.0', id: 1, method: 'tasks/cancel', params: { id } };
      await server.fetch(server.endpoint, { method: 'POST', body: JSON.stringify(cancel) });
    }
    const answer = await replay(server, capture, ids);
    expect(answer.status, capture.case).toBe(capture.response.status);
    expect(answer.type, capture.case).toBe(capture.response.headers['content-type']);
    if (answer.status === 200) {
      const recorded = JSON.parse(capture.response.body);
      const ours = JSON.parse(answer.text);
      expect(expected(capture.case, ours), capture.case).toEqual(expected(capture.case, recorded));
      ids.learn(recorded, ours);
    } else {
      expect(answer.text).toBe(capture.response.body);
    }
    compared++;
  }
  return compared;
}

describe('the reference server answers recorded requests as the recorded server did', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('A2A 1.0, as the Python server', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, push: true });
    expect(await expectSameAnswers(server, 'py-1.1.0-jsonrpc-v1')).toBe(30);
  });

  it('A2A 0.3, as the Python server', async () => {
    await using server = createReferenceServer({ agent: pythonAgent, dialect: '0.3', push: true });
    expect(await expectSameAnswers(server, 'py-0.3.26-jsonrpc-v03')).toBe(30);
  });

  it('PraisonAI', async () => {
    await using server = createReferenceServer({ agent: praisonAgent, dialect: 'praison' });
    expect(await expectSameAnswers(server, 'praisonai-hybrid')).toBe(18);
  });
});

describe('the card has the members of the recorded one', () => {
  const auth = { bearer: 'secret' };

  async function cardOf(server: ReferenceServer): Promise<Json> {
    return (await server.fetch(server.cardUrl)).json();
  }

  it('A2A 1.0', async () => {
    await using server = createReferenceServer({ auth });
    const recorded = JSON.parse(readCapture('py-1.1.0-jsonrpc-v1', 'card').response.body);
    const card = await cardOf(server);
    expect(Object.keys(card)).toEqual(Object.keys(recorded));
    expect(card.supportedInterfaces).toEqual([
      { url: 'http://agent.test/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ]);
    expect(card.securitySchemes).toEqual(recorded.securitySchemes);
    expect(card.securityRequirements).toEqual(recorded.securityRequirements);
  });

  it('A2A 0.3', async () => {
    await using server = createReferenceServer({ auth, dialect: '0.3' });
    const { additionalInterfaces: _, ...recorded } = JSON.parse(
      readCapture('py-0.3.26-jsonrpc-v03', 'card').response.body,
    );
    const card = await cardOf(server);
    expect(Object.keys(card)).toEqual(Object.keys(recorded));
    expect(card).toMatchObject({ protocolVersion: '0.3.0', preferredTransport: 'JSONRPC' });
    expect(card.url).toBe('http://agent.test/');
    expect(card.securitySchemes).toEqual(recorded.securitySchemes);
  });

  it('PraisonAI, whose url is its default whatever the real one', async () => {
    await using server = createReferenceServer({ dialect: 'praison' });
    const recorded = JSON.parse(readCapture('praisonai-hybrid', 'card').response.body);
    const card = await cardOf(server);
    expect(Object.keys(card)).toEqual(Object.keys(recorded));
    expect(card.url).toBe('http://localhost:8000/a2a');
    expect(card.capabilities).toEqual(recorded.capabilities);
    expect(card.provider).toEqual(recorded.provider);
  });
});
