import { A2AClient, type A2AClientOptions, textOf } from 'a2a-await';

/** The whole of what a user writes, for every server there is: only the url changes, and the binding if one likes. */
export async function recipe(url: string, options: A2AClientOptions = {}): Promise<string> {
  const client = new A2AClient(url, options);
  const sent = await client.sendMessage('hello', { returnImmediately: true });
  const done = await client.waitForCompletion(sent, { timeout: 60_000 });
  return textOf(done);
}
