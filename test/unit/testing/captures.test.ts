import {
  type Agent,
  artifact,
  completed,
  createReferenceServer,
  inputRequired,
  type ReferenceServer,
  reply,
  working,
} from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Capture, type Json, readCapture, readCaptures } from './support.js';

/** The agent that was behind the recorded servers. */
const recordedAgent: Agent = async function* (turn) {
  if (turn.text === 'message') {
    yield reply('direct');
    return;
  }
  yield working('working...');
  if (turn.text === 'fail') throw new Error('boom');
  if (turn.text === 'input') yield inputRequired('need more');
  if (turn.text === 'slow') await turn.sleep(3000);
  if (turn.text === 'parts') {
    yield artifact(
      [
        { kind: 'text', text: 't' },
        { kind: 'file', raw: 'aGVsbG8=', mediaType: 'text/plain', filename: 'h.txt' },
        { kind: 'file', url: 'https://x/y.png', mediaType: 'image/png' },
        { kind: 'data', data: { a: 1, b: [1, 2] } },
      ],
      { name: 'all', metadata: { k: 1 } },
    );
  } else {
    yield artifact('he', { artifactId: 'a1', name: 'response', lastChunk: false });
    yield artifact('llo', { append: true });
  }
  yield completed();
};

const recordedPraisonAgent: Agent = async function* (turn) {
  if (turn.text === 'fail') throw new Error('boom');
  if (turn.text === 'slow') await turn.sleep(3000);
  yield artifact('hello hello');
};

/** Requests of a feature that this server refuses, and answers it gives in another server's way. */
const beyond = /stream|subscribe|push|extended-card|^card|^send-to-terminal$/;

// One name for all that differs from run to run, so that what is left is the shape and the spelling.
function normalized(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map(item => normalized(item, key));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalized(item, name)]));
  }
  if (key === 'nextPageToken') return value === '' ? '' : '<token>';
  if (typeof value !== 'string') return value;
  if (value === 'm1' && key === 'messageId') return '<uuid>';
  return value
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\b(task|msg|art)-[0-9a-f]{12}/g, '$1-<hex>')
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)$/, '<µs>$1')
    .replace(/\n {4}For further information.*$/, '');
}

/** Python's own words for what does not parse are not repeated: that there is data of this kind is. */
function expected(name: string, body: Json): unknown {
  const error = body.error as Json | undefined;
  if (error && /bad-params|bad-json|batch/.test(name)) {
    const vague = { ...error, ...('data' in error && { data: Array.isArray(error.data) ? 'list' : 'text' }) };
    return normalized({ ...body, error: name === 'bad-json' ? { ...vague, message: 'some' } : vague });
  }
  return normalized(body);
}

/** Replaces the ids of the recording by those this server gave in their place. */
class Ids {
  readonly #ours = new Map<string, string>();

  learn(recorded: unknown, ours: unknown): void {
    if (typeof recorded === 'string' && typeof ours === 'string') {
      if (/^(task-)?[0-9a-f-]{12,36}$/.test(recorded)) this.#ours.set(recorded, ours);
    } else if (
      recorded !== null &&
      ours !== null &&
      typeof recorded === 'object' &&
      typeof ours === 'object'
    ) {
      for (const [key, value] of Object.entries(recorded)) {
        if (key !== 'messageId') this.learn(value, (ours as Json)[key]);
      }
    }
  }

  translate(text: string): string {
    return [...this.#ours].reduce((result, [recorded, ours]) => result.replaceAll(recorded, ours), text);
  }
}

async function replay(
  server: ReferenceServer,
  capture: Capture,
  ids: Ids,
): Promise<{ status: number; type: string; text: string }> {
  const { body, headers } = capture.request;
  const sent = typeof body === 'string' ? body : ids.translate(JSON.stringify(body));
  const response = await server.fetch(server.endpoint, { method: 'POST', headers, body: sent });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', text };
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
    await using server = createReferenceServer({ agent: recordedAgent });
    expect(await expectSameAnswers(server, 'py-1.1.0-jsonrpc-v1')).toBe(25);
  });

  it('A2A 0.3, as the Python server', async () => {
    await using server = createReferenceServer({ agent: recordedAgent, dialect: '0.3' });
    expect(await expectSameAnswers(server, 'py-0.3.26-jsonrpc-v03')).toBe(25);
  });

  it('PraisonAI', async () => {
    await using server = createReferenceServer({ agent: recordedPraisonAgent, dialect: 'praison' });
    expect(await expectSameAnswers(server, 'praisonai-hybrid')).toBe(17);
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
