import type {
  AgentCapabilities,
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
  members,
  objectAt,
  type Reader,
  record,
  text,
  texts,
  wrongAt,
} from './read.js';

const strings = (value: unknown) => texts(value) ?? [];

const extension = members<AgentExtension>({
  uri: identifier,
  description: text,
  required: flag,
  params: record,
});

const skill = members<AgentSkill>({
  id: identifier,
  name: identifier,
  description: identifier,
  tags: strings,
  examples: texts,
  inputModes: texts,
  outputModes: texts,
});

const capabilitiesOf = members<AgentCapabilities>({
  streaming: flag,
  pushNotifications: flag,
  extendedAgentCard: flag,
  extensions: value => (Array.isArray(value) ? eachIn(value, extension) : undefined),
});

/** What is read the same in all versions. */
const readCommon = members<Omit<AgentCard, 'supportedInterfaces' | 'capabilities' | 'securityRequirements'>>({
  name: identifier,
  description: identifier,
  version: identifier,
  provider: value => {
    const provider = record(value);
    return (
      provider &&
      compact({
        organization: text(provider['organization']) ?? text(provider['name']),
        url: text(provider['url']),
      })
    );
  },
  documentationUrl: text,
  iconUrl: text,
  defaultInputModes: strings,
  defaultOutputModes: strings,
  skills: value => eachIn(value, skill),
  securitySchemes: value => mapped(value, schemeOf),
});

/**
 * Reads a card of any version, merged or leaking as servers have them, into the 1.0 model.
 *
 * @throws {ResponseFormatError} if it is not a card at all
 */
export function decodeAgentCard(value: unknown, at = 'card'): AgentCard {
  const wire = objectAt(value, '', at);
  const common = readCommon(wire, '', at);
  const url = text(wire['url']);
  const supported = eachIn(wire['supportedInterfaces'], objectAt);
  if (!common.name && !url && supported.length === 0) throw wrongAt('', at);
  const main = { url, protocolBinding: text(wire['preferredTransport']) ?? 'JSONRPC' };
  const offers = supported.length > 0 ? supported : [main, ...eachIn(wire['additionalInterfaces'], objectAt)];
  // Older cards name their main interface twice.
  const interfaces = new Map<string, AgentInterface>();
  for (const offer of offers) {
    const offered = interfaceOf(offer, identifier(wire['protocolVersion']));
    if (offered.url) interfaces.set(JSON.stringify(offered), offered);
  }
  const capabilities = capabilitiesOf(record(wire['capabilities']) ?? {}, '', '');
  const extendedAgentCard = capabilities.extendedAgentCard ?? flag(wire['supportsAuthenticatedExtendedCard']);
  const requirements = wire['securityRequirements'] ?? wire['security'];
  const card: AgentCard = {
    ...common,
    supportedInterfaces: [...interfaces.values()],
    capabilities: compact({ ...capabilities, extendedAgentCard }),
    // Not made camelCase: its members are names of schemes.
    securityRequirements: eachIn(requirements, requirementOf),
  };
  return rememberRaw(card, value);
}

/** Each member of an object, read. */
function mapped<Value>(value: unknown, read: (member: unknown) => Value): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record(value) ?? {}).map(([name, member]) => [name, read(member)]),
  );
}

/** The objects of a list, read; whatever else there may be does not matter. */
function eachIn<Item>(value: unknown, read: Reader<Item>): Item[] {
  return Array.isArray(value) ? value.filter(isObject).map(item => read(item, '', '')) : [];
}

function interfaceOf(wire: Record<string, unknown>, versionOfCard: string): AgentInterface {
  return compact({
    url: text(wire['url']) ?? '',
    protocolBinding: text(wire['protocolBinding']) ?? identifier(wire['transport']),
    protocolVersion: text(wire['protocolVersion']) ?? versionOfCard,
    tenant: text(wire['tenant']),
  });
}

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
  const filled = Object.entries(record(body) ?? {}).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(filled), type: typeOf(identifier(name)) ?? 'unknown' };
}

function typeOf(name: string): SecurityScheme['type'] | undefined {
  const word = name
    .toLowerCase()
    .replace(/(auth)?securityscheme$/, '')
    .replace('mtls', 'mutualtls');
  return schemeTypes.find(type => type.toLowerCase() === word);
}

/** `{ bearer: [] }`, or in 1.0 `{ schemes: { bearer: { list: [] } } }`. */
function requirementOf(value: unknown): SecurityRequirement {
  return mapped(record(value)?.['schemes'] ?? value, scopes => strings(record(scopes)?.['list'] ?? scopes));
}
