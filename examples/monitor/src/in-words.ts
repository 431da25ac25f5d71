import { isTerminal } from 'a2a-await';
import type { Exchange, RunRecord } from './record.js';
import type { Way } from './run.js';

export const nameOfWay: Record<Way, string> = {
  fastest: 'The fastest way',
  stream: 'By stream',
  poll: 'By polling',
  push: 'By push',
};

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

const requests: Record<Exchange['purpose'], string> = {
  card: 'asked for the agent’s card',
  send: 'sent the message',
  ask: 'asked how the task stands',
  stream: 'opened a stream',
  register: 'named its webhook',
  unregister: 'took its webhook back',
  cancel: 'asked to cancel',
  other: 'made a request',
};

export interface Line {
  at: number;
  text: string;
}

/** All that happened, as sentences in the order of time: what the picture shows, for whoever does not see it. */
export function inWords(record: RunRecord): Line[] {
  const lines: Line[] = [
    ...record.exchanges.map(({ purpose, name, sentAt }) => ({
      at: sentAt,
      text: `This page ${requests[purpose]} (${name}).`,
    })),
    ...record.exchanges.flatMap(({ eventsAt }) =>
      eventsAt.map(at => ({ at, text: 'The stream brought an event.' })),
    ),
    ...record.notifications.map(({ at }) => ({ at, text: 'The agent notified this page.' })),
    ...record.sights.map(({ at, state, since, text }) => ({
      at,
      text: `Known: ${state}${since !== undefined && at - since >= 100 ? `, since ${seconds(Math.max(0, since))}` : ''}.${text && ` “${text}”`}`,
    })),
    ...record.remarks.map(({ at, text }) => ({ at, text })),
  ];
  return lines.sort((a, b) => a.at - b.at);
}

/** One word for how the run stands. */
export function stateOf({ sights, outcome }: RunRecord): string {
  const last = sights.at(-1)?.state;
  if (outcome?.kind === 'stopped') return 'stopped';
  if (outcome?.kind === 'result' && outcome.state === 'message') return 'answered';
  // The wait is over, and the task is not, for all we know.
  if (outcome?.kind === 'error' && !(last && isTerminal(last))) return 'error';
  return last ?? 'sending';
}

/** What became of the task when its run was stopped. */
export function onStop({ taskId, exchanges }: RunRecord): string {
  if (taskId === undefined) return 'Stopped. The agent had named no task yet, so it was not asked to cancel.';
  const cancel = exchanges.find(({ purpose }) => purpose === 'cancel');
  if (cancel?.failure !== undefined) return 'Stopped. The agent could not be asked to cancel the task.';
  return cancel ? 'Stopped. The agent was asked to cancel the task.' : 'Stopped.';
}

/** One line of figures. */
export function figures({ exchanges, notified }: RunRecord, lag: number | undefined): string {
  const events = exchanges.reduce((sum, each) => sum + each.events, 0);
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return [
    count(exchanges.length, 'request'),
    count(events, 'event'),
    count(notified, 'notification'),
    ...(lag === undefined ? [] : [`known ${seconds(lag)} after the end`]),
  ].join(' · ');
}
