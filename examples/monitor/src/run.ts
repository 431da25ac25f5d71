import {
  A2AClient,
  AbortedError,
  AdaptiveClient,
  type MessageInput,
  type Strategy,
  type StreamEvent,
  type Task,
  textOf,
} from 'a2a-await';
import type { Embedded, Work } from './embedded.js';
import { grow, type Happening, nothingYet, type RunRecord } from './record.js';
import { watchedFetch } from './watched-fetch.js';

export type Way = 'fastest' | Strategy;

export interface RunSettings {
  way: Way;
  message: string;
  url: string;
  token: string;
  /** Of the agent in this page. */
  work: Work | undefined;
}

/** One message to one agent, in one way. */
export interface Run {
  id: number;
  settings: RunSettings;
  /** ms since 1970 */
  begunAt: number;
  record(): RunRecord;
  subscribe(listener: () => void): () => void;
  /** Answers the agent's question. */
  answer(text: string): void;
  /** Waits no more, and asks the agent to cancel. */
  stop(): void;
}

const timeout = 3_600_000;
/** ms: a stream may bring thousands of events in a second, and each would have all of it drawn anew. */
const breath = 100;
let count = 0;

export function startRun(settings: RunSettings, embedded: Embedded | undefined): Run {
  const begunAt = Date.now();
  const now = () => Date.now() - begunAt;
  const controller = new AbortController();
  const listeners = new Set<() => void>();
  let record = nothingYet;
  let reply: (text: string) => void = () => {};
  let isToBeShown = false;
  const show = () => {
    isToBeShown = false;
    for (const listener of listeners) listener();
  };
  const tell = (happening: Happening) => {
    record = grow(record, happening);
    if (!isToBeShown) setTimeout(show, breath);
    isToBeShown = true;
  };

  async function ask(question: Task): Promise<string> {
    tell({ kind: 'question', text: textOf(question) || 'The agent asks, and does not say what.' });
    const text = await new Promise<string>(resolve => {
      reply = resolve;
    });
    tell({ kind: 'question', text: undefined });
    return text;
  }

  async function go(): Promise<void> {
    const { way, url, token, work } = settings;
    await using client = new A2AClient(url, {
      fetch: watchedFetch(tell, now),
      ...(token && { auth: token }),
      onWarning: ({ message }) => tell({ kind: 'remark', at: now(), text: message }),
    });
    await using adaptive = new AdaptiveClient(client, {
      ...(way !== 'fastest' && { strategies: way === 'poll' ? ['poll'] : [way, 'poll'] }),
      ...(embedded && { webhook: embedded.webhook }),
    });
    listen(adaptive, { tell, now, begunAt, embedded });
    const answer = await adaptive.run(messageOf(settings.message, work), {
      timeout,
      signal: controller.signal,
      cancelOnAbort: true,
      onInterrupted: ask,
    });
    tell({ kind: 'text', text: textOf(answer) });
    const state = answer.kind === 'task' ? answer.status.state : 'message';
    tell({ kind: 'over', at: now(), outcome: { kind: 'result', state, text: textOf(answer) } });
  }

  go().catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    tell({
      kind: 'over',
      at: now(),
      outcome: error instanceof AbortedError ? { kind: 'stopped' } : { kind: 'error', name, message },
    });
  });

  count += 1;
  return {
    id: count,
    settings,
    begunAt,
    record: () => record,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    answer: text => reply(text),
    stop: () => controller.abort(),
  };
}

function messageOf(text: string, work: Work | undefined): MessageInput {
  return work ? { parts: [text], metadata: { ...work } } : text;
}

interface Ear {
  tell(happening: Happening): void;
  now(): number;
  begunAt: number;
  embedded: Embedded | undefined;
}

function listen(adaptive: AdaptiveClient, { tell, now, begunAt, embedded }: Ear): void {
  // By artifact.
  const texts = new Map<string, string>();
  const see = (event: StreamEvent) => {
    if (event.kind === 'task') for (const each of event.artifacts) texts.set(each.artifactId, textOf(each));
    if (event.kind === 'artifact-update') {
      const { append, artifact } = event;
      const before = append ? (texts.get(artifact.artifactId) ?? '') : '';
      texts.set(artifact.artifactId, before + textOf(artifact));
    }
    if (texts.size > 0) tell({ kind: 'text', text: [...texts.values()].filter(Boolean).join('\n\n') });
    if (event.kind !== 'task' && event.kind !== 'status-update') return;
    const { state, timestamp, message } = event.status;
    const since = Date.parse(timestamp ?? '') - begunAt;
    const text = message ? textOf(message) : '';
    tell({ kind: 'state', at: now(), state, text, ...(!Number.isNaN(since) && { since }) });
  };
  adaptive.on('submitted', ({ taskId, task }) => {
    tell({ kind: 'submitted', taskId });
    see(task);
  });
  adaptive.on('update', ({ event }) => see(event));
  adaptive.on('settled', ({ task }) => see(task));
  adaptive.on('strategy', ({ strategy, reason }) => tell({ kind: 'strategy', at: now(), strategy, reason }));
  adaptive.on('notification', ({ taskId }) =>
    tell({ kind: 'notified', at: now(), body: embedded?.latestFor(taskId)?.body ?? '' }),
  );
  adaptive.on('retry', ({ error }) => tell({ kind: 'remark', at: now(), text: `Could not ask: ${error}` }));
  adaptive.on('warning', ({ message }) => tell({ kind: 'remark', at: now(), text: message }));
}
