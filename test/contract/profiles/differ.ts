import { type Frame, readFrames } from './frames.js';

/** What a server answered, recorded or now. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Whether the connection broke off within the body. */
  broken: boolean;
}

/** Ids that servers make up: which one stands for which recorded one. */
export class Ids {
  readonly #ours = new Map<string, string>();
  readonly #theirs = new Map<string, string>();

  /** Whether the two can be the same: each stands for the other only. Learns what it did not know. */
  match(recorded: string, ours: string): boolean {
    if (!this.#ours.has(recorded) && !this.#theirs.has(ours)) {
      this.#ours.set(recorded, ours);
      this.#theirs.set(ours, recorded);
    }
    return this.#ours.get(recorded) === ours;
  }

  /** A recorded text with our ids. */
  translate(text: string): string {
    return text.replaceAll(anyId, id => this.#ours.get(id) ?? id);
  }
}

const anyId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?:task|msg|art)-[0-9a-f]{12}/g;

/** Says in which headers the two differ that no client cares about. */
const unseen = new Set(['content-length', 'date', 'transfer-encoding', 'connection']);

/**
 * What is different between two answers, each with its place: status, headers, framing, the keys and types of a body,
 * and every value that is not made up for the occasion. `told` prepares a document before it is compared.
 */
export function differencesOf(
  recorded: Answer,
  ours: Answer,
  ids: Ids,
  told: (document: unknown) => unknown = document => document,
): string[] {
  const found: string[] = [];
  const say = (place: string, theirs: unknown, own: unknown) => {
    found.push(`${place}: recorded ${JSON.stringify(theirs)}, ours ${JSON.stringify(own)}`);
  };
  const same = (place: string, theirs: unknown, own: unknown) => {
    if (theirs !== own) say(place, theirs, own);
  };
  same('status', recorded.status, ours.status);
  compareHeaders(recorded.headers, ours.headers, say);
  same('broken off', recorded.broken, ours.broken);
  if (isStream(recorded) || isStream(ours)) {
    compareStreams(readFrames(recorded.body), readFrames(ours.body));
  } else {
    compare('body', read(recorded), read(ours), '');
  }
  return found;

  function compareStreams(theirs: ReturnType<typeof readFrames>, own: ReturnType<typeof readFrames>): void {
    same('line end', theirs.lineEnd, own.lineEnd);
    same('frames', theirs.frames.length, own.frames.length);
    theirs.frames.forEach((frame, index) => {
      const other = own.frames[index];
      if (other) compareFrames(`frame ${index + 1}`, frame, other);
    });
  }

  function compareFrames(place: string, theirs: Frame, own: Frame): void {
    same(`${place} fields`, theirs.fields.join(), own.fields.join());
    same(`${place} data lines`, theirs.dataLines, own.dataLines);
    compare(place, theirs.data, own.data, '');
  }

  function read({ body, headers }: Answer): unknown {
    if (body === '' || !/json/.test(headers['content-type'] ?? '')) return body;
    return told(JSON.parse(body));
  }

  function compare(place: string, theirs: unknown, own: unknown, key: string): void {
    const kind = kindOf(theirs);
    if (kind !== kindOf(own)) {
      say(place, kind, kindOf(own));
    } else if (Array.isArray(theirs) && Array.isArray(own)) {
      same(`${place} length`, theirs.length, own.length);
      theirs.slice(0, own.length).forEach((item, index) => {
        compare(`${place}[${index}]`, item, own[index], key);
      });
    } else if (isObject(theirs) && isObject(own)) {
      for (const name of Object.keys(theirs)) {
        if (name in own) compare(`${place}.${name}`, theirs[name], own[name], name);
        else say(`${place}.${name}`, 'a value', 'nothing');
      }
      for (const name of Object.keys(own))
        if (!(name in theirs)) say(`${place}.${name}`, 'nothing', 'a value');
    } else if (typeof theirs === 'string' && typeof own === 'string') {
      compareTexts(place, theirs, own, key);
    } else {
      same(place, theirs, own);
    }
  }

  function compareTexts(place: string, theirs: string, own: string, key: string): void {
    const form = formOf(theirs, key);
    // No agent of ours chooses the id of its message; some of the recorded ones did.
    if (key === 'messageId' && form === undefined) return;
    if (form === undefined) same(place, ids.translate(theirs), own);
    else if (form !== formOf(own, key)) say(place, form, formOf(own, key) ?? own);
    else if (form.startsWith('id') && !ids.match(theirs, own)) {
      say(place, `the id ${ids.translate(theirs)}`, own);
    }
  }
}

/** How a text that is made up for the occasion is written; nothing for any other. */
function formOf(text: string, key: string): string | undefined {
  if (key === 'nextPageToken') return text === '' ? undefined : 'a token';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return 'id: uuid';
  const [, prefix] = /^(task|msg|art)-[0-9a-f]{12}$/.exec(text) ?? [];
  if (prefix) return `id: ${prefix}-hex`;
  const [, fraction, zone] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return zone && `time: ${(fraction?.length ?? 1) - 1} digits ${zone}`;
}

function compareHeaders(
  recorded: Answer['headers'],
  ours: Answer['headers'],
  say: (place: string, theirs: unknown, own: unknown) => void,
): void {
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(ours)])) {
    const [theirs, own] = [recorded[name], ours[name]];
    // The tag of another text is another one.
    const same = name === 'etag' && theirs && own ? /^W\//.test(theirs) === /^W\//.test(own) : theirs === own;
    if (!unseen.has(name) && !same) say(`header ${name}`, theirs ?? 'none', own ?? 'none');
  }
}

function isStream({ headers }: Answer): boolean {
  return headers['content-type']?.startsWith('text/event-stream') ?? false;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
