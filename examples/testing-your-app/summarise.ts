import { AdaptiveClient, TaskFailedError, textOf, WaitTimeoutError } from 'a2a-await';
import type { WebhookReceiver } from 'a2a-await/webhook';

export interface SummariseOptions {
  /** Told what the agent says while it is at work. */
  onProgress?: (words: string) => void;
  /** Answers what the agent asks. */
  onQuestion?: (question: string) => string | Promise<string>;
  /** How long to wait, in ms. @default 600_000 */
  patience?: number;
  /** Where the agent's server may notify. */
  webhook?: WebhookReceiver;
}

/** The application: it knows nothing of tests, and makes its client as it does in production. */
export async function summarise(url: string, options: SummariseOptions = {}): Promise<string> {
  const { onProgress, onQuestion, patience = 600_000, webhook } = options;
  await using client = new AdaptiveClient('https://summaries.example', { auth: 'secret', webhook });
  try {
    const done = await client.run(`Summarise ${url}`, {
      timeout: patience,
      onUpdate: ({ status }) => {
        if (status.state === 'working' && status.message) onProgress?.(textOf(status.message));
      },
      ...(onQuestion && { onInterrupted: task => onQuestion(textOf(task)) }),
    });
    return textOf(done);
  } catch (error) {
    if (error instanceof TaskFailedError) return `There is no summary: ${textOf(error.task)}`;
    if (error instanceof WaitTimeoutError) return 'There is no summary yet.';
    throw error;
  }
}
