import {
  type Agent,
  artifact,
  createReferenceServer,
  failed,
  inputRequired,
  working,
} from 'a2a-await/testing';
import { createWebhookReceiver, type WebhookReceiver } from 'a2a-await/webhook';
import { http } from 'msw';
import { setupWorker } from 'msw/browser';

/** What the agent in this page is told to do, as the metadata of a message. */
export interface Work {
  /** ms */
  duration: number;
  manner: 'works' | 'asks' | 'fails';
}

export interface Incoming {
  at: number;
  body: string;
}

/** The agent in this page, and the webhook that it notifies. */
export interface Embedded {
  url: string;
  webhook: WebhookReceiver;
  /** The latest thing that reached the webhook and names this task. */
  latestFor(taskId: string): Incoming | undefined;
}

const pieces = [
  'Olive oil: ',
  'the harvest doubled, ',
  'prices fell by a third, ',
  'and the mills work nights.',
];

const agent: Agent = async function* (turn) {
  // An answer goes on with what the first message ordered.
  const order = turn.task?.history.at(0) ?? turn.message;
  const { duration, manner } = workOf(order.metadata);
  yield working('Reading the sources');
  if (manner === 'asks' && !turn.task) {
    await turn.sleep(Math.min(1_500, duration / 4));
    return yield inputRequired('Which year?');
  }
  await turn.sleep(duration / 5);
  for (const [nth, piece] of pieces.entries()) {
    const last = nth === pieces.length - 1;
    const start = nth === 0 && turn.task ? `${turn.text}. ` : '';
    yield artifact(start + piece, { artifactId: 'report', append: nth > 0, lastChunk: last });
    if (manner === 'fails' && nth === 1) return yield failed('Out of paper.');
    await turn.sleep(duration / 5);
  }
};

function workOf(metadata: Record<string, unknown> | undefined): Work {
  const { duration, manner } = { ...metadata } as Partial<Work>;
  return { duration: duration ?? 10_000, manner: manner ?? 'works' };
}

/** Kept of what reached the webhook. */
const mostIncoming = 200;

/** Rejects where the browser gives this page no service worker. */
export async function startEmbedded(): Promise<Embedded> {
  if (!('serviceWorker' in navigator))
    throw new Error(
      'It runs behind a service worker, which this browser gives a page over https or on localhost only.',
    );
  const here = new URL('./', document.baseURI);
  const incoming: Incoming[] = [];
  const webhook = createWebhookReceiver({ url: new URL('webhook', here).href });
  const server = createReferenceServer({
    url: new URL('agent', here).href,
    agent,
    // To this page, which may well be on localhost.
    push: { allowPrivate: true },
  });
  const worker = setupWorker(
    ...server.handlers,
    http.post(new URL('webhook/*', here).href, async ({ request }) => {
      incoming.push({ at: Date.now(), body: await request.clone().text() });
      if (incoming.length > mostIncoming) incoming.shift();
      return webhook.handle(request);
    }),
  );
  await worker.start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    serviceWorker: { url: new URL('mockServiceWorker.js', here).href },
  });
  stayKnown();
  return {
    url: server.url,
    webhook,
    latestFor: taskId => incoming.filter(({ body }) => body.includes(taskId)).at(-1),
  };
}

/**
 * A browser ends a service worker that has had nothing to do for a while, as while the page is hidden. msw wakes it
 * again, but it then no longer knows whose requests to catch, and they would go to a server that has no such agent.
 */
function stayKnown(): void {
  const tell = () => navigator.serviceWorker.controller?.postMessage('MOCK_ACTIVATE');
  setInterval(tell, 1_000);
  document.addEventListener('visibilitychange', tell);
  addEventListener('pageshow', tell);
}
