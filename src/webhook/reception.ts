import type { StreamEvent } from '../model/stream-event.js';
import { isTask } from '../model/task.js';
import type { Listeners } from '../time/listeners.js';
import { notify } from '../time/notify.js';
import { timedOut, within } from '../time/within.js';
import { parseBody, type Reading, readBytes } from './body.js';
import type { Bytes } from './bytes.js';
import type { ReconcileNotice, WebhookEvents, WebhookFailure, WebhookNotification } from './events.js';
import { type Inbox, type Received, toldKeyOf } from './inbox.js';
import { assignTask, readNotification } from './normalize.js';
import type { CheckedReceiverOptions } from './options.js';
import { Rates } from './rates.js';
import { Refusal } from './refusal.js';
import {
  expectedOf,
  isAbout,
  isGood,
  isRegistrationId,
  onlyTaskOf,
  type RegistrationRecord,
  type Registrations,
  toldLifeOf,
} from './registrations.js';
import type { Verdict } from './verifier.js';

/** What a runtime gives beside a request: workers and service workers have `waitUntil`. */
export interface HandleContext {
  /** Told of what goes on after the answer: listeners. */
  waitUntil?(work: Promise<unknown>): void;
  /**
   * `'rewritten'` if the body is not what came, but what something before made of it: what verifies its bytes then fails
   * with 500. @default 'as-received'
   */
  body?: 'as-received' | 'rewritten' | undefined;
}

/** How long what was read of a registration is relied on, ms. */
const freshness = 1_000;
/** A path without a slash too many, and its last segment. */
const pathShape = /^(?:\/|(?:\/[^/]+)*\/([^/]+))$/;
/** Scopes that anything is known of. */
const refusalsKept = 1_000;
/** After a failure of the store, ms. */
const retryAfter = 5_000;

/** One request on its way through the receiver. */
interface Passage extends Reading {
  context: HandleContext;
  /** What takes its time. */
  stage: 'store' | 'verification';
  registrationId: string | undefined;
  /** The registration's id, or 'shared'. */
  scope: string;
}

/** Takes requests. */
export class Reception {
  readonly #settings: CheckedReceiverOptions;
  readonly #registrations: Registrations;
  readonly #inbox: Inbox;
  readonly #listeners: Listeners<WebhookEvents>;
  readonly #rates: Rates;
  /** Why what came last was refused, by scopes: for waits that end without a notification. */
  readonly refused = new Map<string | undefined, string>();

  constructor(
    settings: CheckedReceiverOptions,
    registrations: Registrations,
    inbox: Inbox,
    listeners: Listeners<WebhookEvents>,
  ) {
    this.#settings = settings;
    this.#registrations = registrations;
    this.#inbox = inbox;
    this.#listeners = listeners;
    this.#rates = new Rates(settings.limits.rate, settings.limits.burst);
  }

  /** In time, whatever happens. */
  async answer(request: Request, context: HandleContext): Promise<Response> {
    const passage: Passage = { context, stage: 'store', registrationId: undefined, scope: 'shared' };
    try {
      const response = await within(this.#settings.limits.time, undefined, signal =>
        this.#take(request, passage, signal),
      );
      if (response !== timedOut) return response;
      throw passage.isReading
        ? new Refusal(408, 'The body was too slow.')
        : new Refusal(503, `The ${passage.stage} took too long.`, retryAfter);
    } catch (error) {
      return this.#refuse(passage, error);
    }
  }

  async #take(request: Request, passage: Passage, signal: AbortSignal): Promise<Response> {
    const { shared, lastSegment, hasHandshake, limits } = this.#settings;
    const url = new URL(request.url);
    const [path, segment = ''] = pathShape.exec(url.pathname) ?? [];
    const isShared = shared && path && segment === lastSegment;
    const record = isShared ? sharedRecord() : await this.#find(segment, passage);
    if (request.method === 'GET' && hasHandshake) return shakeHands(url.searchParams);
    if (request.method !== 'POST')
      return answer(405, undefined, { allow: hasHandshake ? 'GET, POST' : 'POST' });

    const { scope } = passage;
    let bytes: Promise<Bytes> | undefined;
    const read = () => (bytes ??= readBytes(request, limits.bodyBytes, passage, signal));
    passage.stage = 'verification';
    const time = Date.now();
    const verify = isShared ? shared : this.#settings.verify;
    const verdict = await verify({
      headers: request.headers,
      time,
      expected: isShared ? undefined : expectedOf(record, time),
      body: () => {
        if (passage.context.body === 'rewritten') throw rewritten();
        // Others must not be able to use up what the one who is authentic may take.
        this.#rates.take(scope, 0);
        return read();
      },
    });
    this.#judge(verdict, scope);
    // A verifier that looked at the body let in these bytes, whoever sends them; another one whoever has the secret.
    const isOfBody = !!bytes;
    this.#rates.take(scope);
    const body = parseBody(await read(), limits.depth);
    passage.stage = 'store';
    // The answer was given.
    if (signal.aborted) return answer(503);
    // Who took his time may have been let in by what was revoked meanwhile.
    const isOld = !isShared && Date.now() - time > freshness;
    const current = isOld ? await this.#find(segment, passage) : record;
    const isNews = await this.#keep(body, current, verdict, request.headers, passage);
    // Who sends again what another has signed must not use up what that one may take.
    if (!isNews && isOfBody) {
      this.#rates.take(scope, -1);
      this.#rates.take(`again ${scope}`);
    }
    this.refused.delete(scope);
    return answer(204);
  }

  /** @throws {Refusal} 404, 410, 429 */
  async #find(segment: string, passage: Passage): Promise<RegistrationRecord> {
    passage.scope = segment;
    const record = isRegistrationId(segment) ? await this.#registrations.find(segment) : undefined;
    if (!record) {
      this.#rates.take('unknown');
      throw new Refusal(404, 'There is no such url.');
    }
    passage.registrationId = segment;
    if (!isGood(record)) throw new Refusal(410, 'The registration is gone.');
    return record;
  }

  /** @throws {Refusal} */
  #judge({ outcome, message, retryAfter: delay }: Verdict, scope: string): void {
    if (outcome === 'pass') return;
    this.#rates.take(`refused ${scope}`);
    const why = message ?? 'The verifier refuses it.';
    if (outcome === 'unavailable') throw new Refusal(503, why, delay ?? retryAfter);
    throw new Refusal(401, why);
  }

  /** Keeps what an authentic notification says, and tells of it. Says whether that is something new. */
  async #keep(
    body: Record<string, unknown>,
    registration: RegistrationRecord,
    { deliveryId, isOwn }: Verdict,
    headers: Headers,
    passage: Passage,
  ): Promise<boolean> {
    const { registrationId, scope } = passage;
    const { event, taskId: said, isThin } = readNotification(body, Date.now());
    const taskId = said || onlyTaskOf(registration) || '';
    if (!event || (!taskId && event.kind !== 'message')) {
      const taskIds = said && isAbout(registration, said) ? [said] : registration.bound;
      await this.#tell(passage, taskIds, 'unknown-shape');
      return false;
    }
    if (taskId) {
      const isAdmitted = await this.#registrations.admit(scope, registration, taskId, !!isOwn);
      if (!isAdmitted) throw new Refusal(403, 'The registration is for another task.');
      assignTask(event, taskId);
    }
    const life = toldLifeOf(registration);
    const sentId = headers.get('webhook-id') ?? headers.get('x-a2a-delivery-id');
    const received = await this.#inbox.receive(scope, taskId, event, { deliveryId, sentId }, life);
    const { standing, task } = received;
    const isNews = standing === 'news';
    const reason = reasonOf(received, event, isThin);
    const notification =
      isNews && task ? { event, task, taskId: taskId || undefined, registrationId } : undefined;
    // Also of what is no news: when it was, the store may have failed before anybody was woken.
    await this.#tell(passage, taskId ? [taskId] : [], reason, notification);
    return isNews;
  }

  /** Wakes those who wait, and calls listeners when the answer is on its way. */
  async #tell(
    { registrationId, scope, context }: Passage,
    taskIds: string[],
    reason: ReconcileNotice['reason'] | undefined,
    notification?: WebhookNotification,
  ): Promise<void> {
    const listeners = this.#listeners;
    for (const taskId of taskIds) {
      const channel = toldKeyOf(scope, taskId);
      // What is kept is kept: who waits looks again by and by.
      await this.#settings.store.wake(channel).catch(this.#failing('store'));
    }
    const told = Promise.resolve().then(() =>
      Promise.all([
        notification && listeners.tell('notification', notification),
        reason && listeners.tell('reconcile', { reason, taskIds, registrationId }),
      ]),
    );
    // What is kept is kept, also where the runtime does not want to know.
    notify(work => context.waitUntil?.(work), told, this.#failing('listener'));
  }

  #failing(during: WebhookFailure['during']): (error: unknown) => void {
    return error => void this.#listeners.tell('failure', { error, during });
  }

  #refuse({ registrationId, stage, scope }: Passage, error: unknown): Response {
    let refusal = error;
    if (!(refusal instanceof Refusal)) {
      this.#failing(stage)(error);
      refusal = new Refusal(503, `The ${stage} failed.`, retryAfter);
    }
    const { status, message, retryAfter: delay } = refusal as Refusal;
    if (this.refused.size >= refusalsKept) this.refused.clear();
    this.refused.set(scope, message);
    void this.#listeners.tell('refused', { status, message, registrationId });
    return answer(status, delay);
  }
}

/** What was told at a shared url is kept as if that were for many tasks, and expired half a day after each. */
function sharedRecord(): RegistrationRecord {
  return { secrets: [], expiresAt: Date.now() + 43_200_000, tasks: 'many', bound: [] };
}

/** Why a notification that was kept is not to be relied on, if it is not. */
function reasonOf(
  { standing, task, isPartial }: Received,
  event: StreamEvent,
  isThin: boolean,
): ReconcileNotice['reason'] | undefined {
  if (standing === 'stale') return undefined;
  if (standing === 'news') return isPartial ? 'too-large' : isThin ? 'thin' : undefined;
  if (standing !== 'duplicate') return standing;
  if (!isTask(task) || !('status' in event) || event.status.timestamp) return undefined;
  // A question that is asked again in the same words is no replay, where there are no times to tell.
  return event.status.state === task.status.state ? undefined : 'repeated';
}

/** @throws {Refusal} 400 */
function shakeHands(query: URLSearchParams): Response {
  const token = query.get('validationToken') ?? '';
  // What could be taken for markup, or end a line, is no token.
  if (!/^[\w.~+/=:-]{1,128}$/.test(token)) throw new Refusal(400, 'The validationToken is wrong.');
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  return new Response(token, { headers });
}

function rewritten(): Refusal {
  return new Refusal(500, 'It was parsed before it was verified: see toNodeHandler.');
}

/** Says nothing of what was received. */
export function answer(status: number, delay?: number, headers: Record<string, string> = {}): Response {
  if (status === 204) return new Response(null, { status });
  if (delay !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(delay / 1_000)));
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  return new Response(null, { status, headers });
}
