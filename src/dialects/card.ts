import * as z from 'zod/mini';
import { ResponseFormatError } from '../errors/wire.js';
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
  isObject,
  lenient,
  members,
  optionalFlag,
  optionalList,
  optionalObject,
  optionalText,
  optionalTexts,
  read,
} from './read.js';

const wireInterface = members({
  url: optionalText,
  protocolBinding: optionalText,
  transport: optionalText,
  protocolVersion: optionalText,
  tenant: optionalText,
});

const extension = z.pipe(
  members({ uri: z.string(), description: optionalText, required: optionalFlag, params: optionalObject }),
  z.transform(
    ({ uri, description, required, params }): AgentExtension =>
      compact({ uri, description, required, params }),
  ),
);

const skill = z.pipe(
  members({
    id: optionalText,
    name: optionalText,
    description: optionalText,
    tags: optionalTexts,
    examples: optionalTexts,
    inputModes: optionalTexts,
    outputModes: optionalTexts,
  }),
  z.transform(
    ({ id = '', name = '', description = '', tags = [], examples, inputModes, outputModes }): AgentSkill =>
      compact({ id, name, description, tags, examples, inputModes, outputModes }),
  ),
);

const wireCard = members({
  name: optionalText,
  description: optionalText,
  version: optionalText,
  provider: lenient(members({ organization: optionalText, name: optionalText, url: optionalText })),
  documentationUrl: optionalText,
  iconUrl: optionalText,
  url: optionalText,
  protocolVersion: optionalText,
  preferredTransport: optionalText,
  supportedInterfaces: lenient(z.array(wireInterface)),
  additionalInterfaces: lenient(z.array(wireInterface)),
  capabilities: lenient(
    members({
      streaming: optionalFlag,
      pushNotifications: optionalFlag,
      extendedAgentCard: optionalFlag,
      extensions: lenient(z.array(extension)),
    }),
  ),
  supportsAuthenticatedExtendedCard: optionalFlag,
  defaultInputModes: optionalTexts,
  defaultOutputModes: optionalTexts,
  skills: lenient(z.array(skill)),
  securitySchemes: optionalObject,
  securityRequirements: optionalList,
  security: optionalList,
});

type WireCard = z.infer<typeof wireCard>;

/**
 * Reads a card of any version, merged or leaking as servers have them, into the 1.0 model.
 *
 * @throws {ResponseFormatError} if it is not a card at all
 */
export function decodeAgentCard(value: unknown, at = 'card'): AgentCard {
  const wire = read(wireCard, value, at);
  if (!wire.name && !wire.url && !wire.supportedInterfaces?.length) {
    throw new ResponseFormatError(`This is not an agent card: ${at} has neither "name" nor "url".`, at);
  }
  const { name = '', description = '', version = '', provider, documentationUrl, iconUrl } = wire;
  const { defaultInputModes = [], defaultOutputModes = [], skills = [] } = wire;
  const card: AgentCard = compact({
    name,
    description,
    version,
    provider:
      provider && compact({ organization: provider.organization ?? provider.name, url: provider.url }),
    documentationUrl,
    iconUrl,
    supportedInterfaces: interfacesOf(wire),
    capabilities: capabilitiesOf(wire),
    defaultInputModes,
    defaultOutputModes,
    skills,
    securitySchemes: schemesOf(wire.securitySchemes ?? {}),
    securityRequirements: (wire.securityRequirements ?? wire.security ?? []).map(requirementOf),
  });
  return rememberRaw(card, value);
}

function interfacesOf(wire: WireCard): AgentInterface[] {
  const listed = [...(wire.supportedInterfaces ?? [])];
  if (listed.length === 0) {
    listed.push(
      { url: wire.url, protocolBinding: wire.preferredTransport ?? 'JSONRPC' },
      ...(wire.additionalInterfaces ?? []),
    );
  }
  const seen = new Set<string>();
  return listed.flatMap(({ url, protocolBinding, transport, protocolVersion, tenant }) => {
    const binding = (protocolBinding ?? transport ?? '').toUpperCase();
    const version = protocolVersion ?? wire.protocolVersion ?? '';
    const key = `${binding} ${version} ${url}`;
    if (!url || seen.has(key)) return [];
    seen.add(key);
    return [compact({ url, protocolBinding: binding, protocolVersion: version, tenant })];
  });
}

function capabilitiesOf({ capabilities, supportsAuthenticatedExtendedCard }: WireCard): AgentCapabilities {
  const { streaming, pushNotifications, extendedAgentCard, extensions } = capabilities ?? {};
  return compact({
    streaming,
    pushNotifications,
    extendedAgentCard: extendedAgentCard ?? supportsAuthenticatedExtendedCard,
    extensions,
  });
}

const schemeTypes: Readonly<Record<string, SecurityScheme['type']>> = {
  apikey: 'apiKey',
  http: 'http',
  httpauth: 'http',
  oauth2: 'oauth2',
  openidconnect: 'openIdConnect',
  mutualtls: 'mutualTLS',
  mtls: 'mutualTLS',
};

function schemesOf(wire: Record<string, unknown>): Record<string, SecurityScheme> {
  const schemes = Object.entries(wire).filter(([, scheme]) => isObject(scheme));
  return Object.fromEntries(
    schemes.map(([name, scheme]) => [name, schemeOf(scheme as Record<string, unknown>)]),
  );
}

/** Four shapes: `{ type, … }`, `{ httpAuthSecurityScheme: { … } }`, `{ scheme: { $case, value } }`, `{ http: { … } }`. */
function schemeOf(wire: Record<string, unknown>): SecurityScheme {
  const { scheme } = wire;
  const [name, body] =
    isObject(scheme) && isObject(scheme['value'])
      ? [String(scheme['$case']), scheme['value']]
      : (Object.entries(wire).find(
          (entry): entry is [string, Record<string, unknown>] =>
            isObject(entry[1]) && typeOf(entry[0]) !== undefined,
        ) ?? ['', wire]);
  const { type: named, ...rest } = body;
  return { ...rest, type: typeOf(typeof named === 'string' ? named : name) ?? 'unknown' };
}

function typeOf(name: string): SecurityScheme['type'] | undefined {
  const word = name.replace(/SecurityScheme$/i, '').toLowerCase();
  return Object.hasOwn(schemeTypes, word) ? schemeTypes[word] : undefined;
}

/** `{ bearer: [] }`, or in 1.0 `{ schemes: { bearer: { list: [] } } }`. */
function requirementOf(wire: unknown): SecurityRequirement {
  const schemes = isObject(wire) && isObject(wire['schemes']) ? wire['schemes'] : wire;
  if (!isObject(schemes)) return {};
  return Object.fromEntries(
    Object.entries(schemes).map(([name, scopes]) => {
      const list = isObject(scopes) ? scopes['list'] : scopes;
      return [name, Array.isArray(list) ? list.map(String) : []];
    }),
  );
}
