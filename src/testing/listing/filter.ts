import type { TaskRecord } from '../record.js';
import type { StoreSettings } from './quirks.js';

/** Which tasks are asked for. */
export interface ListFilter {
  contextId: string | undefined;
  /** Whether the state is one of those wanted. */
  state: (state: TaskRecord['state']) => boolean;
  /** ms since 1970. */
  since: number | undefined;
}

/** Whether a task is one of those, as this store finds them. */
export function filterOf(
  { contextId, state, since }: ListFilter,
  { compare, untimed }: StoreSettings,
): (record: TaskRecord) => boolean {
  const isRecent = since === undefined || untimed === 'listed' ? () => true : comparison(since, compare);
  if (since !== undefined && untimed === 'left-out') return () => false;
  return record =>
    isRecent(record.statusTime) && (!contextId || record.contextId === contextId) && state(record.state);
}

function comparison(since: number, compare: StoreSettings['compare']): (time: number) => boolean {
  if (compare === '>') return time => time > since;
  if (compare === '>=') return time => time >= since;
  const text = placeAsText(since);
  return time => placeAsText(time) >= text;
}

/** As a text, a whole second is without a dot; and 'Z', with which it then goes on, comes after the dot. */
function placeAsText(time: number): number {
  return time % 1000 === 0 ? time + 999.5 : time;
}
