import type { Agent, ReferenceServerOptions } from 'a2a-await/testing';
import { js03Agent, jsAgent, praisonAgent, pythonAgent } from './agents.js';

/** A server that was recorded, and how to make ours like it. */
export interface Recording {
  options: Pick<ReferenceServerOptions, 'profile' | 'dialect' | 'bindings'>;
  /** Where it listened: its cards say so. */
  url: string;
  agent: Agent;
  /** Whether its card asked for a token, which it then did not look at. */
  bearer: boolean;
  push: boolean;
  /** Recorded one after the other with the same server. */
  folders: readonly string[];
}

const official = { bearer: true, push: true };

export const recordings: readonly Recording[] = [
  {
    options: { profile: 'python-1.1' },
    url: 'http://127.0.0.1:9101',
    agent: pythonAgent,
    ...official,
    folders: ['py-1.1.0-jsonrpc-v1'],
  },
  {
    options: { profile: 'js-1.3', bindings: ['JSONRPC', 'HTTP+JSON'] },
    url: 'http://127.0.0.1:9105',
    agent: jsAgent,
    ...official,
    folders: ['js-1.3.0-jsonrpc-v1', 'js-1.3.0-rest-v1'],
  },
  {
    options: { profile: 'python-0.3', bindings: ['JSONRPC', 'HTTP+JSON'] },
    url: 'http://127.0.0.1:9103',
    agent: pythonAgent,
    ...official,
    folders: ['py-0.3.26-jsonrpc-v03', 'py-0.3.26-rest-v03'],
  },
  {
    options: { profile: 'js-0.3' },
    url: 'http://127.0.0.1:9107',
    agent: js03Agent,
    ...official,
    folders: ['js-0.3.14-jsonrpc-v03'],
  },
  {
    options: { profile: 'praison' },
    url: 'http://127.0.0.1:9108',
    agent: praisonAgent,
    bearer: false,
    push: false,
    folders: ['praisonai-hybrid'],
  },
  {
    options: { profile: 'python-1.1', dialect: '0.3', bindings: ['JSONRPC', 'HTTP+JSON'] },
    url: 'http://127.0.0.1:9102',
    agent: pythonAgent,
    ...official,
    folders: ['py-1.1.0-compat-jsonrpc-v03', 'py-1.1.0-compat-rest-v03'],
  },
  {
    options: { profile: 'js-1.3', dialect: '0.3' },
    url: 'http://127.0.0.1:9106',
    agent: jsAgent,
    ...official,
    folders: ['js-1.3.0-compat-rest-v03'],
  },
];
