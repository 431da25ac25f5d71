import { agnoBase } from '../dialects/detect.js';
import type { Binding, Dialect, Encoder } from '../dialects/dialect.js';
import { praison } from '../dialects/praison.js';
import { v1 } from '../dialects/v1.js';
import { v03 } from '../dialects/v03.js';
import { v03Rest } from '../dialects/v03-rest.js';
import type { AgentCard } from '../model/card.js';

/** How an agent is reached, as `client.connect()` tells it. */
export interface Connection {
  dialect: Dialect;
  binding: Binding;
  /** Where calls are posted; for HTTP+JSON what their paths begin with. */
  endpoint: string;
  /** Absent if the agent has none, or the option `endpoint` skipped it. */
  card?: AgentCard;
}

/** How to call an agent. */
export interface Link {
  encoder: Encoder;
  binding: Binding;
  endpoint: URL;
  tenant?: string | undefined;
  /** The card; the extended one, once that was fetched. */
  card?: AgentCard | undefined;
  /** The public one, by which this link was found. */
  publicCard?: AgentCard | undefined;
  /** What to speak if the server refuses the dialect; forgotten once it accepted one. */
  otherwise?: Dialect | undefined;
  /** What the card said instead, until the server has accepted the correction. */
  corrects?: Dialect | undefined;
}

const encoders: Readonly<Record<Dialect, Encoder>> = { '1.0': v1, '0.3': v03, praison };

export function encoderOf(dialect: Dialect, binding: Binding): Encoder {
  return binding === 'HTTP+JSON' && dialect === '0.3' ? v03Rest : encoders[dialect];
}

/** Where a method is posted: one url for all, but for Agno, where each has its own. */
export function urlOfMethod(endpoint: URL, method: string): URL {
  const base = agnoBase(endpoint.href);
  return base ? new URL(`${base}/${method.replace('/', ':')}`) : endpoint;
}

export function connectionOf({ encoder, binding, endpoint, card }: Link): Connection {
  return { dialect: encoder.dialect, binding, endpoint: endpoint.href, ...(card ? { card } : {}) };
}
