import type { Message } from '../../model/message.js';
import type { Task } from '../../model/task.js';
import { digest } from '../digest.js';
import type { Framing } from '../framing.js';
import type { Manner } from '../manner.js';
import { plainHttpError } from '../writers/errors.js';
import type { Writer } from '../writers/writer.js';

/** What the servers built with the JavaScript library have in common on HTTP: they stand on Express. */
export const expressFraming: Framing = {
  json: 'application/json; charset=utf-8',
  tag: text => ({ etag: `W/"${text.length.toString(16)}-${digest(text)}"` }),
  stream: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
  lineEnd: '\n',
};

/** Another verb is another page to it. */
export const expressHttpError: Writer['httpError'] = (status, request) => {
  if (status === 401) return plainHttpError(status);
  const path = request.path.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
  const lines = [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<title>Error</title>',
    '</head>',
    '<body>',
    `<pre>Cannot ${request.verb} ${path}</pre>`,
    '</body>',
    '</html>',
    '',
  ];
  return new Response(lines.join('\n'), {
    status: 404,
    headers: {
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    },
  });
};

/**
 * What a throw makes of a task: failed, with a history that begins anew.
 *
 * @param said the words of the server, without whatever says of which task they are
 */
export function failedTask(task: Task, said: Message, now: number): Task {
  const asked = task.history.filter(({ role }) => role !== 'agent').at(-1);
  return {
    ...task,
    status: { state: 'failed', message: said, timestamp: new Date(now).toISOString() },
    history: [...(asked ? [asked] : []), said],
  };
}

/** What the server says of a throw. */
export function wordsOn(problem: string, { contextId }: Task, { newMessageId }: Manner): Message {
  return {
    kind: 'message',
    messageId: newMessageId(),
    role: 'agent',
    parts: [{ kind: 'text', text: `Agent execution error: ${problem}` }],
    ...(contextId !== undefined && { contextId }),
  };
}
