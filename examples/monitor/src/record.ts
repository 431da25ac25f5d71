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
  /** When each of them came, up to a limit. */
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
  /** When it began, by the agent's clock. */
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
  /** Those, up to a limit. */
  notifications: readonly Notification[];
  sights: readonly Sight[];
  remarks: readonly Remark[];
  strategy?: Strategy;
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
/** Kept of the events of each stream, and of the notifications. */
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
        answer: (answer + happening.text).slice(0, longestAnswer),
        events: events + happening.events,
        eventsAt: [...eventsAt, ...Array.from({ length: happening.events }, () => happening.at)].slice(
          0,
          most,
        ),
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
      const notifications = [...record.notifications, { at, body }].slice(0, most);
      return { ...record, notified: record.notified + 1, notifications };
    }
    case 'state':
      return withSight(record, happening);
    case 'text':
      return { ...record, text: happening.text };
    case 'strategy': {
      const { at, strategy, reason } = happening;
      return { ...record, strategy, remarks: [...record.remarks, { at, text: `By ${strategy}: ${reason}` }] };
    }
    case 'remark':
      return { ...record, remarks: [...record.remarks, { at: happening.at, text: happening.text }] };
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
  if (last?.state === state && last.text === text) return record;
  return {
    ...record,
    sights: [...record.sights, { at, state, text, ...(since !== undefined && { since }) }],
  };
}
