import type { Purpose } from './record.js';

const purposes: readonly [RegExp, Purpose][] = [
  // Over HTTP+JSON the end of the path says it, whatever the agent's own path is called, or a task.
  [/^POST \S*\/message:send$/, 'send'],
  [/^POST \S*\/message:stream$|^\S+ \S*\/tasks\/[^/]+:subscribe$/, 'stream'],
  [/^POST \S*\/tasks\/[^/]+:cancel$/, 'cancel'],
  [/^GET \S*\/tasks(\/[^/:]+)?$/, 'ask'],
  [/agent[-/]?(card|json)|\.well-known|card$/i, 'card'],
  [/delete\S*push-?notification|push-?notification\S*\/delete|^DELETE /i, 'unregister'],
  [/push-?notification/i, 'register'],
  [/stream|subscribe/i, 'stream'],
  [/message[/:]?send|send-?message/i, 'send'],
  [/cancel/i, 'cancel'],
  [/(get|list)-?tasks?|tasks\/(get|list)|^GET \S*\/tasks\b/i, 'ask'],
];

/** By what the request is called on the wire. */
export function purposeOf(name: string): Purpose {
  return purposes.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

/** A JSON-RPC method, or else the method of HTTP and the path. */
export function nameOf(method: string, url: string, body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed && 'method' in parsed && typeof parsed.method === 'string')
      return parsed.method;
  } catch {
    // No JSON, so no JSON-RPC.
  }
  return `${method} ${new URL(url).pathname}`;
}
