import { ContentTypeNotSupportedError } from '../errors/rpc.js';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import type { Encoder } from './dialect.js';

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
    get: 'tasks/get',
    list: 'tasks/list',
    cancel: 'tasks/cancel',
    extendedCard: 'agent/getAuthenticatedExtendedCard',
  },

  send: (message, { returnImmediately, acceptedOutputModes, historyLength, metadata }) =>
    compact({
      message: compact({
        kind: 'message',
        messageId: message.messageId,
        role: 'user',
        parts: message.parts.map(encodePart),
        contextId: message.contextId,
        taskId: message.taskId,
        referenceTaskIds: message.referenceTaskIds,
        metadata: message.metadata,
        extensions: message.extensions,
      }),
      configuration: {
        // Both are said always: servers differ in their defaults, and some require the list.
        blocking: !returnImmediately,
        acceptedOutputModes: acceptedOutputModes ?? [],
        // Zero means "all" to some; the decoded task is cut instead.
        ...(historyLength ? { historyLength } : {}),
      },
      metadata,
    }),

  // The JavaScript server gives no history unless asked, and all for zero.
  get: (id, historyLength) => ({ id, historyLength: historyLength || wholeHistory }),

  // Not in the specification; the Go server has it.
  list: query =>
    compact({ contextId: query.contextId, pageSize: query.pageSize, pageToken: query.pageToken }),

  cancel: id => ({ id }),

  extendedCard: () => ({}),
};

function encodePart(part: Part): object {
  const { metadata } = part;
  if (part.kind === 'text') return compact({ kind: 'text', text: part.text, metadata });
  if (part.kind === 'file') {
    const { raw, url, mediaType, filename } = part;
    const file = compact({ bytes: raw, uri: url, mimeType: mediaType, name: filename });
    return compact({ kind: 'file', file, metadata });
  }
  if (typeof part.data !== 'object' || part.data === null || Array.isArray(part.data)) {
    throw new ContentTypeNotSupportedError({
      method: 'message/send',
      message: 'A2A 0.3 carries only objects as data. Wrap the value, e.g. { data: { value } }',
      rpcCode: -32005,
      sent: false,
    });
  }
  return compact({ kind: 'data', data: part.data, metadata });
}
