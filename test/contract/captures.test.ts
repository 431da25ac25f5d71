import {
  A2AClient,
  type A2AClientOptions,
  isMessage,
  isTask,
  RpcError,
  rawOf,
  type StreamEvent,
} from 'a2a-await';
import { describe, expect, test } from 'vitest';
import { answerOf, type Capture, framesIn, namesOnDisk, readCapture } from './capture.js';
import { Failure, type Replayed } from './entry.js';
import { delivered, deliveredGroups, never, overRest, owed } from './manifest.js';
import { replay, type Step } from './replay.js';
import { expectedCall, expectedCardRequest } from './request.js';
import { serverOf } from './servers.js';

const onDisk = namesOnDisk();
const listed = [...Object.keys(delivered), ...overRest, ...Object.values(owed).flat(), ...Object.keys(never)];

describe('every capture is accounted for', () => {
  test('each file is in a list', () => {
    expect(onDisk.filter(name => !listed.includes(name))).toEqual([]);
  });

  test('each listed name is a file', () => {
    expect(listed.filter(name => !onDisk.includes(name))).toEqual([]);
  });

  test('no name is listed twice', () => {
    const all = [
      ...deliveredGroups.flatMap(Object.keys),
      ...overRest,
      ...Object.values(owed).flat(),
      ...Object.keys(never),
    ];
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  test('no capture moves from one list to another unseen', () => {
    const counts = {
      delivered: Object.keys(delivered).length,
      overRest: overRest.length,
      ...Object.fromEntries(Object.entries(owed).map(([work, names]) => [work, names.length])),
      never: Object.keys(never).length,
      all: onDisk.length,
    };
    expect(counts).toEqual({
      delivered: 233,
      overRest: 103,
      never: 1,
      all: 337,
    });
  });
});

describe('captures through the client', () => {
  for (const [name, entry] of Object.entries(delivered)) {
    // A name without a file fails above, by its name.
    if (!onDisk.includes(name)) continue;
    const capture = readCapture(name);
    const expected = entry.expect(answerOf(capture));
    test(`${name}: ${inWords(expected)}`, async () => {
      const warnings: string[] = [];
      const { fetch, check } = replay(entry.script?.(capture) ?? usualScript(capture, entry));
      const { url, options } = clientFor(capture, entry);
      const client = new A2AClient(url, {
        ...options,
        fetch,
        onWarning: ({ code }) => warnings.push(code),
      });
      const told: StreamEvent[] = [];
      const outcome = await entry.call(client, capture, told).then(
        value => ({ value }),
        (error: unknown) => ({ error }),
      );
      check();
      expectOutcome(outcome, expected);
      if (expected instanceof Failure) expect(told).toStrictEqual(expected.told);
      expectProvenance(outcome, capture, entry);
      expectOrigins(told, capture, entry);
      expect(warnings).toEqual(entry.warnings ?? (isDirect(entry) ? [] : serverOf(capture.server).warnings));
    });
  }
});

function isDirect({ direct = false }: Replayed): boolean {
  return direct;
}

/** The card, unless the endpoint is known, and then the call. */
function usualScript(capture: Capture, entry: Replayed): Step[] {
  const cards = isDirect(entry) ? [] : serverOf(capture.server).cards;
  return [
    ...cards.map((name): Step => {
      const card = readCapture(`${capture.server}/${name}`);
      return { request: expectedCardRequest(card), answer: card };
    }),
    { request: expectedCall(capture, entry), answer: capture },
  ];
}

function clientFor(capture: Capture, entry: Replayed): { url: string; options: A2AClientOptions } {
  const { origin, endpoint, dialect, told } = serverOf(capture.server);
  const known = isDirect(entry) ? { endpoint: origin + endpoint, dialect } : {};
  // A card is looked for by a client that was told nothing.
  const insisted = told && !entry.script ? { dialect } : {};
  return { url: origin, options: { ...insisted, ...known, ...entry.options } };
}

function expectOutcome(outcome: { value?: unknown; error?: unknown }, expected: unknown): void {
  if (!(expected instanceof Failure)) {
    if ('error' in outcome) throw outcome.error;
    expect(outcome.value).toStrictEqual(expected);
    return;
  }
  const { type, members, says } = expected;
  expect(outcome).toHaveProperty('error');
  const error = outcome.error as Error & Record<string, unknown>;
  expect(error.constructor, `${error}`).toBe(type);
  expect(Object.fromEntries(Object.keys(members).map(key => [key, error[key]]))).toStrictEqual(members);
  expect(error.message).toContain(says);
  if (error instanceof RpcError) expect(error.message).toContain(`(${error.rpcCode})`);
}

/** An error names the method it is about, and a model value gives back what it was read from, untouched. */
function expectProvenance(
  { value, error }: { value?: unknown; error?: unknown },
  capture: Capture,
  entry: Replayed,
): void {
  if (entry.script) return;
  if (error instanceof RpcError) expect(error.method).toBe(expectedCall(capture, entry).rpc?.method);
  // Events have theirs each.
  if (!value || Array.isArray(value)) return;
  const result = answerOf(capture).value('result') as { task?: unknown; message?: unknown };
  // Without the wrapping: what is in it is the task or the message.
  const wrapped = isTask(value) ? result.task : isMessage(value) ? result.message : undefined;
  expect(rawOf(value)).toStrictEqual(wrapped ?? result);
}

/** Each event of a stream gives back what it was read from, without the wrapping. */
function expectOrigins(told: readonly StreamEvent[], capture: Capture, { script }: Replayed): void {
  if (script || told.length === 0) return;
  const results = framesIn(capture).map(frame => {
    const { jsonrpc, result } = frame as { jsonrpc?: unknown; result?: Record<string, unknown> };
    if (!jsonrpc || !result) return frame;
    const { task, message, statusUpdate, artifactUpdate } = result;
    return task ?? message ?? statusUpdate ?? artifactUpdate ?? result;
  });
  expect(told.map(event => rawOf(event))).toStrictEqual(results.slice(0, told.length));
}

/** What a test's name says of its outcome. */
function inWords(expected: unknown): string {
  if (expected instanceof Failure) {
    const { type, told } = expected;
    return told.length > 0 ? `${type.name} after ${told.length} events` : type.name;
  }
  if (Array.isArray(expected)) return `several: ${expected.length}`;
  if (isTask(expected)) return `a task, ${expected.status.state}`;
  if (isMessage(expected)) return 'a message';
  if (expected === undefined) return 'nothing';
  const { tasks, connection, name, url } = expected as {
    url?: string;
    tasks?: unknown[];
    connection?: { dialect: string };
    name?: string;
  };
  if (connection) return `the card, and dialect ${connection.dialect}`;
  if (url) return `the webhook ${url}`;
  return tasks ? `a list of ${tasks.length}` : `the card of ${name}`;
}
