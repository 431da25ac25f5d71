import { hmac, type WebhookReceiverOptions } from 'a2a-await/webhook';
import type { JobArguments } from './jobs/job.js';

/** Receivers of one url: whoever knows the secret tells of any task. */
export interface ReceiverArguments extends JobArguments {
  secret: string;
}

export function receiverOptions({ secret }: ReceiverArguments): WebhookReceiverOptions {
  return {
    url: 'https://app.example/hook',
    shared: hmac({ secret }),
    limits: { rate: 1_000_000, burst: 1_000_000 },
  };
}
