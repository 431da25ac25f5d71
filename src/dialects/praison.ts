import { ContentTypeNotSupportedError } from '../errors/rpc.js';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import type { Encoder } from './dialect.js';

/**
 * PraisonAI: the method names of 0.3, parts much as in 1.0, and a list of its own. It drops what it does not know,
 * so what it would drop is refused here.
 */
export const praison: Encoder = {
  dialect: 'praison',
  headers: {},
  methods: {
    send: 'message/send',
    get: 'tasks/get',
    list: 'tasks/list',
    cancel: 'tasks/cancel',
    extendedCard: 'agent/getExtendedCard',
  },

  send: (message, { returnImmediately, metadata }) =>
    compact({
      message: compact({
        messageId: message.messageId,
        role: 'user',
        parts: message.parts.map(encodePart),
        contextId: message.contextId,
        taskId: message.taskId,
        referenceTaskIds: message.referenceTaskIds,
        metadata: message.metadata,
        extensions: message.extensions,
      }),
      // Which spelling is read depends on its version.
      configuration: returnImmediately ? { returnImmediately: true, return_immediately: true } : undefined,
      metadata,
    }),

  get: id => ({ id }),

  list: query => compact({ contextId: query.contextId }),

  cancel: id => ({ id }),

  extendedCard: () => ({}),
};

function encodePart(part: Part): object {
  const { metadata } = part;
  if (part.kind === 'text') return compact({ text: part.text, metadata });
  if (
    part.kind === 'data' &&
    typeof part.data === 'object' &&
    part.data !== null &&
    !Array.isArray(part.data)
  ) {
    return compact({ data: part.data, metadata });
  }
  if (part.kind === 'file' && part.url !== undefined) {
    return compact({ url: part.url, mediaType: part.mediaType, name: part.filename, metadata });
  }
  throw new ContentTypeNotSupportedError({
    method: 'message/send',
    message:
      part.kind === 'file'
        ? 'PraisonAI silently drops the content of files. Send a url instead'
        : 'PraisonAI carries only objects as data. Wrap the value, e.g. { data: { value } }',
    rpcCode: -32005,
    sent: false,
  });
}
