import type { Frame } from '../event-stream.js';
import { withoutEmpty } from '../fields.js';
import { endsTurn } from '../states.js';
import type { StreamItem } from '../task-stream.js';
import { states, writeArtifact, writeMessage } from './praison-write.js';

/** One event: named, bare and without a time. */
export function writeFrame(item: StreamItem): Frame | undefined {
  if (item.kind === 'end') return { event: 'done', data: {} };
  // Its agents never answer with a message.
  if (item.kind === 'message') return undefined;
  if (item.kind === 'task') {
    // It begins with the work, whatever the agent says of that, and never shows the task.
    const status = { state: 'working' };
    return {
      event: 'task.status',
      data: withoutEmpty({ taskId: item.id, contextId: item.contextId, status, final: false }),
    };
  }
  const { taskId, contextId } = item;
  if (item.kind === 'artifact-update') {
    const { append, lastChunk } = item;
    const artifact = writeArtifact(item.artifact);
    return {
      event: 'task.artifact',
      data: withoutEmpty({ taskId, contextId, artifact, append, lastChunk }),
    };
  }
  const { state, message } = item.status;
  // That was told at the start.
  if (!message && (state === 'submitted' || state === 'working')) return undefined;
  const status = withoutEmpty({ state: states[state], message: message && writeMessage(message) });
  return {
    event: 'task.status',
    data: withoutEmpty({ taskId, contextId, status, final: endsTurn(state) }),
  };
}
