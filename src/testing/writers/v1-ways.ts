import type { Task } from '../../model/task.js';
import type { RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import { v1Fault, v1Thrown } from './errors.js';
import type { TaskFaults } from './task-faults.js';
import { v1Card } from './v1-card.js';
import { readSend, type V1Send } from './v1-read.js';
import { usualShapes, type V1Shapes, writeListed } from './v1-write.js';
import type { CardFacts } from './writer.js';

/** Where the servers of A2A 1.0 differ. */
export interface V1Ways {
  shapes: V1Shapes;
  /** Whether a stream that a message opens begins with no more of the history than was asked for. @default false */
  shortensStreams?: boolean;
  /** A task in a list. */
  writeListed(task: Task, historyLength: number | undefined, includeArtifacts: boolean): Json;
  readSend(params: Json, strict: boolean): V1Send;
  faults: TaskFaults;
  /** What a throw in a method becomes. */
  thrown(error: unknown): RpcFault;
  extendedCard(facts: CardFacts): Json;
}

/** As the specification has it; where that is silent, as a2a-python 1.1. */
export const usualV1Ways: V1Ways = {
  shapes: usualShapes,
  writeListed,
  readSend,
  faults: {
    unknown: (id, by) =>
      v1Fault(-32001, by === 'message' ? `Task ${id} not found` : 'Task not found', 'TASK_NOT_FOUND'),
    over({ id }, wanted) {
      if (wanted === 'cancel') return v1Fault(-32002, 'Task cannot be canceled', 'TASK_NOT_CANCELABLE');
      const end = wanted === 'message' ? 'modified' : 'subscribed to';
      return unsupported(`Task ${id} is in a terminal state and cannot be ${end}.`);
    },
  },
  thrown: v1Thrown,
  extendedCard: facts => ({ ...v1Card(facts), description: 'An agent for tests, to those who are known.' }),
};

export function unsupported(message: string): RpcFault {
  return v1Fault(-32004, message, 'UNSUPPORTED_OPERATION');
}
