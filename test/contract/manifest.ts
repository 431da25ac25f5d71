import { cards } from './cards.js';
import type { Entries } from './entry.js';
import { praison } from './praison.js';
import { refusals } from './refusals.js';
import { restV1 } from './rest.js';
import { restV03 } from './rest-v03.js';
import { sends } from './sends.js';
import { sdkServers } from './servers.js';
import { streams } from './streams.js';
import { tasks } from './tasks.js';

/** Every capture is in exactly one of these lists. */

/** Groups of `delivered`; a name in two of them would silently replace the first, so they stay apart. */
export const deliveredGroups: readonly Entries[] = [cards, sends, tasks, praison, refusals, streams];

/** Replayed through the client now. */
export const delivered: Entries = Object.assign({}, ...deliveredGroups);

const of = (servers: readonly string[], cases: readonly string[]) =>
  servers.flatMap(server => cases.map(name => `${server}/${name}`));

/** Which later work owes the others. */
export const owed: Readonly<Record<'push notifications', readonly string[]>> = {
  'push notifications': [
    ...of(sdkServers, [
      '29-push-create',
      '30-push-get',
      '31-push-list',
      '32-push-delete',
      '33-push-list-empty',
    ]),
    'praisonai-hybrid/23-push-set',
    ...of(['js-1.3.0-rest-v1'], ['18-push-create', '19-push-list', '20-push-get', '21-push-delete']),
    ...of(
      ['js-1.3.0-compat-rest-v03', 'py-0.3.26-rest-v03', 'py-1.1.0-compat-rest-v03'],
      ['19-push-create', '20-push-list', '21-push-get', '22-push-delete'],
    ),
  ],
};

/** Replayed over HTTP+JSON, by a test of their own. */
export const overRest: readonly string[] = [restV1, restV03].flatMap(Object.keys);

/** Not replayed, ever, and why. */
export const never: Readonly<Record<string, string>> = {
  'praisonai-hybrid/03-status':
    'not an A2A exchange: a health page of PraisonAI that the client has no use for',
};
