import {
  type Agent,
  artifact,
  completed,
  inputRequired,
  type ReferenceServer,
  reply,
  working,
} from 'a2a-await/testing';
import type { Capture, Json } from './support.js';

/** The agent that was behind the recorded servers. */
export const recordedAgent: Agent = async function* (turn) {
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
    yield artifact('llo', { append: true, name: 'response' });
  }
  yield completed();
};

export const recordedPraisonAgent: Agent = async function* (turn) {
  if (turn.text === 'fail') throw new Error('boom');
  if (turn.text === 'slow') await turn.sleep(3000);
  yield artifact('hello hello');
};

// One name for all that differs from run to run, so that what is left is the shape and the spelling.
export function normalized(value: unknown, key = ''): unknown {
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

/** Replaces the ids of the recording by those this server gave in their place. */
export class Ids {
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

/** Sends the recorded request, about our own tasks. */
export async function replay(
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
