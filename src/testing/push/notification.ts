import type { PushNotificationConfig } from '../../model/push-notification.js';
import type { Json } from '../fields.js';
import type { Format, NotificationSigning } from './format.js';
import { NotificationError } from './notification-error.js';

/** A notification, ready to be sent. */
export interface Notification {
  url: string;
  headers: Headers;
  /** As bytes: of a text, `fetch` makes up the type. (So spelled that TypeScript before 5.7 knows it.) */
  body: ReturnType<typeof Uint8Array.of>;
}

/** @throws NotificationError if no header can hold the token or the credentials */
export async function writeNotification(
  { url, token, authentication }: PushNotificationConfig,
  body: Json,
  { contentType, tokenHeader, sign, deliveryIdHeader, ...format }: Format,
  now: () => number = Date.now,
): Promise<Notification> {
  const headers = new Headers();
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  if (contentType !== 'none') headers.set('content-type', contentType);
  const { scheme = '', credentials } = authentication ?? {};
  const isSent =
    format.authorization === 'any' ||
    (format.authorization === 'bearer-or-basic' && ['Bearer', 'Basic'].includes(scheme));
  try {
    if (credentials && isSent) headers.set('authorization', `${scheme} ${credentials}`);
    if (token && !(authentication && format.token === 'without-authentication')) {
      const isBearer = tokenHeader.toLowerCase() === 'authorization';
      headers.set(tokenHeader, isBearer ? `Bearer ${token}` : token);
    }
  } catch {
    // Its own words would repeat them.
    throw new NotificationError('refused', 'No header can hold the token or the credentials.');
  }
  if (deliveryIdHeader) headers.set(deliveryIdHeader, crypto.randomUUID());
  if (sign) await addSignature(headers, bytes, sign, now());
  return { url, headers, body: bytes };
}

async function addSignature(
  headers: Headers,
  body: Uint8Array,
  sign: NotificationSigning,
  now: number,
): Promise<void> {
  const { secret, header = 'X-Webhook-Signature', prefix = 'sha256=', timestampHeader } = sign;
  const encoder = new TextEncoder();
  const time = timestampHeader && String(Math.floor(now / 1000));
  if (timestampHeader && time) headers.set(timestampHeader, time);
  const before = encoder.encode(time ? `${time}.` : '');
  const signed = new Uint8Array(before.length + body.length);
  signed.set(before);
  signed.set(body, before.length);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
  const hex = [...mac].map(byte => byte.toString(16).padStart(2, '0')).join('');
  headers.set(header, prefix + hex);
}
