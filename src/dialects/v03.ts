import type { Part } from '../model/part.js';
import type { Encoder, PushQuery } from './dialect.js';
import { notCarried } from './not-carried.js';
import { isObject } from './read.js';

/** "All of it" for servers whose default is none; small enough for a 32-bit integer. */
const wholeHistory = 10_000;

/**
 * A2A 0.3 in JSON-RPC, as 0.2 servers take it too. Sends no version header: 1.0 servers that also speak 0.3 would
 * refuse it.
 *
 * Source: A2A specification 0.3.0, sections 6 and 7.
 */
export const v03: Encoder = {
  dialect: '0.3',
  headers: {},
  extensionsHeader: 'x-a2a-extensions',
  methods: {
    send: 'message/send',
    stream: 'message/stream',
    get: 'tasks/get',
    list: 'tasks/list',
    cancel: 'tasks/cancel',
    subscribe: 'tasks/resubscribe',
    extendedCard: 'agent/getAuthenticatedExtendedCard',
    pushSet: 'tasks/pushNotificationConfig/set',
    pushGet: 'tasks/pushNotificationConfig/get',
    pushList: 'tasks/pushNotificationConfig/list',
    pushDelete: 'tasks/pushNotificationConfig/delete',
  },

  send: (
    message,
    { returnImmediately, acceptedOutputModes = [], historyLength, metadata, pushNotification },
  ) => ({
    message: { ...message, parts: message.parts.map(encodePart) },
    configuration: {
      // Both are said always: servers differ in their defaults, and some require the list.
      blocking: !returnImmediately,
      acceptedOutputModes,
      // Zero means "all" to some; the decoded task is cut instead.
      historyLength: historyLength || undefined,
      pushNotificationConfig: pushNotification && encodePush(pushNotification),
    },
    metadata,
  }),

  // The JavaScript server gives no history unless asked, and all for zero.
  get: (id, historyLength) => ({ id, historyLength: historyLength || wholeHistory }),

  // Not in the specification; the Go server has it.
  list: ({ contextId, pageSize, pageToken }) => ({ contextId, pageSize, pageToken }),

  about: id => ({ id }),

  push: ({ taskId, ...config }) =>
    config.url
      ? { taskId, pushNotificationConfig: encodePush(config) }
      : { id: taskId, pushNotificationConfigId: config.id },
};

/** A part as 0.3 has it. */
interface WirePart {
  kind: Part['kind'];
  text?: string;
  data?: unknown;
  file?: Partial<Record<'bytes' | 'uri' | 'mimeType' | 'name', string | undefined>>;
  metadata?: Record<string, unknown> | undefined;
}

/** Text and data are tagged as the model's are. */
export function encodePart(part: Part): WirePart {
  if (part.kind === 'data' && !isObject(part.data)) throw notCarried('only objects are carried as data');
  if (part.kind !== 'file') return part;
  const { kind, raw, url, mediaType, filename, metadata } = part;
  return { kind, file: { bytes: raw, uri: url, mimeType: mediaType, name: filename }, metadata };
}

export function encodePush({ authentication, ...config }: Omit<PushQuery, 'taskId'>): object {
  const { scheme, credentials } = authentication ?? {};
  return { ...config, authentication: authentication && { schemes: [scheme], credentials } };
}
