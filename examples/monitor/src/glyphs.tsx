import type { Purpose } from './record.js';

/** What is drawn at a request, 16 px wide and high, around its middle. Each has a shape of its own, not only a colour. */
export type Glyph = Purpose | 'failed' | 'notified';

const bell = 'M-6 4 Q-4 2 -4 -1 Q-4 -6 0 -6 Q4 -6 4 -1 Q4 2 6 4 Z M-2 5 Q0 8 2 5';

export function GlyphShape({ glyph }: { glyph: Glyph }) {
  switch (glyph) {
    case 'send':
      return (
        <>
          <rect className="fill" x={-7} y={-5} width={14} height={10} rx={1.5} />
          <path className="cut" d="M-6 -4 L0 1 L6 -4" />
        </>
      );
    case 'ask':
      return (
        <>
          <circle className="paper" r={7} />
          <path className="stroke" d="M-2.2 -2 Q-2 -4 0 -4 Q2.4 -4 2.4 -2 Q2.4 -0.6 0.9 0 Q0 0.4 0 1.6" />
          <circle className="fill" cy={3.9} r={0.9} />
        </>
      );
    case 'card':
      return (
        <>
          <rect className="paper" x={-5} y={-7} width={10} height={14} rx={1.5} />
          <path className="stroke" d="M-2.5 -3 H2.5 M-2.5 0 H2.5 M-2.5 3 H1" />
        </>
      );
    case 'register':
      return <path className="paper" d={bell} />;
    case 'unregister':
      return <path className="paper" d={`${bell} M-7 6 L7 -6`} />;
    case 'notified':
      return <path className="fill" d={bell} />;
    case 'stream':
      return <path className="stroke thick" d="M-6 0 H6 M2 -4 L6 0 L2 4" />;
    case 'cancel':
      return <rect className="fill" x={-5} y={-5} width={10} height={10} />;
    case 'failed':
      return <path className="stroke thick" d="M-5 -5 L5 5 M-5 5 L5 -5" />;
    case 'other':
      return <circle className="fill" r={3} />;
  }
}

const legend: [Glyph, string][] = [
  ['card', 'asks for the card'],
  ['send', 'sends the message'],
  ['ask', 'asks how the task stands (faintly: in case news gets lost)'],
  ['stream', 'opens a stream'],
  ['register', 'names its webhook'],
  ['notified', 'is notified'],
  ['unregister', 'takes it back'],
  ['cancel', 'asks to cancel'],
  ['failed', 'asks in vain'],
];

export function Legend() {
  return (
    <ul className="legend" aria-label="Signs in the pictures: this page…">
      {legend.map(([glyph, text]) => (
        <li key={glyph}>
          <svg width={18} height={18} viewBox="-9 -9 18 18" aria-hidden="true" className={`glyph ${glyph}`}>
            <GlyphShape glyph={glyph} />
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
