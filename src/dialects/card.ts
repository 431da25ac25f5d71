import * as z from 'zod/mini';
import type {
  AgentCard,
  AgentExtension,
  AgentInterface,
  AgentSkill,
  SecurityRequirement,
  SecurityScheme,
} from '../model/card.js';
import { rememberRaw } from '../model/raw.js';
import { compact } from './compact.js';
import {
  flag,
  identifier,
  isObject,
  lenient,
  lenientList,
  members,
  read,
  record,
  text,
  texts,
  wrongAt,
} from './read.js';

const wireInterface = members({
  url: text,
  protocolBinding: text,
  transport: text,
  protocolVersion: text,
  tenant: text,
});

const extension = z.pipe(
  members({ uri: identifier, description: text, required: flag, params: record }),
  z.transform((wire): AgentExtension => compact(wire)),
);

const skill = z.pipe(
  members({
    id: text,
    name: text,
    description: text,
    tags: texts,
    examples: texts,
    inputModes: texts,
    outputModes: texts,
  }),
  z.transform(
    ({ id = '', name = '', description = '', tags = [], ...rest }): AgentSkill =>
      compact({ id, name, description, tags, ...rest }),
  ),
);

const wireCard = members({
  name: text,
  description: text,
  version: text,
  provider: lenient(members({ organization: text, name: text, url: text })),
  documentationUrl: text,
  iconUrl: text,
  url: text,
  protocolVersion: text,
  preferredTransport: text,
  supportedInterfaces: lenientList(wireInterface),
  additionalInterfaces: lenientList(wireInterface),
  capabilities: lenient(
    members({
      streaming: flag,
      pushNotifications: flag,
      extendedAgentCard: flag,
      extensions: lenientList(extension),
    }),
  ),
  supportsAuthenticatedExtendedCard: flag,
  defaultInputModes: texts,
  defaultOutputModes: texts,
  skills: lenientList(skill),
  securitySchemes: record,
  securityRequirements: lenientList(record),
  security: lenientList(record),
});

/**
 * Reads a card of any version, merged or leaking as servers have them, into the 1.0 model.
 *
 * @throws {ResponseFormatError} if it is not a card at all
 */
export function decodeAgentCard(value: unknown, at = 'card'): AgentCard {
  const wire = read(wireCard, value, at);
  const {
    name = '',
    description = '',
    version = '',
    provider,
    documentationUrl,
    iconUrl,
    url,
    capabilities,
  } = wire;
  const { supportedInterfaces = [], additionalInterfaces = [], defaultInputModes = [], skills = [] } = wire;
  if (!name && !url && supportedInterfaces.length === 0) {
    throw wrongAt(at);
  }
  const { protocolVersion: ofCard = '', preferredTransport = 'JSONRPC', defaultOutputModes = [] } = wire;
  const offers =
    supportedInterfaces.length > 0
      ? supportedInterfaces
      : [{ ...noInterface, url, protocolBinding: preferredTransport }, ...additionalInterfaces];
  const card: AgentCard = compact({
    name,
    description,
    version,
    provider:
      provider && compact({ organization: provider.organization ?? provider.name, url: provider.url }),
    documentationUrl,
    iconUrl,
    supportedInterfaces: offers
      .flatMap(({ url, protocolBinding, transport = '', protocolVersion = ofCard, tenant }) =>
        url ? [compact({ url, protocolBinding: protocolBinding ?? transport, protocolVersion, tenant })] : [],
      )
      // Older cards name their main interface twice.
      .filter((offer, index, all) => index === all.findIndex(same => isSame(same, offer))),
    capabilities: compact({
      ...capabilities,
      extendedAgentCard: capabilities?.extendedAgentCard ?? wire.supportsAuthenticatedExtendedCard,
    }),
    defaultInputModes,
    defaultOutputModes,
    skills,
    securitySchemes: Object.fromEntries(
      Object.entries(wire.securitySchemes ?? {}).map(([name, scheme]) => [name, schemeOf(scheme)]),
    ),
    securityRequirements: (wire.securityRequirements ?? wire.security ?? []).map(requirementOf),
  });
  return rememberRaw(card, value);
}

function isSame(one: AgentInterface, other: AgentInterface): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const noInterface = { transport: undefined, protocolVersion: undefined, tenant: undefined };

const schemeTypes = ['apiKey', 'http', 'oauth2', 'openIdConnect', 'mutualTLS'] as const;

/**
 * Servers have four shapes: `{ type, … }`, `{ httpAuthSecurityScheme: { … } }`, `{ scheme: { $case, value } }` and
 * `{ http: { … } }`.
 */
function schemeOf(wire: unknown): SecurityScheme {
  if (!isObject(wire)) return { type: 'unknown' };
  const { type: named, scheme: wrapped, ...rest } = wire;
  const [name, body] = isObject(wrapped)
    ? [wrapped['$case'], wrapped['value']]
    : (Object.entries(rest).find(([key]) => typeOf(key)) ?? [named, wire]);
  const filled = Object.entries(isObject(body) ? body : {}).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(filled), type: typeOf(typeof name === 'string' ? name : '') ?? 'unknown' };
}

function typeOf(name: string): SecurityScheme['type'] | undefined {
  const word = name
    .toLowerCase()
    .replace(/(auth)?securityscheme$/, '')
    .replace('mtls', 'mutualtls');
  return schemeTypes.find(type => type.toLowerCase() === word);
}

/** `{ bearer: [] }`, or in 1.0 `{ schemes: { bearer: { list: [] } } }`. */
function requirementOf(wire: Record<string, unknown> | undefined): SecurityRequirement {
  const schemes = isObject(wire?.['schemes']) ? wire['schemes'] : (wire ?? {});
  return Object.fromEntries(
    Object.entries(schemes).map(([name, scopes]) => {
      const list = isObject(scopes) ? scopes['list'] : scopes;
      return [name, Array.isArray(list) ? list.filter(scope => typeof scope === 'string') : []];
    }),
  );
}
