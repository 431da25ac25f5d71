import type { AdaptiveClient } from 'a2a-await';
import { type FormEvent, useRef } from 'react';
import { useTask, type View } from './use-task.js';

/** Shown in a live region, which has to be there before its words are. */
const words: Record<View['phase'], string> = {
  idle: 'Nothing is at work.',
  working: 'The agent is at work …',
  asking: 'The agent has a question.',
  done: 'The report is there.',
  failed: 'There is no report.',
  canceled: 'Canceled.',
};

/** When it appears, and not each time the component is rendered. */
const focus = (field: HTMLElement | null) => field?.focus();

export function AskAgent({ agent }: { agent: AdaptiveClient }) {
  const { view, start, cancel } = useTask(agent);
  const status = useRef<HTMLParagraphElement>(null);
  const isBusy = view.phase === 'working' || view.phase === 'asking';

  /** What is clicked goes away: whoever uses the keyboard goes on at the status. */
  const leave = (action: () => void) => {
    action();
    status.current?.focus();
  };
  const submitting = (use: (text: string) => void) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    use(String(new FormData(event.currentTarget).get('text')));
  };

  return (
    <>
      <form onSubmit={submitting(topic => isBusy || void start(topic))}>
        <label>
          Topic <input name="text" required />
        </label>{' '}
        <button type="submit" aria-disabled={isBusy}>
          Write
        </button>
      </form>
      <p role="status" tabIndex={-1} ref={status}>
        {(view.phase === 'working' && view.doing) || words[view.phase]}
      </p>
      {isBusy && (
        <button type="button" onClick={() => leave(cancel)}>
          Cancel
        </button>
      )}
      {view.phase === 'asking' && (
        <form onSubmit={submitting(text => leave(() => view.answer(text)))}>
          <label>
            {view.question} <input name="text" required ref={focus} />
          </label>{' '}
          <button type="submit">Answer</button>
        </form>
      )}
      {view.phase === 'failed' && (
        <div role="alert">
          <p>{view.reason}</p>
          <button type="button" onClick={() => leave(view.retry)}>
            Try again
          </button>
        </div>
      )}
      <section aria-label="Report" aria-busy={isBusy}>
        {'text' in view && view.text}
      </section>
    </>
  );
}
