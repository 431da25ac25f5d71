import type { Step } from './record.js';
import { element, line, type Picture, picture, text } from './svg.js';
import { lateness, seconds } from './telling.js';

const app = 208;
const agent = 570;
const top = 58;
const rowHeight = 31;
const answerBelow = 8;
/** Silence is shown, up to a bit: every row has its time beside it. */
const perSecond = 24;
const mostBetween = 90;

/** What a run's record looks like: the app on the left, the agent on the right, time from top to bottom. */
export function drawSequence(about: { title: string; text: string }, steps: readonly Step[]): Picture {
  const { ended, known, late } = lateness(steps);
  const rows = place(steps);
  const points = rows.flatMap(({ y, step }) => pointsOf(step, y));
  const heightAt = interpolator(points);
  const bottom = Math.max(...rows.map(({ y }) => y)) + 26;
  const endY = heightAt(ended);
  // It knows by an answer, whatever else it then does at once.
  const knownY = points.find(point => point.isAnswer && point.at === known)?.y ?? heightAt(known);
  return picture(about, bottom + 20, [
    text(14, 25, about.title, { class: 'strong' }),
    element('rect', { class: 'tint', x: app, y: endY, width: agent - app, height: knownY - endY }),
    ...lifeline(app, 'your app', bottom),
    ...lifeline(agent, 'the agent', bottom),
    ...rows.flatMap(({ y, step }) => (step.kind === 'stream' ? openStream(y, heightAt(step.endedAt)) : [])),
    ...states(steps, heightAt),
    ...rows.flatMap(({ y, step }) => [
      text(60, y + 4, seconds(step.at), { class: 'soft end' }),
      ...(drawn(step, y) ?? []),
    ]),
    element('circle', { class: 'dot', cx: app, cy: knownY, r: 5 }),
    text(app - 14, knownY - 4, 'it knows,', { class: 'strong end' }),
    text(app - 14, knownY + 12, `${seconds(late)} after the end`, { class: 'strong end' }),
  ]);
}

interface Row {
  y: number;
  step: Step;
}

/** Rows keep the order of what happened, and a distance in which their labels fit. */
function place(steps: readonly Step[]): Row[] {
  let y = top;
  let before = 0;
  return steps
    .filter(({ kind }) => kind !== 'state' && kind !== 'known')
    .map(step => {
      const between = ((step.at - before) / 1_000) * perSecond;
      y += Math.min(mostBetween, Math.max(rowHeight, between));
      before = step.at;
      return { y, step };
    });
}

interface Point {
  at: number;
  y: number;
  isAnswer: boolean;
}

/** Where the times of a row are. */
function pointsOf(step: Step, y: number): Point[] {
  const begin = { at: step.at, y, isAnswer: false };
  return step.kind === 'request'
    ? [begin, { at: step.answeredAt, y: y + answerBelow, isAnswer: true }]
    : [begin];
}

function interpolator(points: readonly Point[]): (at: number) => number {
  const sorted = [...points].sort((one, other) => one.at - other.at || one.y - other.y);
  return at => {
    const before = sorted.filter(point => point.at < at).at(-1);
    const after = sorted.find(point => point.at >= at);
    if (!before || !after) return (before ?? after)?.y ?? top;
    return before.y + ((at - before.at) / (after.at - before.at)) * (after.y - before.y);
  };
}

function lifeline(x: number, name: string, bottom: number): string[] {
  return [
    line(x, top, x, bottom, { class: 'faint' }),
    element('rect', { class: 'box', x: x - 44, y: top - 22, width: 88, height: 24, rx: 4 }),
    text(x, top - 5, name, { class: 'middle' }),
  ];
}

function bar(x: number, from: number, to: number): string[] {
  return [element('rect', { class: 'bar', x: x - 5, y: from, width: 10, height: to - from })];
}

function openStream(from: number, to: number): string[] {
  return [...bar(app, from, to), text(app - 14, from + 4, 'the stream is open', { class: 'end' })];
}

function states(steps: readonly Step[], heightAt: (at: number) => number): string[] {
  const entered = steps.filter(step => step.kind === 'state');
  const [first, last] = [entered[0], entered.at(-1)];
  if (!first || !last) return [];
  return [
    ...bar(agent, heightAt(first.at), heightAt(last.at)),
    ...entered.flatMap(({ state, at }) => [
      text(agent + 13, heightAt(at) + 4, state, { class: 'strong' }),
      text(agent + 13, heightAt(at) + 20, seconds(at), { class: 'soft' }),
    ]),
  ];
}

function drawn(step: Step, y: number): string[] | undefined {
  const label = (content: string) => text(app + 14, y - 5, content);
  const answer = (content: string) => text(agent - 18, y - 5, content, { class: 'end soft' });
  switch (step.kind) {
    case 'request':
      return [
        label(step.operation),
        answer(`→ ${step.answer}`),
        ...arrow(app, agent, y),
        ...arrow(agent, app, y + answerBelow, 'dashed'),
      ];
    case 'stream':
      return [label(step.operation), answer('→ a stream'), ...arrow(app, agent, y)];
    case 'event':
      return [label(`an event of the stream: ${step.says}`), ...arrow(agent, app, y, 'accent')];
    case 'notification':
      return step.isLost
        ? [label(`a notification: ${step.says}`), answer('lost on its way'), ...lostArrow(y)]
        : [label(`a notification: ${step.says}`), ...arrow(agent, app, y, 'accent')];
    default:
      return undefined;
  }
}

/** From one lifeline to the other; what the agent says of its own accord is thicker. */
function arrow(from: number, to: number, y: number, kind = 'plain'): string[] {
  const inwards = Math.sign(to - from);
  const [begin, tip] = [from + 6 * inwards, to - 6 * inwards];
  const head = `M ${tip - 7 * inwards} ${y - 4} L ${tip} ${y} L ${tip - 7 * inwards} ${y + 4}`;
  return [
    line(begin, y, tip, y, { class: kind }),
    element('path', { d: head, class: kind === 'accent' ? kind : 'plain' }),
  ];
}

function lostArrow(y: number): string[] {
  const x = app + 210;
  const cross = `M ${x - 5} ${y - 5} L ${x + 5} ${y + 5} M ${x - 5} ${y + 5} L ${x + 5} ${y - 5}`;
  return [line(agent - 6, y, x, y, { class: 'accent' }), element('path', { d: cross, class: 'accent' })];
}
