import type { Message } from '../../model/message.js';
import type { Task } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';
import type { TaskUpdate } from '../task-stream.js';
import { states as praisonStates } from '../writers/praison-write.js';
import { writeEvent as writeV1Event } from '../writers/v1-write.js';
import { usualShapes as v03Shapes, writeTime } from '../writers/v03-write.js';
import type { NotificationShape } from './format.js';

/** What a notification tells. */
export type Occasion = Task | Message | TaskUpdate;

/** The body; nothing, where servers that send this shape do not tell of such an event, or the task is needed. */
export function writeBody(shape: NotificationShape, event: Occasion, task?: Task): Json | undefined {
  const known = event.kind === 'task' ? event : task;
  if (shape === 'stream-response') return writeV1Event(event);
  if (shape === 'event') return v03Shapes.writeEvent(event);
  if (event.kind === 'message') return undefined;
  if (shape === 'task') return known && v03Shapes.writeTask(known);
  if (event.kind === 'artifact-update') return undefined;
  const { status } = event;
  const taskId = event.kind === 'task' ? event.id : event.taskId;
  const timestamp = writeTime(status.timestamp) ?? null;
  if (shape === 'thin') return { taskId, status: { state: praisonStates[status.state] }, timestamp };
  const { state } = status;
  return withoutEmpty({
    type: 'task_update',
    taskId,
    state,
    timestamp,
    task: known && v03Shapes.writeTask(known),
  });
}
