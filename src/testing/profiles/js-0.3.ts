import { v03Writer } from '../writers/v03.js';
import type { Profile } from './profile.js';

export const js03: Profile = {
  dialect: '0.3',
  sides: {
    '0.3': { writer: v03Writer, bindings: ['JSONRPC', 'HTTP+JSON'] },
    '0.3': { writer: v03Writer, bindings: ['JSONRPC', 'HTTP+JSON'] },
  },
  defaults: {},
};
