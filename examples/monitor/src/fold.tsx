import { type ReactNode, useState } from 'react';

/** What is folded away is not there. */
export function Fold({ summary, children }: { summary: ReactNode; children(): ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}
