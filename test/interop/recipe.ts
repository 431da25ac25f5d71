import { A2AClient, textOf } from 'a2a-await';

/** The whole of what a user writes, for every server there is: only the url changes. */
export async function recipe(url: string): Promise<string> {
  const client = new A2AClient(url);
  const sent = await client.sendMessage('hello', { returnImmediately: true });
  const done = await client.waitForCompletion(sent, { timeout: 60_000 });
  return textOf(done);
}
