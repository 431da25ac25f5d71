import type { Dialect, ListTasksQuery } from '../dialects/dialect.js';
import { integerOption } from '../errors/options.js';
import { readState } from '../model/state.js';
import type { TaskPage } from '../model/task.js';

/** @throws TypeError that names the option */
export function checkListQuery({
  status,
  pageSize,
  historyLength,
  statusTimestampAfter,
}: ListTasksQuery): void {
  integerOption('pageSize', pageSize, 50, 1, 100);
  integerOption('historyLength', historyLength, 0, 0);
  if (status !== undefined && status !== 'unknown' && readState(status) === 'unknown') {
    throw new TypeError(`"status" must be a task state, not '${String(status).slice(0, 80)}'.`);
  }
  if (statusTimestampAfter !== undefined && Number.isNaN(Number(new Date(statusTimestampAfter)))) {
    throw new TypeError('"statusTimestampAfter" must be a date.');
  }
}

/** Does for servers whose list takes no filters what they do not. */
export function filterPage(page: TaskPage, query: ListTasksQuery, dialect: Dialect): TaskPage {
  if (dialect === '1.0') return page;
  const { contextId, status, statusTimestampAfter } = query;
  const after = statusTimestampAfter === undefined ? -Infinity : Number(new Date(statusTimestampAfter));
  const tasks = page.tasks.filter(
    task =>
      (contextId === undefined || task.contextId === contextId) &&
      (status === undefined || task.status.state === readState(status)) &&
      !(Date.parse(task.status.timestamp ?? '') < after),
  );
  return { ...page, tasks };
}
