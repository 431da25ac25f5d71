import type { Part } from '../model/part.js';
import { readState } from '../model/state.js';
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
    stream: 'SendStreamingMessage',
    get: 'GetTask',
    list: 'ListTasks',
    cancel: 'CancelTask',
    subscribe: 'SubscribeToTask',
    extendedCard: 'GetExtendedAgentCard',
    pushSet: 'CreateTaskPushNotificationConfig',
    pushGet: 'GetTaskPushNotificationConfig',
    pushList: 'ListTaskPushNotificationConfigs',
    pushDelete: 'DeleteTaskPushNotificationConfig',
  },

  send: (
    { kind, parts, ...message },
    { returnImmediately, acceptedOutputModes, historyLength, metadata, pushNotification },
  ) => ({
    message: { ...message, role: 'ROLE_USER', parts: parts.map(untagged) },
    configuration: {
      acceptedOutputModes,
      historyLength,
      returnImmediately: returnImmediately || undefined,
      taskPushNotificationConfig: pushNotification,
    },
    metadata,
  }),

  get: (id, historyLength) => ({ id, historyLength }),

  list: ({
    contextId,
    status,
    pageSize,
    pageToken,
    historyLength,
    statusTimestampAfter,
    includeArtifacts,
  }) => ({
    contextId,
    pageSize,
    pageToken,
    historyLength,
    includeArtifacts,
    status: status && `TASK_STATE_${readState(status).toUpperCase().replace('-', '_')}`,
    statusTimestampAfter: statusTimestampAfter && new Date(statusTimestampAfter).toISOString(),
  }),

  about: id => ({ id }),

  push: query => query,
};

/** The model's parts are those of 1.0 with a tag. */
export function untagged({ kind, ...part }: Part): Omit<Part, 'kind'> & { filename?: string } {
  return part;
}
