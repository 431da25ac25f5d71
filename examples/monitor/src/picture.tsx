import { isTerminal } from 'a2a-await';
import { memo, type ReactNode } from 'react';
import { apart, type Drawing, marksFor, type Span } from './drawing.js';
import { type Glyph, GlyphShape } from './glyphs.js';
import { seconds } from './in-words.js';

// Lengths down the picture are px; along it they are parts of its width, so that it fits any.
const bar = 26;
const agentTop = 8;
const agentEnd = agentTop + bar;
const appTop = 138;
const appEnd = appTop + bar;
const height = 208;

interface Props {
  drawing: Drawing;
  /** ms, of the whole width. */
  length: number;
  /** ms, while it goes on. */
  now: number | undefined;
  /** What it shows, in one sentence. */
  label: string;
}

/** The agent above, this page below, the wire between them, time to the right. */
export const Picture = memo(function Picture({ drawing, length, now, label }: Props) {
  const along = (at: number) => `${Math.max(0, Math.min(100, (at / length) * 100)).toFixed(3)}%`;
  const { atAgent, known, trips, streams, notified, lag } = drawing;
  const moved = apart(drawing, length);
  return (
    <div className="picture">
      <div className="lanes" aria-hidden="true">
        <span style={{ top: agentTop, height: bar }}>agent</span>
        <span style={{ top: appTop, height: bar }}>this page</span>
      </div>
      <svg className="plot" height={height} role="img" aria-label={label}>
        <rect className="lane" y={agentTop} width="100%" height={bar} />
        <rect className="lane" y={appTop} width="100%" height={bar} />
        {marksFor(length).map(at => (
          <g key={at} className="mark">
            <line x1={along(at)} x2={along(at)} y1={agentEnd} y2={appTop} />
            <text x={along(at)} y={height - 8} textAnchor={anchor(at, length)}>
              {at / 1_000} s
            </text>
          </g>
        ))}
        {streams.map(({ from, to, events }, nth) => (
          <g key={inOrder(nth)} className="stream">
            <rect x={along(from)} width={along(to - from)} y={agentEnd} height={appTop - agentEnd} />
            {events.map((at, event) => (
              <Arrow key={inOrder(event)} at={along(at)} />
            ))}
          </g>
        ))}
        {trips.map(({ purpose, from, to, back, failed, aside }, nth) => (
          <g
            key={inOrder(nth)}
            className={`trip ${failed ? 'failed' : purpose}${aside ? ' aside' : ''}`}
            transform={`translate(${moved.trips[nth]})`}
          >
            <line x1={along(from)} x2={along((from + to) / 2)} y1={appTop} y2={agentEnd} />
            <Tip at={along((from + to) / 2)} y={agentEnd} up />
            {back && <line x1={along((from + to) / 2)} x2={along(to)} y1={agentEnd} y2={appTop} />}
            {back && <Tip at={along(to)} y={appTop} />}
          </g>
        ))}
        {notified.map((at, nth) => (
          <g key={inOrder(nth)} className="notified" transform={`translate(${moved.notified[nth]})`}>
            <Arrow at={along(at)} />
          </g>
        ))}
        {signsOf(drawing, moved).map(({ at, glyph, by, aside }, nth) => (
          <g key={inOrder(nth)} className={aside ? 'aside' : ''} transform={`translate(${by})`}>
            <Sign at={along(at)} y={appTop - rowOf(glyph)} glyph={glyph} />
          </g>
        ))}
        <Bars spans={atAgent} top={agentTop} length={length} along={along} />
        <Bars spans={known} top={appTop} length={length} along={along} />
        {lag && lag.to - lag.from >= 100 && (
          <g className="lag">
            <rect x={along(lag.from)} width={along(lag.to - lag.from)} y={appTop} height={bar} />
            <line x1={along(lag.from)} x2={along(lag.to)} y1={appEnd + 5} y2={appEnd + 5} />
            <text x={along(lag.to)} dx={5} y={appEnd + 9}>
              +{seconds(lag.to - lag.from)}
            </text>
          </g>
        )}
        {now !== undefined && <line className="now" x1={along(now)} x2={along(now)} y1={0} y2={appEnd + 6} />}
      </svg>
    </div>
  );
});

/** What is drawn is only ever added to, so its place in the list says which it is. */
const inOrder = (nth: number) => `nth-${nth}`;

const anchor = (at: number, length: number) => (at === 0 ? 'start' : at === length ? 'end' : 'middle');

interface PlacedSign {
  at: number;
  glyph: Glyph;
  /** px to the right */
  by: number | undefined;
  aside: boolean;
}

/** In front of all lines. */
function signsOf({ trips, streams, notified }: Drawing, moved: ReturnType<typeof apart>): PlacedSign[] {
  return [
    ...trips.map(({ purpose, from, failed, aside }, nth) => ({
      at: from,
      glyph: failed ? ('failed' as const) : purpose,
      by: moved.trips[nth],
      aside,
    })),
    ...streams.map(({ from }, nth) => ({
      at: from,
      glyph: 'stream' as const,
      by: moved.streams[nth],
      aside: false,
    })),
    ...notified.map((at, nth) => ({ at, glyph: 'notified' as const, by: moved.notified[nth], aside: false })),
  ];
}

/** px above this page's lane: what comes in one moment would hide itself in one row. */
const rows: Partial<Record<Glyph, number>> = {
  card: 90,
  send: 71,
  register: 52,
  unregister: 33,
  stream: 33,
  notified: 78,
};
const rowOf = (glyph: Glyph) => rows[glyph] ?? 14;

interface BarsProps {
  spans: Span[];
  top: number;
  length: number;
  along(at: number): string;
}

function Bars({ spans, top, length, along }: BarsProps) {
  return spans.map(({ state, from, to }, nth) => {
    const share = (to - from) / length;
    // Guessed for a plot of some 700 px: where it is narrower, the word is cut off.
    const hasRoom = share > 0.011 * (state.length + 1);
    // The end may take no time, and is a mark then, with its word after it.
    const after = isTerminal(state) && !hasRoom;
    return (
      <svg
        key={inOrder(nth)}
        aria-hidden="true"
        className={`span ${state}`}
        x={along(from)}
        width={along(to - from)}
        y={top}
        height={bar}
        overflow={after ? 'visible' : 'hidden'}
      >
        <rect width={share < 0.01 ? 6 : '100%'} height={bar} />
        {hasRoom && (
          <text x={6} y={17}>
            {state}
          </text>
        )}
        {after && (
          <text x="100%" dx={12} y={17} className="after">
            {state}
          </text>
        )}
      </svg>
    );
  });
}

/** Keeps the shapes in it as they are, wherever they are. */
function Place({ at, y, children }: { at: string; y: number; children: ReactNode }) {
  return (
    <svg aria-hidden="true" x={at} y={y} width={1} height={1} overflow="visible">
      {children}
    </svg>
  );
}

function Sign({ at, y, glyph }: { at: string; y: number; glyph: Glyph }) {
  return (
    <Place at={at} y={y}>
      <g className={`glyph ${glyph}`}>
        <GlyphShape glyph={glyph} />
      </g>
    </Place>
  );
}

/** Its tip is where it is put. */
function Tip({ at, y, up }: { at: string; y: number; up?: boolean }) {
  return (
    <Place at={at} y={y}>
      <path className="tip" d={up ? 'M0 0 L-4 8 L4 8 Z' : 'M0 0 L-4 -8 L4 -8 Z'} />
    </Place>
  );
}

/** From the agent to this page. */
function Arrow({ at }: { at: string }) {
  return (
    <>
      <line x1={at} x2={at} y1={agentEnd} y2={appTop} />
      <Tip at={at} y={appTop} />
    </>
  );
}
