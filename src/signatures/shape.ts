import type { Json } from './json.js';

/**
 * What protobuf knows of a field, which decides whether its default value is part of what is signed.
 *
 * - `plain`: nothing tells its default value from none at all, so that it is never signed.
 * - `present`: a message or an `optional` field; signed whatever its value, if it is there.
 * - `required`: signed whatever its value.
 */
export interface Field {
  readonly presence: 'plain' | 'present' | 'required';
  /** The default value of a required field. */
  readonly empty?: Json;
  /** What it holds, if that is messages. */
  readonly holds?: { readonly as: 'one' | 'list' | 'map'; readonly shape: Shape };
}

export type Shape = ReadonlyMap<string, Field>;

const plain: Field = { presence: 'plain' };
const optional: Field = { presence: 'present' };
const requiredText: Field = { presence: 'required', empty: '' };
const requiredList: Field = { presence: 'required', empty: [] };
const requiredMap: Field = { presence: 'required', empty: {} };

const message = (fields: Record<string, Field>): Shape => new Map(Object.entries(fields));
const one = (shape: Shape): Field => ({ presence: 'present', holds: { as: 'one', shape } });
const list = (shape: Shape): Field => ({ presence: 'plain', holds: { as: 'list', shape } });
const map = (shape: Shape): Field => ({ presence: 'plain', holds: { as: 'map', shape } });
const required = (field: Field, empty: Json): Field => ({ ...field, presence: 'required', empty });

const agentInterface = message({
  url: requiredText,
  protocolBinding: requiredText,
  tenant: plain,
  protocolVersion: requiredText,
});

const provider = message({ url: requiredText, organization: requiredText });

const extension = message({
  uri: plain,
  description: plain,
  required: plain,
  // A Struct: whatever is in it was put there.
  params: optional,
});

const capabilities = message({
  streaming: optional,
  pushNotifications: optional,
  extensions: list(extension),
  extendedAgentCard: optional,
});

const securityRequirement = message({ schemes: map(message({ list: plain })) });

const skill = message({
  id: requiredText,
  name: requiredText,
  description: requiredText,
  tags: requiredList,
  examples: plain,
  inputModes: plain,
  outputModes: plain,
  securityRequirements: list(securityRequirement),
});

const flows = message({
  authorizationCode: one(
    message({
      authorizationUrl: requiredText,
      tokenUrl: requiredText,
      refreshUrl: plain,
      scopes: requiredMap,
      pkceRequired: plain,
    }),
  ),
  clientCredentials: one(message({ tokenUrl: requiredText, refreshUrl: plain, scopes: requiredMap })),
  implicit: one(message({ authorizationUrl: plain, refreshUrl: plain, scopes: plain })),
  password: one(message({ tokenUrl: plain, refreshUrl: plain, scopes: plain })),
  deviceCode: one(
    message({
      deviceAuthorizationUrl: requiredText,
      tokenUrl: requiredText,
      refreshUrl: plain,
      scopes: requiredMap,
    }),
  ),
});

const securityScheme = message({
  apiKeySecurityScheme: one(message({ description: plain, location: requiredText, name: requiredText })),
  httpAuthSecurityScheme: one(message({ description: plain, scheme: requiredText, bearerFormat: plain })),
  oauth2SecurityScheme: one(
    message({ description: plain, flows: required(one(flows), {}), oauth2MetadataUrl: plain }),
  ),
  openIdConnectSecurityScheme: one(message({ description: plain, openIdConnectUrl: requiredText })),
  mtlsSecurityScheme: one(message({ description: plain })),
});

/** Source: A2A 1.0, specification/a2a.proto, AgentCard and what it is made of; without `signatures`. */
export const agentCard = message({
  name: requiredText,
  description: requiredText,
  supportedInterfaces: required(list(agentInterface), []),
  provider: one(provider),
  version: requiredText,
  documentationUrl: optional,
  capabilities: required(one(capabilities), {}),
  securitySchemes: map(securityScheme),
  securityRequirements: list(securityRequirement),
  defaultInputModes: requiredList,
  defaultOutputModes: requiredList,
  skills: required(list(skill), []),
  iconUrl: optional,
});
