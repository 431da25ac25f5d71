import { FieldError, Fields, type Json } from '../fields.js';
import type { TaskRecord } from '../record.js';
import { readHistoryLength } from './v1-read.js';
import { states, writeListed } from './v1-write.js';
import type { Call } from './writer.js';

const listFields = [
  'tenant',
  'contextId',
  'status',
  'pageSize',
  'pageToken',
  'historyLength',
  'statusTimestampAfter',
  'includeArtifacts',
];

/** ListTasks: what changed last comes first; a page's token names the first task of the next one. */
export function listTasks(params: Json, { desk, strict }: Call): Json {
  const query = new Fields(params, listFields, strict);
  query.string('tenant');
  const fits = readFilter(query);
  const pageSize = readPageSize(query);
  const historyLength = readHistoryLength(query);
  const includeArtifacts = query.boolean('includeArtifacts') ?? false;
  const matching = desk.store
    .all()
    .filter(fits)
    .sort((one, other) => other.changed - one.changed);
  const token = query.string('pageToken');
  const start = token ? matching.findIndex(record => btoa(record.id) === token) : 0;
  if (start < 0) throw query.error('value', 'pageToken', 'not a valid page token');
  const next = matching[start + pageSize];
  return {
    tasks: matching
      .slice(start, start + pageSize)
      .map(record => writeListed(record.snapshot(), historyLength, includeArtifacts)),
    nextPageToken: next ? btoa(next.id) : '',
    pageSize,
    totalSize: matching.length,
  };
}

function readFilter(query: Fields): (record: TaskRecord) => boolean {
  const contextId = query.string('contextId');
  const status = query.string('status');
  if (status && !Object.values(states).includes(status)) {
    throw query.error('type', 'status', `invalid enum value ${status}`);
  }
  const after = query.string('statusTimestampAfter');
  const since = after ? Date.parse(after) : undefined;
  if (Number.isNaN(since)) throw new FieldError('type', ['statusTimestampAfter'], 'not a timestamp');
  return record =>
    (!contextId || record.contextId === contextId) &&
    (!status || status === states.unknown || states[record.state] === status) &&
    (since === undefined || Date.parse(record.timestamp ?? '') >= since);
}

function readPageSize(query: Fields): number {
  const pageSize = query.integer('pageSize') ?? 50;
  if (pageSize < 1 || pageSize > 100) throw query.error('value', 'pageSize', 'must be from 1 to 100');
  return pageSize;
}
