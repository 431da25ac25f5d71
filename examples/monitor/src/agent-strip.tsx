import type { EmbeddedState, Found } from './agent.js';

interface Props {
  found: Found;
  /** Where it is the agent in this page that is meant. */
  embedded: EmbeddedState | undefined;
  again(): void;
}

/** Which agent it is, on as many lines whatever is known of it. */
export function AgentStrip({ found, embedded, again }: Props) {
  return (
    <section className="agent" aria-labelledby="agent-title" aria-live="polite" tabIndex={-1}>
      <h2 id="agent-title">Agent</h2>
      <Facts found={found} embedded={embedded} again={again} />
    </section>
  );
}

function Facts({ found, embedded, again }: Props) {
  if (embedded?.kind === 'starting') return <p className="muted">The agent in this page is starting …</p>;
  if (embedded?.kind === 'error')
    return <p className="wrong">The agent in this page cannot start. {embedded.message}</p>;
  switch (found.kind) {
    case 'nothing':
      return <p className="muted">None yet: give the url of one, e.g. http://127.0.0.1:4100.</p>;
    case 'looking':
      return <p className="muted">Looking for an agent at {found.url} …</p>;
    case 'error':
      return (
        <p className="wrong">
          {found.message}{' '}
          <button
            type="button"
            onClick={event => {
              // The button goes, and would take the focus with it.
              event.currentTarget.closest('section')?.focus();
              again();
            }}
          >
            Look again
          </button>
        </p>
      );
    case 'found': {
      const { card, dialect, binding, endpoint } = found.connection;
      const has = (what: boolean | undefined) => (card ? (what ? 'yes' : 'no') : 'not known');
      return (
        <dl>
          <Fact name="Name">{card?.name ?? 'has no card'}</Fact>
          <Fact name="Speaks">{`${dialect === 'praison' ? 'PraisonAI' : `A2A ${dialect}`} over ${binding === 'JSONRPC' ? 'JSON-RPC' : binding}`}</Fact>
          <Fact name="At">{endpoint}</Fact>
          <Fact name="Streams">{has(card?.capabilities.streaming)}</Fact>
          <Fact name="Notifies">{has(card?.capabilities.pushNotifications)}</Fact>
        </dl>
      );
    }
  }
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={children}>{children}</dd>
    </div>
  );
}
