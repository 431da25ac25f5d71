import type { Strategy, TaskState } from 'a2a-await';

/** What a request is for, whatever its dialect calls it. */
export type Purpose = 'card' | 'send' | 'ask' | 'stream' | 'register' | 'unregister' | 'cancel' | 'other';

/** A request and its answer. All times are ms since the run began. */
export interface Exchange {
  id: number;
  purpose: Purpose;
  /** As on the wire: a JSON-RPC method, or a method of HTTP and a path. */
  name: string;
  url: string;
  sentAt: number;
  request: string;
  answeredAt?: number;
  status?: number;
  /** Ends where the answer has been read whole: much later, for a stream. */
  endedAt?: number;
  failure?: string;
  answer: string;
  /** How many events a stream has brought. */
  events: number;
  /** When they came: of very many, some from the first to the last. */
  eventsAt: readonly number[];
}

/** What the agent's server sent to the webhook in this page. */
export interface Notification {
  at: number;
  body: string;
}

/** A state, as it became known. */
export interface Sight {
  at: number;
  state: TaskState;
  /** When it began, by the agent's clock, which is set right by the first state: that cannot be older than the run. */
  since?: number;
  text: string;
}

export interface Remark {
  at: number;
  text: string;
}

export type Outcome =
  | { kind: 'result'; state: TaskState | 'message'; text: string }
  | { kind: 'stopped' }
  | { kind: 'error'; name: string; message: string };

/** All that was seen of one run. */
export interface RunRecord {
  taskId?: string;
  exchanges: readonly Exchange[];
  /** How many there were. */
  notified: number;
  /** Those: of very many, some from the first to the last. */
  notifications: readonly Notification[];
  sights: readonly Sight[];
  remarks: readonly Remark[];
  strategy?: Strategy;
  /** ms that the agent's clock is ahead, as far as it is certainly wrong. */
  ahead?: number;
  /** What the task has made so far. */
  text: string;
  question?: string;
  endedAt?: number;
  outcome?: Outcome;
}

export const nothingYet: RunRecord = {
  exchanges: [],
  notified: 0,
  notifications: [],
  sights: [],
  remarks: [],
  text: '',
};

export type Happening =
  | { kind: 'request'; id: number; at: number; purpose: Purpose; name: string; url: string; body: string }
  | { kind: 'answer'; id: number; at: number; status: number }
  | { kind: 'piece'; id: number; at: number; text: string; events: number }
  | { kind: 'answered'; id: number; at: number; failure?: string }
  | { kind: 'submitted'; taskId: string }
  | { kind: 'notified'; at: number; body: string }
  | { kind: 'state'; at: number; state: TaskState; since?: number; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'strategy'; at: number; strategy: Strategy; reason: string }
  | { kind: 'remark'; at: number; text: string }
  | { kind: 'question'; text: string | undefined }
  | { kind: 'over'; at: number; outcome: Outcome };

/** Kept of each answer, in characters: an agent may tell more than a page should hold, or can draw. */
const longestAnswer = 20_000;
/** Kept of what the task has made, in characters. */
const longestText = 100_000;
/** Kept of what an agent says with a state, in characters. */
const longestSaid = 2_000;
/** Kept of the events of each stream, of the notifications, of the states and of the remarks. */
const most = 500;

export function grow(record: RunRecord, happening: Happening): RunRecord {
  switch (happening.kind) {
    case 'request': {
      const { id, purpose, name, url, at, body } = happening;
      const exchange = {
        id,
        purpose,
        name,
        url,
        sentAt: at,
        request: body,
        answer: '',
        events: 0,
        eventsAt: [],
      };
      return { ...record, exchanges: [...record.exchanges, exchange] };
    }
    case 'answer':
      return withExchange(record, happening.id, () => ({
        answeredAt: happening.at,
        status: happening.status,
      }));
    case 'piece':
      return withExchange(record, happening.id, ({ answer, events, eventsAt }) => ({
        answer: answer.length > longestAnswer ? answer : cutShort(answer + happening.text),
        events: events + happening.events,
        eventsAt: spread([
          ...eventsAt,
          ...Array.from({ length: Math.min(happening.events, most) }, () => happening.at),
        ]),
      }));
    case 'answered':
      return withExchange(record, happening.id, () => ({
        endedAt: happening.at,
        ...(happening.failure !== undefined && { failure: happening.failure }),
      }));
    case 'submitted':
      return { ...record, taskId: happening.taskId };
    case 'notified': {
      const { at, body } = happening;
      const notifications = spread([...record.notifications, { at, body }]);
      return { ...record, notified: record.notified + 1, notifications };
    }
    case 'state':
      return withSight(record, happening);
    case 'text':
      return { ...record, text: cut(happening.text, longestText) };
    case 'strategy': {
      const { at, strategy, reason } = happening;
      return {
        ...record,
        strategy,
        remarks: spread([...record.remarks, { at, text: `By ${strategy}: ${reason}` }]),
      };
    }
    case 'remark': {
      const { at, text } = happening;
      return { ...record, remarks: spread([...record.remarks, { at, text }]) };
    }
    case 'question': {
      const { question: _, ...rest } = record;
      return happening.text === undefined ? rest : { ...rest, question: happening.text };
    }
    case 'over': {
      const { question: _, ...rest } = record;
      return { ...rest, endedAt: happening.at, outcome: happening.outcome };
    }
  }
}

function withExchange(
  record: RunRecord,
  id: number,
  change: (exchange: Exchange) => Partial<Exchange>,
): RunRecord {
  return {
    ...record,
    exchanges: record.exchanges.map(each => (each.id === id ? { ...each, ...change(each) } : each)),
  };
}

/** A state that was known before is no news, unless the agent says something else with it. */
function withSight(record: RunRecord, { at, state, since, text }: Happening & { kind: 'state' }): RunRecord {
  const last = record.sights.at(-1);
  const said = cut(text, longestSaid);
  if (last?.state === state && last.text === said) return record;
  const ahead = record.ahead ?? (since === undefined ? undefined : aheadBy(since, at));
  const sight = {
    at,
    state,
    text: said,
    ...(since !== undefined && ahead !== undefined && { since: since - ahead }),
  };
  return {
    ...record,
    ...(ahead !== undefined && { ahead }),
    // The last one stays the last that there was.
    sights: [...record.sights.slice(0, most - 1), sight],
  };
}

/** A task began after its run did, and before it was known. If its clock says otherwise, we take it that it was known at once. */
const aheadBy = (since: number, at: number) => (since < 0 || since > at ? since - at : 0);

/** Of a list that has become too long, every second one: what is left still spans all the time, and has the last. */
function spread<T>(list: readonly T[]): readonly T[] {
  return list.length > most ? list.filter((_, nth) => nth % 2 !== list.length % 2) : list;
}

/** Longer by its sign than what is whole. */
const cutShort = (answer: string) =>
  answer.length > longestAnswer ? `${answer.slice(0, longestAnswer)} …` : answer;

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)} … and ${text.length - longest} more characters.`;
}
