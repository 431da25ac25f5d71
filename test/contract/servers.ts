import type { Dialect } from 'a2a-await';

/** A recorded server, as its captures show it. */
export interface Server {
  origin: string;
  /** Path of its endpoint. */
  endpoint: string;
  dialect: Dialect;
  /** Its card leads to another dialect than the one that was recorded, so the client is told. */
  told: boolean;
  /** The captures that answer discovery, in the order of asking. */
  cards: readonly string[];
  /** What the client warns of when it goes by that card. */
  warnings: readonly string[];
}

const oneCard = { cards: ['01-card'], warnings: [], told: false };

export const servers: Readonly<Record<string, Server>> = {
  'py-1.1.0-jsonrpc-v1': { origin: 'http://127.0.0.1:9101', endpoint: '/', dialect: '1.0', ...oneCard },
  'js-1.3.0-jsonrpc-v1': {
    origin: 'http://127.0.0.1:9105',
    endpoint: '/jsonrpc',
    dialect: '1.0',
    ...oneCard,
  },
  'py-0.3.26-jsonrpc-v03': { origin: 'http://127.0.0.1:9103', endpoint: '/', dialect: '0.3', ...oneCard },
  'js-0.3.14-jsonrpc-v03': {
    origin: 'http://127.0.0.1:9107',
    endpoint: '/jsonrpc',
    dialect: '0.3',
    ...oneCard,
  },
  // Speaks both; its captures are of the older one.
  'py-1.1.0-compat-jsonrpc-v03': {
    origin: 'http://127.0.0.1:9102',
    endpoint: '/',
    dialect: '0.3',
    ...oneCard,
    told: true,
  },
  'praisonai-hybrid': {
    origin: 'http://127.0.0.1:9108',
    endpoint: '/a2a',
    dialect: 'praison',
    cards: ['02-card-new-path', '01-card'],
    // Its card says "localhost", whatever the address it was asked at.
    warnings: ['card-url-corrected'],
    told: false,
  },
};

export const v1Servers = ['py-1.1.0-jsonrpc-v1', 'js-1.3.0-jsonrpc-v1'] as const;
export const v03Servers = [
  'py-0.3.26-jsonrpc-v03',
  'js-0.3.14-jsonrpc-v03',
  'py-1.1.0-compat-jsonrpc-v03',
] as const;
export const sdkServers = [...v1Servers, ...v03Servers] as const;

export function serverOf(name: string): Server {
  const server = servers[name];
  if (!server) throw new Error(`${name} is no server in servers.ts.`);
  return server;
}
