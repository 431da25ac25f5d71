import type { Task } from '../../model/task.js';
import { RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import type { TaskFaults } from './task-faults.js';
import { v03Card } from './v03-card.js';
import { readSend, type V03Send } from './v03-read.js';
import { readSend as readRestSend } from './v03-rest-read.js';
import { usualRestShapes, type V03RestShapes } from './v03-rest-write.js';
import { usualShapes, type V03Shapes } from './v03-write.js';
import type { CardFacts } from './writer.js';

/** What is written in answer to a call that does not stream. */
export type AnswerShapes = Pick<V03Shapes, 'writeTask' | 'writeAnswer'>;

/** What the servers of A2A 0.3 read and write in one binding. */
export interface V03Binding<Shapes extends AnswerShapes = V03Shapes> {
  readSend(params: Json, strict: boolean): V03Send;
  shapes: Shapes;
}

/** Where the servers of A2A 0.3 differ. */
export interface V03Ways {
  rpc: V03Binding;
  rest: V03Binding<V03RestShapes>;
  faults: TaskFaults;
  /** The task with so much of its history, as a `get` or a send gives it. */
  shortened(task: Task, historyLength: number | undefined, by: 'get' | 'send'): Task;
  /** Whether a subscription begins with the task, or with what happens next. */
  resubscribed: 'task' | 'updates';
  extendedCard(facts: CardFacts): Json;
}

/** As the specification has it; where that is silent, as a2a-python 0.3, unless it says otherwise. */
export const usualV03Ways: V03Ways = {
  rpc: { readSend, shapes: usualShapes },
  rest: { readSend: readRestSend, shapes: usualRestShapes },
  faults: {
    unknown: (id, by) =>
      new RpcFault(
        -32001,
        by === 'message' ? `Task ${id} was specified but does not exist` : 'Task not found',
      ),
    over({ id, state }, wanted) {
      if (wanted === 'cancel') {
        return new RpcFault(-32002, `Task cannot be canceled - current state: TaskState.${state}`);
      }
      // As the JavaScript server: with the task, which is all there is of one that is over.
      if (wanted === 'subscribe') return undefined;
      // As the JavaScript server reports it.
      return new RpcFault(-32600, `Task ${id} is in a terminal state (${state}) and cannot be modified.`);
    },
  },
  shortened: shortenedBy(0),
  resubscribed: 'task',
  extendedCard: facts => ({ ...v03Card(facts), description: 'An agent for tests, to those who are known.' }),
};

/** @param unlimited the length that stands for all of the history, as none does */
export function shortenedBy(unlimited: number | undefined): V03Ways['shortened'] {
  return (task, historyLength = -1) => {
    if (historyLength < 0 || historyLength === unlimited) return task;
    return { ...task, history: historyLength > 0 ? task.history.slice(-historyLength) : [] };
  };
}
