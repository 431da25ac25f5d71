import type { TaskState } from '../../model/state.js';
import { type Mishap, mishaps, readMishap } from '../mishap.js';
import { type Delivery, type DeliveryOptions, readDelivery } from './deliver.js';
import { type Format, type NotificationFormat, oneOf, readFormat } from './format.js';
import type { Occasion } from './shapes.js';

/** A notification that is about to be sent. */
export interface UpcomingNotification {
  /** Counts the notifications of this server, from 1. */
  nth: number;
  taskId: string;
  kind: Occasion['kind'];
  /** What it says of the task, if that. */
  state?: TaskState;
}

/** Ways of single servers, which clients have to cope with. The defaults are those of most. */
export interface PushQuirks {
  /** The error for a configuration that is not there. @default -32001, of PraisonAI -32000 */
  unknownConfig?: -32001 | -32003 | -32000 | -32603 | undefined;
  /** Whether configurations of tasks that are not there are refused. PraisonAI's never are. @default true */
  checksTask?: boolean | undefined;
  /** The id of a configuration that came without one. @default 'task' */
  newId?: 'task' | 'uuid' | undefined;
  /** Whether a `get` gives the first configuration of the task, whichever it asked for. @default false */
  getIgnoresId?: boolean | undefined;
  /** What a `delete` gives; `'nothing'` is no result at all, over HTTP+JSON a 204. @default as the dialect's servers */
  deleted?: 'null' | 'empty' | 'nothing' | 'deleted' | undefined;
  /** What becomes of a `delete` of what is not there, which in 1.0 does no harm. @default 'fine' in 1.0, else 'refused' */
  deletedAgain?: 'fine' | 'refused' | undefined;
  /** What a `list` gives; `'null'` is for where there are none. @default as the dialect's servers */
  listed?: 'configs' | 'array' | 'null' | undefined;
  /** Whether 1.0 wraps configurations, `{ taskId, config }`. @default false */
  nested?: boolean | undefined;
  /** Whether 1.0 over HTTP+JSON finds the id of the task in the path, or in the body only. @default 'path' */
  taskIdIn?: 'path' | 'body' | undefined;
  /** What 0.3 over HTTP+JSON takes: `{ config: { pushNotificationConfig } }`, or without `config`. @default 'wrapped' */
  restBody?: 'wrapped' | 'bare' | undefined;
}

/** How a server sends notifications, and how it is asked to. */
export interface PushOptions extends NotificationFormat, DeliveryOptions {
  /** Which methods there are; the card promises notifications unless there is none. @default 'all' */
  methods?: 'all' | 'no-delete' | 'set-only' | 'none' | undefined;
  /**
   * What the other methods are refused with: a code of JSON-RPC, or a status of HTTP.
   *
   * @default -32003, of PraisonAI -32601
   */
  refusal?: -32003 | -32004 | -32601 | 404 | 405 | 501 | undefined;
  /** What becomes of a configuration that comes with a message; PraisonAI ignores it. @default 'use' */
  inBand?: 'use' | 'ignore' | 'refuse' | undefined;
  quirks?: PushQuirks | undefined;
  /** No real server tries again. @default 0 */
  retries?: number | undefined;
  /** Whether a send is answered only when the notifications so far were delivered. @default false */
  early?: boolean | undefined;
  /** Whether the agent waits for each delivery. @default false */
  holdAgent?: boolean | undefined;
  /**
   * What goes wrong on the way: the same as may with the events of a stream, but that a webhook is deaf where all is
   * lost. The next one is the next of the same webhook. A function is asked for each notification; `undefined` lets
   * it through.
   *
   * @default undefined
   * @example mishap: ({ nth }) => (nth === 2 ? 'lose' : undefined)
   * @example mishap: { delay: 500 }
   */
  mishap?: Mishap | ((notification: UpcomingNotification) => Mishap | undefined) | undefined;
}

export interface PushSettings {
  methods: NonNullable<PushOptions['methods']>;
  refusal: NonNullable<PushOptions['refusal']>;
  inBand: NonNullable<PushOptions['inBand']>;
  quirks: PushQuirks;
  early: boolean;
  holdAgent: boolean;
  mishapOf(notification: UpcomingNotification): Mishap | undefined;
  format: Format;
  delivery: Delivery;
}

const off: PushOptions = { methods: 'none', inBand: 'refuse' };

const formats: Record<'1.0' | '0.3' | 'praison', NotificationFormat> = {
  '1.0': { shape: 'stream-response' },
  '0.3': { shape: 'task' },
  praison: { shape: 'thin', tokenHeader: 'X-Webhook-Token' },
};

/** Fills the defaults in; a value that makes no sense is a TypeError that names the option. */
export function readPush(option: boolean | PushOptions, dialect: '1.0' | '0.3' | 'praison'): PushSettings {
  const options = typeof option === 'object' ? option : option ? {} : off;
  const settings: PushSettings = {
    methods: options.methods ?? 'all',
    refusal: options.refusal ?? (dialect === 'praison' ? -32601 : -32003),
    inBand: options.inBand ?? 'use',
    quirks: options.quirks ?? {},
    early: options.early ?? false,
    holdAgent: options.holdAgent ?? false,
    mishapOf: readMishap('push.mishap', options.mishap, mishaps),
    format: readFormat(options, formats[dialect]),
    delivery: readDelivery(options, 0),
  };
  oneOf('push.methods', settings.methods, ['all', 'no-delete', 'set-only', 'none']);
  oneOf('push.refusal', settings.refusal, [-32003, -32004, -32601, 404, 405, 501]);
  oneOf('push.inBand', settings.inBand, ['use', 'ignore', 'refuse']);
  return settings;
}
