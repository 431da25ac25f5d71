import { type Json, withoutEmpty } from '../fields.js';
import { v1Security } from '../server-auth.js';
import type { ServerExtension } from '../server-extension.js';
import type { CardFacts } from './writer.js';

/** Who offers the agent, where a card says so. */
export const provider: Json = { url: 'https://example.com', organization: 'a2a-await' };

/** The card of an agent of A2A 1.0. */
export function v1Card(facts: CardFacts): Json {
  const { interfaces, tenant, streaming, pushNotifications, extendedCard, extensions } = facts;
  return {
    name: 'Reference agent',
    description: 'An agent for tests.',
    supportedInterfaces: interfaces.map(({ url, binding }) => ({
      url,
      protocolBinding: binding,
      protocolVersion: '1.0',
      ...(tenant !== undefined && { tenant }),
    })),
    provider,
    version: '1.0.0',
    capabilities: {
      streaming,
      pushNotifications,
      extendedAgentCard: extendedCard,
      ...(extensions.length > 0 && { extensions: extensions.map(writeExtension) }),
    },
    ...v1Security(facts.auth),
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    skills: [{ id: 'test', name: 'Test', description: 'Does what the test wrote.', tags: ['test'] }],
  };
}

/** Without what says no more than if it were left out: no signature may cover that, by section 8.4.1. */
function writeExtension({ required, ...extension }: ServerExtension): Json {
  return withoutEmpty({ ...extension, required: required || undefined });
}
