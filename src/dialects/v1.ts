import type { Part } from '../model/part.js';
import { readState } from '../model/state.js';
import { compact } from './compact.js';
import type { Encoder } from './dialect.js';

/**
 * A2A 1.0 in JSON-RPC. Python and Java servers of it reject any field they do not know.
 *
 * Source: A2A specification 1.0, sections 4 and 9.
 */
export const v1: Encoder = {
  dialect: '1.0',
  // Exactly this: the JavaScript server compares it as a string.
  headers: { 'a2a-version': '1.0' },
  extensionsHeader: 'a2a-extensions',
  methods: {
    send: 'SendMessage',
    get: 'GetTask',
    list: 'ListTasks',
    cancel: 'CancelTask',
    extendedCard: 'GetExtendedAgentCard',
  },

  send(message, { returnImmediately, acceptedOutputModes, historyLength, metadata }, tenant) {
    const configuration = compact({
      acceptedOutputModes,
      historyLength,
      returnImmediately: returnImmediately || undefined,
    });
    return compact({
      tenant,
      message: compact({
        messageId: message.messageId,
        contextId: message.contextId,
        taskId: message.taskId,
        role: 'ROLE_USER',
        parts: message.parts.map(encodePart),
        metadata: message.metadata,
        extensions: message.extensions,
        referenceTaskIds: message.referenceTaskIds,
      }),
      configuration: Object.keys(configuration).length > 0 ? configuration : undefined,
      metadata,
    });
  },

  get: (id, historyLength, tenant) => compact({ tenant, id, historyLength }),

  list: ({ status, statusTimestampAfter, includeArtifacts, ...query }, tenant) =>
    compact({
      tenant,
      contextId: query.contextId,
      status: status === undefined ? undefined : stateName(status),
      pageSize: query.pageSize,
      pageToken: query.pageToken,
      historyLength: query.historyLength,
      statusTimestampAfter:
        statusTimestampAfter instanceof Date ? statusTimestampAfter.toISOString() : statusTimestampAfter,
      includeArtifacts,
    }),

  cancel: (id, tenant) => compact({ tenant, id }),

  extendedCard: tenant => compact({ tenant }),
};

function stateName(status: string): string {
  return `TASK_STATE_${readState(status).toUpperCase().replace('-', '_')}`;
}

function encodePart(part: Part): object {
  const { metadata } = part;
  if (part.kind === 'text') return compact({ text: part.text, metadata });
  if (part.kind === 'data') return compact({ data: part.data, metadata });
  return compact({
    raw: part.raw,
    url: part.url,
    mediaType: part.mediaType,
    filename: part.filename,
    metadata,
  });
}
