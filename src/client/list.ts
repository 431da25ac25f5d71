import type { ListTasksQuery } from '../dialects/dialect.js';
import { demand, integerOption } from '../errors/options.js';
import { ResponseFormatError } from '../errors/wire.js';
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
  if (status) demand(readState(status) !== 'unknown', 'status', 'the state of a task', status);
  const since = instant(statusTimestampAfter);
  demand(!Number.isNaN(since), 'statusTimestampAfter', 'a date', statusTimestampAfter);
}

/** Filters for servers that do not: their whole list comes as one page. */
export function filterPage(
  page: TaskPage,
  { contextId, status, statusTimestampAfter }: ListTasksQuery,
): TaskPage {
  const since = instant(statusTimestampAfter);
  page.tasks = page.tasks.filter(
    task =>
      (!contextId || task.contextId === contextId) &&
      (!status || task.status.state === readState(status)) &&
      !(Date.parse(task.status.timestamp ?? '') < since),
  );
  return page;
}

/** ms since 1970; the beginning of time where nothing is said. */
function instant(time: string | Date | undefined): number {
  return Number(new Date(time || 0));
}

/**
 * Page after page, until there is no next one.
 *
 * @throws {ResponseFormatError} where one is handed out again: that must not keep us for ever
 */
export async function* pages<Page extends { nextPageToken?: string | undefined }>(
  ask: (pageToken: string | undefined) => Promise<Page>,
  first?: string,
): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string | undefined>();
  for (let token = first; ; ) {
    const page = await ask(token);
    yield page;
    seen.add(token);
    token = page.nextPageToken;
    if (!token) return;
    if (seen.has(token)) throw new ResponseFormatError('The agent repeats a page.', 'nextPageToken');
  }
}
