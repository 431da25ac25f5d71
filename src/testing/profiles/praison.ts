import { praisonWriter } from '../writers/praison.js';
import type { Profile } from './profile.js';

/** `praisonaiagents.ui.a2a`, after which the dialect's own writer is made. */
export const praison: Profile = {
  dialect: 'praison',
  sides: { praison: { writer: { ...praisonWriter, caching: 'none' }, bindings: ['JSONRPC'] } },
};
