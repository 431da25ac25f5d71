import { type FormEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import { draw } from './drawing.js';
import { Fold } from './fold.js';
import { useRecord } from './hooks.js';
import { figures, inWords, nameOfWay, onStop, seconds, stateOf } from './in-words.js';
import { Picture } from './picture.js';
import type { Outcome, RunRecord } from './record.js';
import type { Run } from './run.js';
import { WireLog } from './wire-log.js';

interface Props {
  run: Run;
  /** ms since 1970 */
  now: number;
  /** ms, of the picture's whole width. */
  length: number;
  again(run: Run): void;
  announce(text: string): void;
}

export function RunCard({ run, now, length, again, announce }: Props) {
  const record = useRecord(run);
  const title = useId();
  const name = nameOfWay[run.settings.way];
  const going = record.endedAt === undefined;
  const elapsed = record.endedAt ?? Math.max(0, now - run.begunAt);
  const drawing = useMemo(() => draw(record, elapsed), [record, elapsed]);
  const lag = drawing.lag && drawing.lag.to - drawing.lag.from;
  const state = stateOf(record);
  const { question } = record;
  const said = `${name}: ${question ? `the agent asks: ${question}` : state}${going ? '' : ` after ${seconds(elapsed)}`}.`;
  const announced = useRef('');
  useEffect(() => {
    // The seconds of a run that goes on are no news.
    if (announced.current !== said) announce(said);
    announced.current = said;
  }, [said, announce]);

  return (
    <article className="run" aria-labelledby={title}>
      <div className="head">
        <h3 id={title}>{name}</h3>
        <p className={`state ${state}`}>
          {state} <span className="elapsed">{seconds(elapsed)}</span>
        </p>
        <p className="message" title={run.settings.message}>
          {run.settings.message}
        </p>
        <button type="button" onClick={() => (going ? run.stop() : again(run))} aria-describedby={title}>
          {going ? 'Stop' : 'Again'}
        </button>
      </div>
      <Picture
        drawing={drawing}
        length={length}
        now={going ? elapsed : undefined}
        label={`${said} ${figures(record, lag)}.`}
      />
      <p className="figures">{figures(record, lag)}</p>
      <Panel run={run} record={record} name={name} />
      <Fold summary="In words">{() => <Words record={record} />}</Fold>
      <Fold summary="On the wire">{() => <WireLog record={record} />}</Fold>
    </article>
  );
}

const Words = memo(function Words({ record }: { record: RunRecord }) {
  return (
    <ol className="words">
      {inWords(record).map(({ at, text }, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own, and keeps nothing.
        <li key={nth}>
          <span className="at">{seconds(at)}</span> {text}
        </li>
      ))}
    </ol>
  );
});

/** As high whatever is in it: the result as it grows, a question, or what went wrong. */
function Panel({ run, record, name }: { run: Run; record: RunRecord; name: string }) {
  const { text, question, outcome } = record;
  const panel = useRef<HTMLElement>(null);
  const answer = (reply: string) => {
    // The question goes, and would take the focus with it.
    panel.current?.focus();
    run.answer(reply);
  };
  return (
    <section
      ref={panel}
      className="panel"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
      tabIndex={0}
      aria-label={`${question === undefined ? 'Result' : 'Question'} of run ${run.id}, ${name}`}
    >
      {question !== undefined && <Question question={question} answer={answer} />}
      {outcome?.kind === 'error' && (
        <p className="wrong">
          <strong>{outcome.name}</strong> {outcome.message}
        </p>
      )}
      {outcome?.kind === 'stopped' && <p className="muted">{onStop(record)}</p>}
      {question === undefined && <Text text={text} outcome={outcome} />}
    </section>
  );
}

function Text({ text, outcome }: { text: string; outcome: Outcome | undefined }) {
  if (text) return <p className="text">{text}</p>;
  if (!outcome) return <p className="muted">No result yet.</p>;
  return outcome.kind === 'result' && <p className="muted">It is done, and made no text.</p>;
}

function Question({ question, answer }: { question: string; answer(text: string): void }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) answer(text.trim());
  };
  return (
    <form className="question" onSubmit={submit}>
      <label className="field">
        The agent asks: {question}
        <input required value={text} onChange={event => setText(event.target.value)} />
      </label>
      <button type="submit">Answer</button>
    </form>
  );
}
