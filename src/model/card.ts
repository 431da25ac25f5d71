/** How a client reaches an agent: one url, one binding, one version. */
export interface AgentInterface {
  url: string;
  /** `'JSONRPC'`, `'HTTP+JSON'`, `'GRPC'`, or a name of the server's own. */
  protocolBinding: string;
  /** E.g. `'1.0'` or `'0.3.0'`; empty where the card does not say. */
  protocolVersion: string;
  tenant?: string;
}

export interface AgentExtension {
  uri: string;
  description?: string;
  required?: boolean;
  params?: Record<string, unknown>;
}

export interface AgentCapabilities {
  streaming?: boolean;
  pushNotifications?: boolean;
  extendedAgentCard?: boolean;
  extensions?: AgentExtension[];
}

export interface AgentSkill {
  id: string;
  name: string;
  description: string;
  tags: string[];
  examples?: string[];
  inputModes?: string[];
  outputModes?: string[];
}

/** One way to authenticate, flat: `type` says which, the other members belong to it (OpenAPI 3.2 names). */
export interface SecurityScheme {
  type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect' | 'mutualTLS' | 'unknown';
  [member: string]: unknown;
}

/** Scheme name → scopes; each entry of a card's list is one sufficient combination. */
export type SecurityRequirement = Record<string, string[]>;

/**
 * What an agent says of itself. v1.0 names, whatever version's card it was; the card as it came is `rawOf(card)`.
 *
 * Source: A2A specification 1.0, section 4.4.1 (AgentCard).
 */
export interface AgentCard {
  name: string;
  description: string;
  version: string;
  provider?: { organization?: string; url?: string };
  documentationUrl?: string;
  iconUrl?: string;
  /** In the server's order of preference; empty where the card has no url at all. */
  supportedInterfaces: AgentInterface[];
  capabilities: AgentCapabilities;
  defaultInputModes: string[];
  defaultOutputModes: string[];
  skills: AgentSkill[];
  securitySchemes: Record<string, SecurityScheme>;
  securityRequirements: SecurityRequirement[];
}
