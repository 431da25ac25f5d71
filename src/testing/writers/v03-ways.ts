import type { Task } from '../../model/task.js';
import { RpcFault } from '../fault.js';
import type { Json } from '../fields.js';
import type { TaskFaults } from './task-faults.js';
import { v03Card } from './v03-card.js';
import type { CardFacts } from './writer.js';

/** Where the servers of A2A 0.3 differ, in either of their bindings. */
export interface V03Ways {
  faults: TaskFaults;
  /** The task with so much of its history, as a `get` or a send gives it. */
  shortened(task: Task, historyLength: number | undefined, by: 'get' | 'send'): Task;
  /** Whether a subscription begins with the task, or with what happens next. */
  resubscribed: 'task' | 'updates';
  extendedCard(facts: CardFacts): Json;
}

/** As the specification has it; where that is silent, as a2a-python 0.3, unless it says otherwise. */
export const usualV03Ways: V03Ways = {
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
