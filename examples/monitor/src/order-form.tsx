import type { FocusEvent, KeyboardEvent, ReactNode } from 'react';
import type { Order } from './app.js';
import type { Work } from './embedded.js';

interface Props {
  order: Order;
  change(order: Order): void;
  send(): void;
  ready: boolean;
}

const ways: [Order['way'], string, string][] = [
  ['all', 'All of them, one below the other', ''],
  ['poll', 'Polling', 'asks again and again'],
  ['stream', 'Stream', 'is told while it happens'],
  ['push', 'Push', 'is notified by the agent'],
  ['fastest', 'The fastest', 'as AdaptiveClient chooses'],
];

export function OrderForm({ order, change, send, ready }: Props) {
  const set = (part: Partial<Order>) => change({ ...order, ...part });
  const elsewhere = order.where === 'elsewhere';
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset>
        <legend>To</legend>
        <Choice name="where" checked={!elsewhere} choose={() => set({ where: 'here' })}>
          the agent in this page
        </Choice>
        <Choice
          name="where"
          checked={elsewhere}
          choose={() => set({ where: 'elsewhere', ...(order.way === 'push' && { way: 'fastest' }) })}
        >
          an agent elsewhere
        </Choice>
        {/* Both are always there, one of them hidden, so that nothing moves. */}
        <div className="either">
          <div className={elsewhere ? 'away' : ''}>
            <WorkFields work={order.work} change={work => set({ work })} disabled={elsewhere} />
          </div>
          <div className={elsewhere ? '' : 'away'}>
            <PlaceFields url={order.url} token={order.token} change={set} disabled={!elsewhere} />
          </div>
        </div>
      </fieldset>
      <label className="field">
        Message
        <textarea
          rows={3}
          required
          value={order.message}
          onChange={event => set({ message: event.target.value })}
        />
      </label>
      <fieldset>
        <legend>The result comes by</legend>
        {ways.map(([way, name, about]) => (
          <Choice
            key={way}
            name="way"
            checked={order.way === way}
            choose={() => set({ way })}
            disabled={way === 'push' && elsewhere}
          >
            {name}
            <small>{way === 'push' && elsewhere ? 'an agent elsewhere cannot reach a page' : about}</small>
          </Choice>
        ))}
      </fieldset>
      <button type="submit" className="main" disabled={!ready}>
        Send
      </button>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  checked: boolean;
  choose(): void;
  disabled?: boolean;
  children: ReactNode;
}

function Choice({ name, checked, choose, disabled, children }: ChoiceProps) {
  return (
    <label className="choice">
      <input type="radio" name={name} checked={checked} onChange={choose} disabled={disabled} />
      <span>{children}</span>
    </label>
  );
}

function WorkFields({ work, change, disabled }: { work: Work; change(work: Work): void; disabled: boolean }) {
  return (
    <>
      <label className="field">
        It works for, in seconds
        <input
          type="number"
          min={1}
          max={120}
          required
          disabled={disabled}
          defaultValue={work.duration / 1_000}
          onChange={({ target }) =>
            target.validity.valid && change({ ...work, duration: target.valueAsNumber * 1_000 })
          }
        />
      </label>
      <label className="field">
        And it
        <select
          disabled={disabled}
          value={work.manner}
          onChange={event => change({ ...work, manner: event.target.value as Work['manner'] })}
        >
          <option value="works">does what it is told</option>
          <option value="asks">asks something first</option>
          <option value="fails">fails in the middle</option>
        </select>
      </label>
    </>
  );
}

interface PlaceProps {
  url: string;
  token: string;
  change(part: { url?: string; token?: string }): void;
  disabled: boolean;
}

/** When a field is left, or sent by Enter. */
const committed = (commit: (value: string) => void) => ({
  onBlur: (event: FocusEvent<HTMLInputElement>) => commit(event.currentTarget.value),
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) =>
    event.key === 'Enter' && commit(event.currentTarget.value),
});

/** Left uncontrolled: the agent is looked for when a field is left, not at each letter. */
function PlaceFields({ url, token, change, disabled }: PlaceProps) {
  return (
    <>
      <label className="field">
        Its url
        <input
          type="url"
          required
          disabled={disabled}
          defaultValue={url}
          placeholder="http://127.0.0.1:4100"
          autoComplete="url"
          {...committed(url => change({ url: url.trim() }))}
        />
      </label>
      <label className="field">
        Its token, if it wants one
        <input
          type="password"
          disabled={disabled}
          defaultValue={token}
          autoComplete="off"
          {...committed(token => change({ token }))}
        />
      </label>
    </>
  );
}
