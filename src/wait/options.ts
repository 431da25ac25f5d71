import { demand, durationOption, functionOption, textOption } from '../errors/options.js';
import type { MessageInput } from '../model/message.js';
import type { Task } from '../model/task.js';
import { type PollSchedule, type ScheduleName, schedules } from '../time/schedule.js';
import type { TaskSource } from './source.js';

export interface WaitOptions<T = Task> {
  /** ms for the whole wait. `Infinity` waits for ever. @default 300_000 */
  timeout?: number | undefined;
  /** ms for each request. @default 30_000 */
  requestTimeout?: number | undefined;
  /** How often to ask. @default 'balanced' */
  schedule?: ScheduleName | PollSchedule | undefined;
  /** Ends the wait at once with an `AbortedError`; the task goes on. */
  signal?: AbortSignal | undefined;
  /** Called with each snapshot that differs from the one before. What it throws changes nothing. */
  onUpdate?: ((task: T) => void) | undefined;
  /**
   * Called when the task is `input-required` or `auth-required`. A message answers and the wait goes on; `undefined`
   * keeps waiting, as one does while a person acts elsewhere. Without it the wait ends with `TaskInterruptedError`.
   */
  onInterrupted?: ((task: T) => MessageInput | undefined | Promise<MessageInput | undefined>) | undefined;
  /** `false` resolves with the task in whatever state it stopped. @default true */
  throwOnFailure?: boolean | undefined;
  /** Ask the agent to stop when the time is up; waits at most 2 s for its answer. @default false */
  cancelOnTimeout?: boolean | undefined;
  /** Ask the agent to stop when the signal fires; only `close()` waits for it, 2 s at most. @default false */
  cancelOnAbort?: boolean | undefined;
  /** When the task began (a date, or epoch ms): an older task is asked about less often. @default now */
  startedAt?: Date | number | undefined;
}

/** Options that were looked at: every value there and right. */
export interface CheckedWaitOptions<T> {
  timeout: number;
  requestTimeout: number;
  schedule: PollSchedule;
  startedAt: number | undefined;
  given: WaitOptions<T>;
}

/** @throws TypeError that names the option */
export function checkWaitOptions<T>(
  source: TaskSource,
  taskId: string,
  options: WaitOptions<T>,
): CheckedWaitOptions<T> {
  textOption('taskId', taskId);
  const { startedAt, onInterrupted, cancelOnTimeout, cancelOnAbort } = options;
  functionOption('source.getTask', source?.getTask);
  functionOption('onUpdate', options.onUpdate ?? Object);
  if (onInterrupted) {
    functionOption('onInterrupted', onInterrupted);
    functionOption('source.sendMessage', source.sendMessage);
  }
  if (cancelOnTimeout || cancelOnAbort) functionOption('source.cancel', source.cancel);
  return {
    timeout: durationOption('timeout', options.timeout, 300_000, Infinity),
    requestTimeout: durationOption('requestTimeout', options.requestTimeout, 30_000, Infinity),
    schedule: scheduleOption(options.schedule ?? 'balanced'),
    startedAt:
      startedAt === undefined || startedAt === null
        ? undefined
        : durationOption('startedAt', startedAt.valueOf(), 0),
    given: options,
  };
}

/** @throws TypeError */
function scheduleOption(schedule: ScheduleName | PollSchedule): PollSchedule {
  const found = typeof schedule === 'string' ? schedules[schedule] : schedule;
  demand(
    typeof found?.interval === 'function' && found.minimum >= 1,
    'schedule',
    'balanced, snappy, gentle or PollSchedule',
    schedule,
  );
  return found;
}
