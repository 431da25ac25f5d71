import type { Message } from '../model/message.js';
import type { Task } from '../model/task.js';
import { A2AError } from './base.js';
import { goOn } from './wait.js';

/**
 * A stream broke off before the task had stopped, and could not be taken up again. The task itself may go on.
 * `cause` is what broke it, if it did not merely end.
 */
export class StreamInterruptedError extends A2AError {
  static override readonly tag = 'StreamInterruptedError';
  /** What the stream had told until then; `undefined` if nothing. */
  declare readonly accumulated: Task | Message | undefined;
  /** Give it to `waitForCompletion` or `subscribe`; absent if the stream broke before it was told. */
  declare readonly taskId: string | undefined;

  constructor(accumulated: Task | Message | undefined, taskId: string | undefined, cause: unknown) {
    super(
      taskId === undefined
        ? 'The stream broke off. The agent may have taken the message.'
        : `The stream of task ${taskId} broke off.${goOn}`,
      { cause },
    );
    this.accumulated = accumulated;
    this.taskId = taskId;
  }
}
