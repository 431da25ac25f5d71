import { type AdaptiveClient, isInterrupted, type Task, TaskStoppedError, textOf } from 'a2a-await';
import { useCallback, useEffect, useRef, useState } from 'react';

/** What is to be seen of a task: `doing` is what the agent says of its work, `text` what it has written so far. */
export type View =
  | { phase: 'idle' | 'canceled' }
  | { phase: 'working'; doing: string; text: string }
  | { phase: 'done'; text: string }
  | { phase: 'asking'; text: string; question: string; answer: (text: string) => void }
  | { phase: 'failed'; reason: string; retry: () => void };

const written = (task: Task) => task.artifacts.map(textOf).join('\n\n');
const said = ({ status }: Task) => (status.message ? textOf(status.message) : '');

/**
 * Work that is handed to an agent, and how it gets on. It begins with a call, never in an effect, which React may run
 * twice; and it ends with the component.
 */
export function useTask(agent: AdaptiveClient) {
  const [view, setView] = useState<View>({ phase: 'idle' });
  const current = useRef<AbortController>(undefined);
  const stop = useCallback(() => current.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const start = useCallback(
    async (order: string) => {
      stop();
      const controller = new AbortController();
      current.current = controller;
      const { signal } = controller;
      // What comes late must not take the place of what was begun since.
      const show = (next: View) => {
        if (!signal.aborted) setView(next);
      };
      show({ phase: 'working', doing: '', text: '' });
      try {
        const done = await agent.run(order, {
          signal,
          timeout: 600_000,
          // Nobody would see the result.
          cancelOnAbort: true,
          onUpdate: task => {
            // A question is shown below, and stays while it is answered.
            if (!isInterrupted(task)) show({ phase: 'working', doing: said(task), text: written(task) });
          },
          onInterrupted: task =>
            new Promise<string>(resolve => {
              const text = written(task);
              const answer = (given: string) => {
                show({ phase: 'working', doing: '', text });
                resolve(given);
              };
              show({ phase: 'asking', text, question: said(task), answer });
            }),
        });
        show({ phase: 'done', text: textOf(done) });
      } catch (error) {
        const reason = (error instanceof TaskStoppedError && said(error.task)) || String(error);
        show({ phase: 'failed', reason, retry: () => void start(order) });
      }
    },
    [agent, stop],
  );

  const cancel = useCallback(() => {
    stop();
    setView({ phase: 'canceled' });
  }, [stop]);

  return { view, start, cancel };
}
