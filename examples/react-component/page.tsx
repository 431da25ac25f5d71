import { AdaptiveClient } from 'a2a-await';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AskAgent } from './ask-agent.js';

// One client for the page. Its url is known, in an application.
const agent = new AdaptiveClient(new URLSearchParams(location.search).get('agent') ?? '');

function Page() {
  const [isOpen, setOpen] = useState(true);
  return (
    <main>
      <h1>Reports</h1>
      {isOpen && <AskAgent agent={agent} />}
      <button type="button" onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Close' : 'Open'}
      </button>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
