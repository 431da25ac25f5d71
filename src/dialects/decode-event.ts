import { rememberRaw } from '../model/raw.js';
import { isStopped } from '../model/state.js';
import type { ArtifactUpdate, StatusUpdate, StreamEvent } from '../model/stream-event.js';
import { artifact, decodeSendResult, status } from './decode.js';
import { flag, identifier, members, objectAt, record, text, wrongAt } from './read.js';

const readStatusUpdate = members<Omit<StatusUpdate, 'final'>>({
  kind: () => 'status-update',
  taskId: identifier,
  contextId: text,
  status,
  metadata: record,
});

const readArtifactUpdate = members<ArtifactUpdate>({
  kind: () => 'artifact-update',
  taskId: identifier,
  contextId: text,
  artifact,
  append: value => flag(value) ?? false,
  lastChunk: value => flag(value) ?? false,
  metadata: record,
});

/**
 * Reads one event of a stream in any dialect: wrapped in a member that names it, tagged with a kind, or bare.
 *
 * @throws {ResponseFormatError}
 */
export function decodeStreamEvent(value: unknown, at = 'result'): StreamEvent {
  const wire = objectAt(value, '', at);
  const statusUpdate = wire['statusUpdate'] ?? (isBare(wire, 'status') ? wire : undefined);
  if (statusUpdate) {
    const update = readStatusUpdate(statusUpdate, '', at);
    return rememberRaw({ ...update, final: isStopped(update) }, statusUpdate);
  }
  const artifactUpdate = wire['artifactUpdate'] ?? (isBare(wire, 'artifact') ? wire : undefined);
  if (artifactUpdate) return rememberRaw(readArtifactUpdate(artifactUpdate, '', at), artifactUpdate);
  if (wire['task'] || wire['message'] || wire['status'] || wire['parts']) return decodeSendResult(wire, at);
  throw wrongAt('', at);
}

/** An update names the task by another member than the task itself does, though it may have an id of its own. */
function isBare(wire: Record<string, unknown>, member: string): boolean {
  return !!wire[member] && wire['kind'] !== 'task' && 'taskId' in wire;
}
