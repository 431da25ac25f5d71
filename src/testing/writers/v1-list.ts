import type { TaskState } from '../../model/state.js';
import { FieldError, Fields, type Json, optional } from '../fields.js';
import type { ListFilter } from '../listing/filter.js';
import { readHistoryLength } from './v1-read.js';
import type { V1Ways } from './v1-ways.js';
import { states } from './v1-write.js';
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

/** ListTasks: the newest status comes first. */
export function listTasks(params: Json, { listing, strict }: Call, { writeListed }: V1Ways): Json {
  const query = new Fields(params, listFields, strict);
  query.string('tenant');
  const filter = readFilter(query);
  const pageSize = readPageSize(query);
  const historyLength = readHistoryLength(query);
  const includeArtifacts = query.boolean('includeArtifacts') ?? false;
  const page = listing.page({ ...filter, pageSize, pageToken: query.string('pageToken') });
  if (!page) throw query.error('value', 'pageToken', 'not a valid page token');
  return {
    tasks: page.tasks.map(task => writeListed(task, historyLength, includeArtifacts)),
    nextPageToken: page.nextPageToken,
    pageSize,
    ...optional('totalSize', page.totalSize),
  };
}

function readFilter(query: Fields): ListFilter {
  const contextId = query.string('contextId');
  const status = query.string('status');
  if (status && !Object.values(states).includes(status)) {
    throw query.error('type', 'status', `invalid enum value ${status}`);
  }
  const after = query.string('statusTimestampAfter');
  const since = after ? (isTimestamp(after) ? Date.parse(after) : Number.NaN) : undefined;
  if (Number.isNaN(since)) throw new FieldError('type', ['statusTimestampAfter'], 'not a timestamp');
  const isAny = !status || status === states.unknown;
  return { contextId, state: (state: TaskState) => isAny || states[state] === status, since };
}

/** As RFC 3339 has it, and protobuf; `Date` reads a good deal more. */
function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text);
}

function readPageSize(query: Fields): number {
  const pageSize = query.integer('pageSize') ?? 50;
  if (pageSize < 1 || pageSize > 100) throw query.error('value', 'pageSize', 'must be from 1 to 100');
  return pageSize;
}
