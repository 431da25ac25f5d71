import { createReferenceServer } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

export async function portOf(): Promise<number> {
  await using listening = await listen(createReferenceServer(), { port: 0 });
  return listening.port;
}

// @ts-expect-error: a port is a number
void listen(createReferenceServer(), { port: '80' });
