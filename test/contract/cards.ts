import { A2AError, type AgentCard, MethodNotFoundError } from 'a2a-await';
import { type Capture, readCapture } from './capture.js';
import { type Entries, Failure, on, type Replayed } from './entry.js';
import { refusal } from './expected.js';
import type { Step } from './replay.js';
import { expectedCardRequest } from './request.js';
import { sdkServers, serverOf } from './servers.js';

/** What all SDK servers say of themselves in the recordings. */
const shared: Omit<AgentCard, 'name' | 'supportedInterfaces'> = {
  description: 'd',
  version: '1.0.0',
  provider: { organization: 'o', url: 'https://o' },
  capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
  defaultInputModes: ['text'],
  defaultOutputModes: ['text'],
  skills: [{ id: 's', name: 's', description: 's', tags: ['t'] }],
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
  securityRequirements: [{ bearer: [] }],
};
const { provider: _, ...sharedWithoutProvider } = shared;

const py1: AgentCard = {
  ...shared,
  name: 'py11',
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9101/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: 'http://127.0.0.1:9101/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
  ],
};
const js1Extended: AgentCard = {
  ...shared,
  name: 'js13',
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9105/jsonrpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: 'http://127.0.0.1:9105/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
  ],
};
const js1: AgentCard = {
  ...js1Extended,
  capabilities: { ...shared.capabilities, extensions: [] },
};
const py03: AgentCard = {
  ...sharedWithoutProvider,
  name: 'py03',
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9103/', protocolBinding: 'JSONRPC', protocolVersion: '0.3.0' },
    { url: 'http://127.0.0.1:9103/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '0.3.0' },
  ],
};
const js03: AgentCard = {
  ...shared,
  name: 'js03',
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9107/jsonrpc', protocolBinding: 'JSONRPC', protocolVersion: '0.3.0' },
    { url: 'http://127.0.0.1:9107/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '0.3.0' },
  ],
};
const py1cExtended: AgentCard = {
  ...shared,
  name: 'py11',
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9102/', protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
    { url: 'http://127.0.0.1:9102/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '0.3' },
  ],
};
const py1c: AgentCard = {
  ...py1cExtended,
  supportedInterfaces: [
    { url: 'http://127.0.0.1:9102/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: 'http://127.0.0.1:9102/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
    ...py1cExtended.supportedInterfaces,
  ],
};
const praison: AgentCard = {
  name: 'P',
  description: 'r. g',
  version: '1.0.0',
  provider: { organization: 'PraisonAI' },
  supportedInterfaces: [
    { url: 'http://localhost:9108/a2a', protocolBinding: 'JSONRPC', protocolVersion: '' },
  ],
  capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
  defaultInputModes: [],
  defaultOutputModes: [],
  skills: [],
  securitySchemes: {},
  securityRequirements: [],
};

/** What `connect` and `getAgentCard` are to say. */
function found(card: AgentCard, dialect: string, endpoint: string): Pick<Replayed, 'call' | 'expect'> {
  return {
    call: async client => ({ connection: await client.connect(), card: await client.getAgentCard() }),
    expect: () => ({ connection: { dialect, binding: 'JSONRPC', endpoint, card }, card }),
  };
}

const byServer = {
  'py-1.1.0-jsonrpc-v1': found(py1, '1.0', 'http://127.0.0.1:9101/'),
  'js-1.3.0-jsonrpc-v1': found(js1, '1.0', 'http://127.0.0.1:9105/jsonrpc'),
  'py-0.3.26-jsonrpc-v03': found(py03, '0.3', 'http://127.0.0.1:9103/'),
  'js-0.3.14-jsonrpc-v03': found(js03, '0.3', 'http://127.0.0.1:9107/jsonrpc'),
  // Left to itself the client takes the newer of the two dialects.
  'py-1.1.0-compat-jsonrpc-v03': found(py1c, '1.0', 'http://127.0.0.1:9102/'),
} as const;

/** With our header, as always. */
const asked = (capture: Capture): Step[] => [{ request: expectedCardRequest(capture), answer: capture }];

/** As in a browser whose preflight the server refuses: asked again without the header. */
const askedAgain = (capture: Capture): Step[] => [
  { request: expectedCardRequest(capture), answer: 'connection fails' },
  { request: expectedCardRequest(capture, null), answer: capture },
];

/** A server without a card at the newer path: what it has at the older one counts. */
const askedAtLegacyPath = (capture: Capture): Step[] => [
  {
    request: {
      ...expectedCardRequest(capture),
      url: `${serverOf(capture.server).origin}/.well-known/agent-card.json`,
    },
    answer: 404,
  },
  ...asked(capture),
];

const withoutCard = sdkServers.filter(server => server !== 'py-0.3.26-jsonrpc-v03');

/** PraisonAI: 404 at the newer path, then the card at the older one. */
const praisonDiscovery: Replayed = {
  ...found(praison, 'praison', 'http://127.0.0.1:9108/a2a'),
  script: () =>
    ['02-card-new-path', '01-card'].flatMap(name => asked(readCapture(`praisonai-hybrid/${name}`))),
  warnings: ['card-url-corrected'],
};

const extended = {
  call: (client: { getExtendedAgentCard(): Promise<AgentCard> }) => client.getExtendedAgentCard(),
};

export const cards: Entries = {
  ...Object.assign(
    {},
    ...sdkServers.map(server => on([server], '01-card', { ...byServer[server], script: asked })),
  ),
  ...Object.assign(
    {},
    ...sdkServers.map(server =>
      on([server], '02-card-no-header', { ...byServer[server], script: askedAgain, options: { retry: 0 } }),
    ),
  ),
  'py-0.3.26-jsonrpc-v03/03-card-legacy-path': {
    ...byServer['py-0.3.26-jsonrpc-v03'],
    script: askedAtLegacyPath,
  },
  // The endpoint is known, so that it is the card alone that is looked for.
  ...on(withoutCard, '03-card-legacy-path', {
    call: client => client.getAgentCard(),
    expect: () => new Failure(A2AError, { code: 'no-card' }),
    direct: true,
    script: askedAtLegacyPath,
  }),
  'praisonai-hybrid/01-card': praisonDiscovery,
  'praisonai-hybrid/02-card-new-path': praisonDiscovery,

  'py-1.1.0-jsonrpc-v1/34-extended-card': { ...extended, expect: () => py1 },
  'js-1.3.0-jsonrpc-v1/34-extended-card': { ...extended, expect: () => js1Extended },
  'py-0.3.26-jsonrpc-v03/34-extended-card': { ...extended, expect: () => py03 },
  'js-0.3.14-jsonrpc-v03/34-extended-card': { ...extended, expect: () => js03 },
  'py-1.1.0-compat-jsonrpc-v03/34-extended-card': { ...extended, expect: () => py1cExtended },
  'praisonai-hybrid/24-extended-card': { ...extended, expect: () => praison },
  'praisonai-hybrid/25-extended-card-v03-name': {
    call: client => client.callMethod('agent/getAuthenticatedExtendedCard', {}),
    verbatim: true,
    expect: refusal(MethodNotFoundError, -32601, 'Method not found: agent/getAuthenticatedExtendedCard'),
  },
};
