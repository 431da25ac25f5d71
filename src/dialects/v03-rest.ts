import type { Part } from '../model/part.js';
import { rememberRaw } from '../model/raw.js';
import type { Encoder } from './dialect.js';
import { isObject } from './read.js';
import { encodePart, v03 } from './v03.js';

/**
 * A2A 0.3 over HTTP+JSON: the JSON of its protobuf messages, which has other names and one more wrapping than its
 * JSON-RPC. It has no place for `referenceTaskIds`.
 *
 * Source: A2A specification 0.3.0, sections 3.5 and 7, and its a2a.proto.
 */
export const v03Rest: Encoder = {
  ...v03,

  send: ({ kind, parts, referenceTaskIds, ...message }, configuration) => ({
    ...v03.send({ kind, parts: [], ...message }, configuration),
    message: { ...message, role: 'ROLE_USER', content: parts.map(wrapped) },
  }),

  plain,
};

function wrapped(part: Part): object {
  const { kind, data, file, ...rest } = encodePart(part);
  if (kind === 'data') return { ...rest, data: { data } };
  if (!file) return rest;
  const { bytes, uri, ...named } = file;
  return { ...rest, file: { fileWithBytes: bytes, fileWithUri: uri, ...named } };
}

/** What leads from an answer or event to its parts; nothing below other members is the protocol's. */
const path = /^(task|message|msg|status|statusUpdate|history|artifacts?|artifactUpdate|parts|content)$/;

/** The same with the names and wrappings of the other bindings; `rawOf` still gives what came. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => {
    // Unless a server forgets the wrapping.
    if (name === 'data' && isObject(member)) return [name, 'data' in member ? member['data'] : member];
    return [name === 'content' ? 'parts' : name, path.test(name) ? plain(member) : member];
  });
  return rememberRaw(Object.fromEntries(members), value);
}
