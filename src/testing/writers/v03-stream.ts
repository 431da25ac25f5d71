import { type Json, withoutEmpty } from '../fields.js';
import { endsTurn } from '../states.js';
import type { StreamItem } from '../task-stream.js';
import { writeAnswer, writeArtifact, writeStatus } from './v03-write.js';

/** One result of a stream, which its `kind` tells apart. */
export function writeEvent(item: Exclude<StreamItem, { kind: 'end' }>): Json {
  if (item.kind === 'task' || item.kind === 'message') return writeAnswer(item);
  const { kind, taskId, contextId, metadata } = item;
  if (kind === 'status-update') {
    const { status } = item;
    // As the JavaScript server: the Python one says false where it only pauses.
    const final = endsTurn(status.state);
    return withoutEmpty({ contextId, final, kind, metadata, status: writeStatus(status), taskId });
  }
  const { artifact, append, lastChunk } = item;
  const made = writeArtifact(artifact);
  return withoutEmpty({ append, artifact: made, contextId, kind, lastChunk, metadata, taskId });
}
