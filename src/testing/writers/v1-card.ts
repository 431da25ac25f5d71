import type { Json } from '../fields.js';
import { v1Security } from '../server-auth.js';
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
      ...(extensions.length > 0 && { extensions }),
    },
    ...v1Security(facts.auth),
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    skills: [{ id: 'test', name: 'Test', description: 'Does what the test wrote.', tags: ['test'] }],
  };
}
