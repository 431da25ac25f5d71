import type { RpcFault } from '../fault.js';
import type { TaskRecord } from '../record.js';

/** What is wanted of a task. */
export type Wanted = 'message' | 'cancel' | 'subscribe';

/** How a kind of server refuses what is about a task. */
export interface TaskFaults {
  /** There is no such task, for which a message was, or which was asked for. */
  unknown(id: string, by: 'message' | 'call'): RpcFault;
  /** The task is over; nothing, where it may be done all the same. */
  over(record: Pick<TaskRecord, 'id' | 'state'>, wanted: Wanted): RpcFault | undefined;
}
