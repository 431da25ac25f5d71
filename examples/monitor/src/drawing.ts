import { isInterrupted, isTerminal, type TaskState } from 'a2a-await';
import type { Exchange, Purpose, RunRecord, Sight } from './record.js';

/** What the picture shows of a run, in ms since it began. */
export interface Drawing {
  /** How the task stood, as the agent's clock has it. */
  atAgent: Span[];
  /** How the task stood, as far as this page knew. */
  known: Span[];
  trips: Trip[];
  streams: Stream[];
  notified: number[];
  /** From the end of the task until the page knew. */
  lag?: { from: number; to: number };
}

export interface Span {
  state: TaskState;
  from: number;
  to: number;
}

/** There and, once it is answered or has failed, back. */
export interface Trip {
  purpose: Purpose;
  from: number;
  to: number;
  back: boolean;
  failed: boolean;
  /** Asks in case the news gets lost that comes by another way. */
  aside: boolean;
}

export interface Stream {
  from: number;
  to: number;
  events: readonly number[];
}

export function draw(record: RunRecord, now: number): Drawing {
  const end = record.endedAt ?? now;
  const sights = changes(record.sights);
  const begins = beginnings(sights);
  const known = sights.map(({ state, at }) => ({ state, from: at }));
  const over = sights.findIndex(({ state }) => isTerminal(state));
  const lag = over < 0 ? undefined : { from: begins[over]?.from ?? end, to: known[over]?.from ?? end };
  const settled = lag?.to ?? end;
  const told = record.notifications.map(({ at }) => at);
  return {
    atAgent: spans(begins, settled),
    known: spans(known, settled),
    trips: record.exchanges
      .filter(each => !streamed(each))
      .map(each => ({ ...trip(each, end), aside: isAside(each, record, told) })),
    streams: record.exchanges
      .filter(streamed)
      .map(({ sentAt, endedAt, eventsAt }) => ({ from: sentAt, to: endedAt ?? end, events: eventsAt })),
    notified: told,
    ...(lag && { lag }),
  };
}

/** Without those that only say something else in the same state. */
const changes = (sights: readonly Sight[]) =>
  sights.filter(({ state }, nth) => state !== sights[nth - 1]?.state);

/**
 * When each state began at the agent. Its clock need not be this page's: a state cannot have begun after it was known,
 * nor before the one that was known before it.
 */
function beginnings(sights: readonly Sight[]): { state: TaskState; from: number }[] {
  let last = 0;
  return sights.map(({ state, at, since }) => {
    last = Math.min(at, Math.max(last, since ?? at));
    return { state, from: last };
  });
}

function spans(beginnings: readonly { state: TaskState; from: number }[], end: number): Span[] {
  return beginnings
    .map(({ state, from }, nth) => ({ state, from, to: beginnings[nth + 1]?.from ?? Math.max(end, from) }))
    .filter(({ state, from, to }) => to > from || isTerminal(state) || isInterrupted(state));
}

/** Whether it brought events, or is open and may. */
const streamed = ({ purpose, events, status = 500, endedAt }: Exchange) =>
  purpose === 'stream' && (events > 0 || (status < 400 && endedAt === undefined));

/** ms; what is asked so soon after a notification is asked because of it. */
const because = 300;

const isAside = ({ purpose, sentAt }: Exchange, { strategy }: RunRecord, told: readonly number[]) =>
  purpose === 'ask' &&
  (strategy === 'stream' || strategy === 'push') &&
  !told.some(at => at <= sentAt && sentAt < at + because);

function trip({ purpose, sentAt, answeredAt, endedAt, status, failure }: Exchange, end: number) {
  const broke = failure !== undefined && failure !== 'left';
  return {
    purpose,
    from: sentAt,
    to: endedAt ?? answeredAt ?? end,
    back: broke || answeredAt !== undefined,
    failed: broke || (status !== undefined && status >= 400),
  };
}

/** px between two that happen at once, and the most that one is moved. */
const gap = 7;
const mostMoved = 28;
/** px, guessed. */
const width = 700;

/**
 * How far each is moved to the right, in px, so that what happens in one moment is seen one beside the other, and what
 * came first is left of what came of it.
 */
export function apart({ trips, streams, notified }: Drawing, length: number) {
  const moved = { trips: trips.map(() => 0), streams: streams.map(() => 0), notified: notified.map(() => 0) };
  const moments = [
    ...trips.map(({ from }, nth) => ({ at: from, list: moved.trips, nth })),
    ...streams.map(({ from }, nth) => ({ at: from, list: moved.streams, nth })),
    ...notified.map((at, nth) => ({ at, list: moved.notified, nth })),
  ].sort((a, b) => a.at - b.at);
  let last = -gap;
  for (const { at, list, nth } of moments) {
    const place = (at / length) * width;
    const by = Math.min(mostMoved, Math.max(0, last + gap - place));
    list[nth] = by;
    last = place + by;
  }
  return moved;
}

/** ms of the whole width: of few lengths the first that has room, also for the word after the end. */
export function lengthFor(longest: number): number {
  const lengths = [6, 12, 15, 20, 30, 60, 120, 300, 600, 1_200, 3_600];
  const seconds = (longest / 1_000) * 1.12;
  return (lengths.find(length => length >= seconds) ?? Math.ceil(seconds / 3_600) * 3_600) * 1_000;
}

/** Where the axis is marked, in ms: at most 12 times. */
export function marksFor(length: number): number[] {
  const steps = [1, 2, 5, 10, 20, 60, 120, 300, 600, 3_600, 36_000].map(step => step * 1_000);
  const step = steps.find(each => length / each <= 12) ?? length;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, nth) => nth * step);
}
