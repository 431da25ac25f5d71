import { useCallback, useRef, useState } from 'react';
import { useEmbedded, useFound } from './agent.js';
import { AgentStrip } from './agent-strip.js';
import type { Work } from './embedded.js';
import { Legend } from './glyphs.js';
import { useOnline } from './hooks.js';
import { nameOfWay } from './in-words.js';
import { OrderForm } from './order-form.js';
import { type Run, type RunSettings, startRun, type Way } from './run.js';
import { Runs } from './runs.js';

/** What the form holds. */
export interface Order {
  where: 'here' | 'elsewhere';
  /** As far as it was committed: not each letter that is typed. */
  url: string;
  token: string;
  message: string;
  work: Work;
  way: Way | 'all';
}

const blank: Order = {
  where: 'here',
  url: '',
  token: '',
  message: 'Write the report',
  work: { duration: 10_000, manner: 'works' },
  way: 'all',
};

const mostRuns = 12;

/** The latest, and those that go on: these can be stopped. */
const shown = (runs: readonly Run[]) =>
  runs.filter((run, nth) => nth < mostRuns || run.record().endedAt === undefined);

export function App() {
  const [order, setOrder] = useState(blank);
  const [attempt, setAttempt] = useState(0);
  const [runs, setRuns] = useState<Run[]>([]);
  const announcer = useRef<HTMLParagraphElement>(null);
  const saidAt = useRef(0);
  const online = useOnline();
  const embedded = useEmbedded();
  const here = embedded.kind === 'ready' ? embedded.embedded : undefined;
  const url = order.where === 'here' ? here?.url : order.url;
  const token = order.where === 'here' ? '' : order.token;
  const found = useFound(url, token, attempt);

  /** What comes at once is said as one: of two texts in a moment only the second would be read out. */
  const announce = useCallback((text: string) => {
    const { current } = announcer;
    if (!current) return;
    current.textContent = Date.now() < saidAt.current + 500 ? `${current.textContent} ${text}` : text;
    saidAt.current = Date.now();
  }, []);

  function start(wanted: readonly RunSettings[]) {
    const begun = wanted.map(settings => startRun(settings, settings.work ? here : undefined));
    setRuns(before => shown([...begun, ...before]));
    announce(`${begun.map(({ settings }) => nameOfWay[settings.way]).join(', ')}: begun.`);
  }

  function send() {
    if (!url) return;
    const work = order.where === 'here' ? order.work : undefined;
    const ways: Way[] =
      order.way !== 'all' ? [order.way] : work ? ['poll', 'stream', 'push'] : ['poll', 'stream'];
    start(ways.map(way => ({ way, message: order.message, url, token, work })));
  }

  return (
    <>
      <header>
        <h1>
          Monitor <small>of a2a-await</small>
        </h1>
        <p className={`network ${online ? 'online' : 'offline'}`} role="status">
          {online
            ? 'Online'
            : 'Offline: only the agent in this page answers. Waits go on, and ask again when the network is back.'}
        </p>
      </header>
      <div className="columns">
        <section className="order" aria-labelledby="order-title">
          <h2 id="order-title">Message</h2>
          <OrderForm order={order} change={setOrder} send={send} ready={Boolean(url)} />
        </section>
        <main>
          <AgentStrip
            found={found}
            embedded={order.where === 'here' ? embedded : undefined}
            again={() => setAttempt(attempt + 1)}
          />
          <Legend />
          <Runs runs={runs} again={run => start([run.settings])} announce={announce} />
        </main>
      </div>
      <p className="unseen" role="status" ref={announcer} />
    </>
  );
}
