import { createWebhookReceiver, type Verifier } from 'a2a-await/webhook';
import { jwks } from 'a2a-await/webhook/jwks';

const verify: Verifier = jwks({ url: 'https://keys.example/jwks.json', algorithms: ['RS256'] });
export const receiver = createWebhookReceiver({ url: 'https://app.example/a2a', verify });

// @ts-expect-error: without algorithms
jwks({ url: 'https://keys.example/jwks.json' });
