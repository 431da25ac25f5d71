import { memo } from 'react';
import { Fold } from './fold.js';
import { seconds } from './in-words.js';
import type { Exchange, Notification, RunRecord } from './record.js';

/** What went over the wire, as it did. */
export const WireLog = memo(function WireLog({ record }: { record: RunRecord }) {
  const { exchanges, notifications } = record;
  if (exchanges.length + notifications.length === 0) return <p className="muted">Nothing yet.</p>;
  const rows = [
    ...exchanges.map(exchange => ({
      at: exchange.sentAt,
      row: <Sent key={exchange.id} exchange={exchange} />,
    })),
    ...notifications.map((notification, nth) => ({
      at: notification.at,
      row: <Notified key={`notified-${String(nth)}`} notification={notification} />,
    })),
  ];
  return <ol className="wire">{rows.sort((a, b) => a.at - b.at).map(({ row }) => row)}</ol>;
});

function Sent({ exchange }: { exchange: Exchange }) {
  const { name, url, sentAt, status, endedAt, failure, request, answer } = exchange;
  const took = endedAt === undefined ? '…' : `${endedAt - sentAt} ms`;
  const how = [status, failure, took].filter(each => each !== undefined).join(', ');
  return (
    <li>
      <Fold summary={<Summary at={sentAt} name={name} how={how} />}>
        {() => (
          <>
            <p className="url">{url}</p>
            {request && <Text label="Request" text={request} />}
            {answer && <Text label="Answer" text={answer} />}
          </>
        )}
      </Fold>
    </li>
  );
}

function Notified({ notification: { at, body } }: { notification: Notification }) {
  return (
    <li>
      <Fold summary={<Summary at={at} name="notification" />}>
        {() =>
          body ? <Text label="Body" text={body} /> : <p className="muted">Its body is no longer there.</p>
        }
      </Fold>
    </li>
  );
}

function Summary({ at, name, how }: { at: number; name: string; how?: string }) {
  return (
    <>
      <span className="at">{seconds(at)}</span> <span>{name}</span> <span className="how">{how}</span>
    </>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <figure tabIndex={0} aria-label={label}>
      <pre>{pretty(text)}</pre>
    </figure>
  );
}

/** JSON with breaks and indents; anything else, and the events of a stream, as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
