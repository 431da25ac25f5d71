import type { Json } from '../fields.js';
import { v03Security } from '../server-auth.js';
import type { CardFacts } from './writer.js';

/** The card of an agent of A2A 0.3. */
export function v03Card(facts: CardFacts): Json {
  const { interfaces, extendedCard, pushNotifications, streaming, extensions } = facts;
  const [main, ...others] = interfaces;
  const additional = others.map(({ binding, url }) => ({ transport: binding, url }));
  return {
    ...(additional.length > 0 && { additionalInterfaces: additional }),
    capabilities: { ...(extensions.length > 0 && { extensions }), pushNotifications, streaming },
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    description: 'An agent for tests.',
    name: 'Reference agent',
    preferredTransport: main?.binding,
    protocolVersion: '0.3.0',
    ...v03Security(facts.auth),
    skills: [{ description: 'Does what the test wrote.', id: 'test', name: 'Test', tags: ['test'] }],
    ...(extendedCard && { supportsAuthenticatedExtendedCard: true }),
    url: main?.url,
    version: '1.0.0',
  };
}
