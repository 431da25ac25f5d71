import { type Json, withoutEmpty } from '../fields.js';
import type { StreamItem } from '../task-stream.js';
import { writeArtifact, writeMessage, writeStatus, writeTask } from './v1-write.js';

/** A StreamResponse: one member, which says what it is. */
export function writeEvent(item: Exclude<StreamItem, { kind: 'end' }>): Json {
  if (item.kind === 'task') return { task: writeTask(item) };
  if (item.kind === 'message') return { message: writeMessage(item) };
  const { taskId, contextId } = item;
  if (item.kind === 'status-update') {
    return { statusUpdate: withoutEmpty({ taskId, contextId, status: writeStatus(item.status) }) };
  }
  const { artifact, append, lastChunk } = item;
  return {
    artifactUpdate: withoutEmpty({
      taskId,
      contextId,
      artifact: writeArtifact(artifact),
      // Protobuf's JSON leaves a false out.
      append: append || undefined,
      lastChunk: lastChunk || undefined,
    }),
  };
}
