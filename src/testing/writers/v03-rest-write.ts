import type { Part } from '../../model/part.js';
import type { TaskStatus } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';
import { shapesOf } from './protobuf.js';
import { states } from './v1-write.js';
import { asObject } from './v03-write.js';

/** A2A 0.3 over HTTP+JSON, an early form of what 1.0 writes, in which servers differ by how they write times. */
export function v03RestShapes(
  writeTime: (status: TaskStatus) => string | undefined,
  writePart = writeRestPart,
) {
  return shapesOf({
    states: { ...states, canceled: 'TASK_STATE_CANCELLED' },
    body: 'content',
    writePart,
    writeTime,
    tellsFinal: true,
  });
}

export type V03RestShapes = ReturnType<typeof v03RestShapes>;

/** Without times, as the Python server. */
export const usualRestShapes = v03RestShapes(() => undefined);

export function writeRestPart(part: Part): Json {
  const metadata = withoutEmpty({ metadata: part.metadata });
  if (part.kind === 'text') return { text: part.text, ...metadata };
  if (part.kind === 'data') return { data: { data: asObject(part.data) }, ...metadata };
  const content = part.raw === undefined ? { fileWithUri: part.url } : { fileWithBytes: part.raw };
  const named = withoutEmpty({ mimeType: part.mediaType, name: part.filename });
  return { file: { ...content, ...named }, ...metadata };
}
