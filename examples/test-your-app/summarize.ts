import { A2AClient, TaskFailedError, textOf } from 'a2a-await';

/** The application: it knows nothing of tests, and makes its client as it does in production. */
export async function summarize(text: string): Promise<string> {
  await using client = new A2AClient('https://summarizer.example', { auth: 'secret' });
  try {
    return textOf(await client.run(text, { timeout: 15_000 }));
  } catch (error) {
    if (error instanceof TaskFailedError) return 'No summary today.';
    throw error;
  }
}
