import { cards } from './cards.js';
import type { Entries } from './entry.js';
import { praison } from './praison.js';
import { push } from './push.js';
import { refusals } from './refusals.js';
import { restV1 } from './rest.js';
import { restV03 } from './rest-v03.js';
import { sends } from './sends.js';
import { streams } from './streams.js';
import { tasks } from './tasks.js';

/** Every capture is in exactly one of these lists. */

/** Groups of `delivered`; a name in two of them would silently replace the first, so they stay apart. */
export const deliveredGroups: readonly Entries[] = [cards, sends, tasks, praison, refusals, streams, push];

/** Replayed through the client now. */
export const delivered: Entries = Object.assign({}, ...deliveredGroups);

/** Which later work owes the others: none. */
export const owed: Readonly<Record<string, readonly string[]>> = {};

/** Replayed over HTTP+JSON, by a test of their own. */
export const overRest: readonly string[] = [restV1, restV03].flatMap(Object.keys);

/** Not replayed, ever, and why. */
export const never: Readonly<Record<string, string>> = {
  'praisonai-hybrid/03-status':
    'not an A2A exchange: a health page of PraisonAI that the client has no use for',
};
