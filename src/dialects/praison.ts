import type { Part } from '../model/part.js';
import type { Encoder } from './dialect.js';
import { notCarried } from './not-carried.js';
import { isObject } from './read.js';
import { untagged } from './v1.js';
import { v03 } from './v03.js';

/**
 * PraisonAI: the methods of 0.3, parts as in 1.0, and a list and cards of its own. It drops what it does not know, so
 * what it would drop is refused here.
 */
export const praison: Encoder = {
  dialect: 'praison',
  headers: {},
  methods: { ...v03.methods, extendedCard: 'agent/getExtendedCard', subscribe: '' },

  send: ({ kind, parts, ...message }, { returnImmediately, metadata }) => ({
    message: { ...message, parts: parts.map(encodePart) },
    // Which spelling is read depends on its version.
    configuration: returnImmediately ? { returnImmediately, return_immediately: true } : undefined,
    metadata,
  }),

  get: id => ({ id }),

  list: ({ contextId }) => ({ contextId }),

  about: id => ({ id }),

  push: ({ id, ...config }) => config,
};

function encodePart(part: Part): object {
  if (part.kind === 'data' && !isObject(part.data)) throw notCarried('only objects are carried as data');
  if (part.kind === 'file' && part.raw !== undefined) throw notCarried('files are carried by url only');
  const { filename: name, ...rest } = untagged(part);
  return { ...rest, name };
}
