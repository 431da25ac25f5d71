import type { Json } from '../fields.js';
import type { CardFacts } from './writer.js';

/** The card of an agent of A2A 0.3. */
export function v03Card({ interfaces, extendedCard, bearerAuth, pushNotifications }: CardFacts): Json {
  const [main, ...others] = interfaces;
  const additional = others.map(({ binding, url }) => ({ transport: binding, url }));
  return {
    ...(additional.length > 0 && { additionalInterfaces: additional }),
    capabilities: { pushNotifications, streaming: true },
    defaultInputModes: ['text'],
    defaultOutputModes: ['text'],
    description: 'An agent for tests.',
    name: 'Reference agent',
    preferredTransport: main?.binding,
    protocolVersion: '0.3.0',
    ...(bearerAuth && {
      security: [{ bearer: [] }],
      securitySchemes: { bearer: { scheme: 'bearer', type: 'http' } },
    }),
    skills: [{ description: 'Does what the test wrote.', id: 'test', name: 'Test', tags: ['test'] }],
    ...(extendedCard && { supportsAuthenticatedExtendedCard: true }),
    url: main?.url,
    version: '1.0.0',
  };
}
