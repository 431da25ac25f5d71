import {
  anyOf,
  createWebhookReceiver,
  type Delivery,
  hmac,
  memoryWebhookStore,
  notificationToken,
  type PushNotificationConfig,
  type Verdict,
  verifySignature,
  WebhookVerificationError,
} from 'a2a-await/webhook';

async function small(delivery: Delivery): Promise<Verdict> {
  const body = await delivery.body();
  return { outcome: body.byteLength < 9 ? 'pass' : 'fail', headers: [] };
}

export async function use(request: Request, secret: string): Promise<Response> {
  await using receiver = createWebhookReceiver({
    url: 'https://app.example/a2a',
    store: memoryWebhookStore(),
    verify: anyOf(notificationToken(), hmac({ secret }), small),
  });
  const registration = await receiver.register();
  const config: PushNotificationConfig = registration.toConfig();
  await registration.bind(config.url);
  try {
    await verifySignature(await request.text(), request.headers.get('x-signature') ?? '', secret);
  } catch (error) {
    if (error instanceof WebhookVerificationError) return new Response(error.reason, { status: 401 });
  }
  return receiver.handle(request);
}

// @ts-expect-error: without a url
createWebhookReceiver({});
