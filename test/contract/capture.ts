import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One recorded exchange with a real server. */
export interface Capture {
  /** `<server>/<NN-case>`, as the file is called. */
  name: string;
  server: string;
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body?: string; bodyError?: string };
}

const folder = fileURLToPath(new URL('../captures/', import.meta.url));

/** The names of all captures there are. */
export function namesOnDisk(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json'))
    .map(path => path.replaceAll('\\', '/').slice(0, -'.json'.length))
    .sort();
}

export function readCapture(name: string): Capture {
  const recorded = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
  return { ...recorded, server: name.split('/')[0], name };
}

/** A JSON-RPC call as recorded; of a batch its only one. `undefined` for what is no call. */
export function callIn({ request: { body } }: Capture): RecordedCall | undefined {
  const [call] = Array.isArray(body) ? body : [body];
  return typeof call === 'object' && call !== null ? call : undefined;
}

export interface RecordedCall {
  id: unknown;
  method: string;
  params: Record<string, unknown>;
}

/** The message id that was recorded, to send the very same message again. */
export function messageIdOf(capture: Capture): string {
  const message = callIn(capture)?.params['message'] as { messageId?: unknown } | undefined;
  if (typeof message?.messageId !== 'string') throw new Error(`${capture.name} sends no message.`);
  return message.messageId;
}

/** The id of the task that a call was about. */
export function taskIdOf(capture: Capture): string {
  const id = callIn(capture)?.params['id'];
  if (typeof id !== 'string') throw new Error(`${capture.name} asks about no task.`);
  return id;
}

/** Reads what only the server could know (ids, timestamps, tokens) from an answer. */
export interface Answer {
  /** A string at a path, e.g. `result.task.id`. Throws if there is none. */
  text(path: string): string;
  /** Whatever is at a path. */
  value(path: string): unknown;
  capture: Capture;
}

/** Whether the answer is a stream of events. */
export function isStream({ response }: Capture): boolean {
  return new Headers(response.headers).get('content-type')?.startsWith('text/event-stream') ?? false;
}

/** The data of each event of a stream, as the recorded servers write them: one line of JSON each. */
export function framesIn({ response }: Capture): unknown[] {
  const lines = (response.body ?? '').split(/\r?\n/).filter(line => line.startsWith('data:'));
  return lines.map(line => JSON.parse(line.slice('data:'.length)));
}

/** Parsed only when something is read: some answers are no JSON. A stream is the list of its events. */
export function answerOf(capture: Capture): Answer {
  const parsed = () => (isStream(capture) ? framesIn(capture) : JSON.parse(capture.response.body ?? 'null'));
  const value = (path: string) =>
    path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], parsed());
  const text = (path: string) => {
    const found = value(path);
    if (typeof found !== 'string' || found === '') throw new Error(`${capture.name} has no ${path}.`);
    return found;
  };
  return { text, value, capture };
}
