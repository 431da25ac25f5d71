import type { Part } from '../model/part.js';
import { rememberRaw } from '../model/raw.js';
import type { Encoder } from './dialect.js';
import { isObject } from './read.js';
import { encodePart, encodePush, v03 } from './v03.js';

/**
 * A2A 0.3 over HTTP+JSON: the JSON of its protobuf messages, which has other names and one more wrapping than its
 * JSON-RPC. It has no place for `referenceTaskIds`.
 *
 * Source: A2A specification 0.3.0, sections 3.5 and 7, and its a2a.proto.
 */
export const v03Rest: Encoder = {
  ...v03,

  send: ({ kind, parts, referenceTaskIds, ...message }, { pushNotification, ...options }) => {
    const sent = v03.send({ kind, parts: [], ...message }, options) as { configuration: object };
    return {
      ...sent,
      message: { ...message, role: 'ROLE_USER', content: parts.map(wrapped) },
      configuration: {
        ...sent.configuration,
        pushNotification: pushNotification && encodePush(pushNotification),
      },
    };
  },

  push: ({ taskId, ...config }) =>
    config.url
      ? {
          taskId,
          parent: `tasks/${taskId}`,
          configId: config.id,
          config: {
            name: `tasks/${taskId}/pushNotificationConfigs/${config.id}`,
            pushNotificationConfig: encodePush(config),
          },
        }
      : { taskId, id: config.id },

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
const path = /^(tasks?|message|msg|status|history|artifacts?|(status|artifact)_?update|parts|content)$/i;

/** The same with the names and wrappings of the other bindings; `rawOf` still gives what came. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => {
    // Unless a server forgets the wrapping, which has one member.
    if (name === 'data' && isObject(member)) {
      return [name, 'data' in member && Object.keys(member).length === 1 ? member['data'] : member];
    }
    const isParts = name === 'content' && !('parts' in value);
    return [isParts ? 'parts' : name, path.test(name) ? plain(member) : member];
  });
  return rememberRaw(Object.fromEntries(members), value);
}
