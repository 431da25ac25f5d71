import { createWebhookReceiver } from 'a2a-await/webhook';

export * from 'a2a-await/webhook';

export async function run({ taskId, notify }) {
  const receiver = createWebhookReceiver({ url: 'https://app.example/a2a' });
  const registration = await receiver.register();
  await registration.bind(taskId);
  const told = receiver.wait(taskId);
  await notify(registration.toConfig(), request => receiver.handle(request));
  return told;
}
