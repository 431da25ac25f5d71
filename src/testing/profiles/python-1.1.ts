import { v1Writer } from '../writers/v1.js';
import type { Profile } from './profile.js';

export const python11: Profile = {
  dialect: '1.0',
  sides: {
    '1.0': { writer: v1Writer, bindings: ['JSONRPC', 'HTTP+JSON'] },
    '0.3': { writer: v1Writer, bindings: ['JSONRPC', 'HTTP+JSON'] },
  },
  defaults: {},
};
