import {
  createWebhookReceiver,
  type ReconcileNotice,
  type RefusedNotification,
  type Registration,
  type WebhookFailure,
  type WebhookNotification,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from 'a2a-await/webhook';

// Nothing of Node here: these tests run in browsers too.

/** Where a `Request` drops headers that scripts may not set, such as Host. */
export const inBrowser = typeof document !== 'undefined';

export const base = 'https://app.example/hooks/a2a';

/** A receiver, and everything it told. */
export interface Heard {
  receiver: WebhookReceiver;
  notifications: WebhookNotification[];
  reconciled: ReconcileNotice[];
  refused: RefusedNotification[];
  failures: WebhookFailure[];
}

export function hear(options: Partial<WebhookReceiverOptions> = {}): Heard {
  const receiver = createWebhookReceiver({ url: base, ...options });
  const heard: Heard = { receiver, notifications: [], reconciled: [], refused: [], failures: [] };
  receiver.on('notification', event => heard.notifications.push(event));
  receiver.on('reconcile', event => heard.reconciled.push(event));
  receiver.on('refused', event => heard.refused.push(event));
  receiver.on('failure', event => heard.failures.push(event));
  return heard;
}

export type Given = Omit<RequestInit, 'body' | 'headers'> & {
  headers?: Record<string, string>;
  /** An object is written as JSON. */
  body?: unknown;
};

/** A POST with JSON, unless it says otherwise. */
export function post(url: string, { headers = {}, body, ...init }: Given = {}): Request {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
  const request = new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...init,
  } as RequestInit);
  // No test is to pass for want of what it sends.
  const dropped = Object.keys(headers).find(name => !request.headers.has(name));
  if (dropped !== undefined) throw new Error(`Here a Request cannot have the header ${dropped}.`);
  return request;
}

/** Without a content type: a browser gives text one of its own. */
export function postBytes(url: string, headers: Record<string, string>, body: unknown): Request {
  return new Request(url, { method: 'POST', headers, body: utf8(JSON.stringify(body)) });
}

export const utf8 = (text: string) => new TextEncoder().encode(text);

export const tokenOf = ({ token }: Pick<Registration, 'token'>) => ({ 'x-a2a-notification-token': token });
export const bearerOf = ({ credentials }: Pick<Registration, 'credentials'>) => ({
  authorization: `Bearer ${credentials}`,
});

/** A status update of A2A 1.0. */
export function statusUpdate(
  state: string,
  more: { taskId?: string; timestamp?: string | null; text?: string } = {},
): object {
  const { taskId = 't-1', timestamp, text } = more;
  const message = { messageId: `m-${text}`, role: 'ROLE_AGENT', parts: [{ text }] };
  const status = {
    state: `TASK_STATE_${state.toUpperCase().replace('-', '_')}`,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(text === undefined ? {} : { message }),
  };
  return { statusUpdate: { taskId, contextId: 'c-1', status } };
}

export function task(state: string, more: Record<string, unknown> = {}): object {
  return { task: { id: 't-1', contextId: 'c-1', status: { state }, artifacts: [], history: [], ...more } };
}

export function artifactUpdate(text: string, more: Record<string, unknown> = {}): object {
  const artifact = { artifactId: 'a-1', parts: [{ text }] };
  return { artifactUpdate: { taskId: 't-1', contextId: 'c-1', artifact, ...more } };
}

export interface Posting extends Heard {
  registration: Registration;
  /** Posts with both secrets, and gives the status. */
  send(body: unknown, headers?: Record<string, string>): Promise<number>;
}

/** A receiver with one registration. */
export async function registered(
  options: Partial<WebhookReceiverOptions> = {},
  tasks: 'one' | 'many' = 'one',
): Promise<Posting> {
  const heard = hear(options);
  const registration = await heard.receiver.register({ tasks });
  return {
    ...heard,
    registration,
    async send(body, headers = {}) {
      const secrets = { ...tokenOf(registration), ...bearerOf(registration) };
      const { status } = await heard.receiver.handle(
        post(registration.url, { body, headers: { ...secrets, ...headers } }),
      );
      await settled();
      return status;
    },
  };
}

/** Until listeners were told. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** The states that were told, one after the other. */
export const states = ({ notifications }: Heard) =>
  notifications.map(({ event }) => ('status' in event ? event.status.state : event.kind));

/** The task as the receiver knows it by now. */
export async function known({ receiver, registration }: Posting): Promise<unknown> {
  const controller = new AbortController();
  let latest: unknown;
  const waiting = receiver.wait(registration, {
    signal: controller.signal,
    throwOnFailure: false,
    onUpdate: update => {
      latest = update;
    },
  });
  const stopped = waiting.catch(() => undefined);
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  controller.abort();
  await stopped;
  return latest;
}
