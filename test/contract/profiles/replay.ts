import { createReferenceServer, type ReferenceServer } from 'a2a-await/testing';
import { vi } from 'vitest';
import { type Capture, namesOnDisk, readCapture } from '../capture.js';
import { cardShape } from './card.js';
import { type Answer, differencesOf, Ids } from './differ.js';
import type { Recording } from './recordings.js';

/** What our server answers otherwise than a recorded one, by the names of the captures. */
export type Differences = ReadonlyMap<string, readonly string[]>;

/** Requests that were made and not recorded, before the one of this name. */
const between: Readonly<Record<string, Pick<Capture['request'], 'path' | 'body'>>> = {
  'praisonai-hybrid/19-list': {
    path: '/a2a',
    body: { jsonrpc: '2.0', id: 1, method: 'tasks/cancel', params: { id: 'task-af990906e15d' } },
  },
};

/** Sends everything that was sent to that server to ours, in the same order, about our own tasks. Fakes the time. */
export async function replayed({ folders, ...recording }: Recording): Promise<Differences> {
  const ids = new Ids();
  const found = new Map<string, readonly string[]>();
  const { options, url, agent, bearer, push } = recording;
  vi.useFakeTimers();
  await using server = createReferenceServer({
    ...options,
    url,
    agent,
    push,
    ...(bearer && { auth: { bearer: 'secret' } }),
  });
  const bindings = options.bindings ?? ['JSONRPC'];
  const names = namesOnDisk();
  for (const name of folders.flatMap(folder => names.filter(other => other.startsWith(`${folder}/`)))) {
    const earlier = between[name];
    if (earlier) await ask(server, { ...earlier, method: 'POST', headers: {} }, ids);
    const capture = readCapture(name);
    const ours = await ask(server, capture.request, ids);
    const isCard = /card|status$/.test(name);
    const told = isCard ? (document: unknown) => cardShape(document, bindings) : undefined;
    found.set(name, differencesOf(answerIn(capture), ours, ids, told));
  }
  vi.useRealTimers();
  return found;
}

function answerIn({ response }: Capture): Answer {
  const { status, headers, body = '', bodyError } = response;
  return { status, headers, body, broken: bodyError !== undefined };
}

async function ask(
  server: ReferenceServer,
  { method, path, headers, body }: Capture['request'],
  ids: Ids,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const asked = server
    .fetch(server.url + ids.translate(path), {
      method,
      headers: { ...headers, authorization: 'Bearer secret' },
      ...(body !== undefined && body !== null && { body: ids.translate(text) }),
    })
    .then(readAnswer);
  let isDone = false;
  asked.finally(() => {
    isDone = true;
  });
  // The slow ones of its agents took 3 s, and were waited for only where they had to be.
  await vi.advanceTimersByTimeAsync(0);
  if (!isDone) await vi.advanceTimersByTimeAsync(3_000);
  return asked;
}

async function readAnswer(response: Response): Promise<Answer> {
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  const decoder = new TextDecoder();
  let body = '';
  try {
    for await (const chunk of response.body ?? []) body += decoder.decode(chunk, { stream: true });
  } catch {
    return { status, headers, body, broken: true };
  }
  return { status, headers, body, broken: false };
}
