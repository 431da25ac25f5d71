import type { Filled } from '../filled.js';

/**
 * The bodies that servers send:
 *
 * - `'stream-response'`: the StreamResponse of A2A 1.0, one for each event.
 * - `'task'`: the whole Task of 0.3, at each event.
 * - `'event'`: the event of 0.3 as its streams have it, which its `kind` tells apart.
 * - `'thin'`: `{ taskId, status: { state }, timestamp }`, at each status, as PraisonAI's guide has it.
 * - `'task-update'`: `{ type: 'task_update', taskId, state, timestamp, task }`, at each status.
 */
export type NotificationShape = 'stream-response' | 'task' | 'event' | 'thin' | 'task-update';

/** An HMAC-SHA256 in hex, over the body as it is sent. */
export interface NotificationSigning {
  secret: string;
  /** @default 'X-Webhook-Signature' */
  header?: string | undefined;
  /** What the header begins with. @default 'sha256=' */
  prefix?: string | undefined;
  /** Holds the time in seconds; what is signed is then the time, a full stop and the body. @default none */
  timestampHeader?: string | undefined;
}

/** How a notification is put on HTTP. The defaults are the commonest ways. */
export interface NotificationFormat {
  /** @default 'stream-response' */
  shape?: NotificationShape | undefined;
  /**
   * Holds the configuration's token; others are `A2A-Notification-Token` and `X-Webhook-Token`. In `Authorization` it
   * is a Bearer token.
   *
   * @default 'X-A2A-Notification-Token'
   */
  tokenHeader?: string | undefined;
  /** Whether the token is left out where the configuration has authentication. @default 'always' */
  token?: 'always' | 'without-authentication' | undefined;
  /** Which schemes of the configuration's authentication are sent, as `{scheme} {credentials}`. @default 'any' */
  authorization?: 'any' | 'bearer-or-basic' | 'never' | undefined;
  /** `'none'` sends no such header. @default 'application/json' */
  contentType?: string | undefined;
  /** @default none */
  sign?: NotificationSigning | undefined;
  /** Holds an id of the delivery, the same each time it is tried. @default none */
  deliveryIdHeader?: string | undefined;
}

export type Format = Filled<Omit<NotificationFormat, 'sign' | 'deliveryIdHeader'>> &
  Pick<NotificationFormat, 'sign' | 'deliveryIdHeader'>;

const shapes = ['stream-response', 'task', 'event', 'thin', 'task-update'];

/** Fills the defaults in; a value that makes no sense is a TypeError that names the option. */
export function readFormat(options: NotificationFormat, defaults: NotificationFormat = {}): Format {
  const { sign, deliveryIdHeader } = options;
  const format: Format = {
    shape: options.shape ?? defaults.shape ?? 'stream-response',
    tokenHeader: options.tokenHeader ?? defaults.tokenHeader ?? 'X-A2A-Notification-Token',
    token: options.token ?? 'always',
    authorization: options.authorization ?? 'any',
    contentType: options.contentType ?? 'application/json',
    ...(sign && { sign }),
    ...(deliveryIdHeader && { deliveryIdHeader }),
  };
  oneOf('shape', format.shape, shapes);
  oneOf('token', format.token, ['always', 'without-authentication']);
  oneOf('authorization', format.authorization, ['any', 'bearer-or-basic', 'never']);
  if (sign && !sign.secret) throw new TypeError('sign.secret must not be empty.');
  return format;
}

/** Refuses a value that is none of these, naming the option. */
export function oneOf<Value>(option: string, value: Value, values: readonly Value[]): void {
  if (values.includes(value)) return;
  throw new TypeError(`${option} must be one of ${values.join(', ')}, not "${value}".`);
}
