import type { ReferenceServer } from 'a2a-await/testing';
import type { Capture, Json } from './support.js';

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
