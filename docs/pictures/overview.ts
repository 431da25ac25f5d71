import type { Step } from './record.js';
import { element, line, type Picture, picture, text, width } from './svg.js';
import { lateness, seconds } from './telling.js';

const left = 50;
const gap = 40;
const top = 84;
const perSecond = 34;
/** What happens at once is drawn apart. */
const apart = 5;

/** Runs side by side, in one scale of time: how often each asks, is told, and how late it knows. */
export function drawOverview(
  about: { title: string; text: string },
  runs: readonly { name: string; steps: readonly Step[] }[],
): Picture {
  const column = (width - left - 20) / runs.length;
  const last = Math.max(...runs.map(({ steps }) => lateness(steps).known));
  const toY = (at: number) => top + (at / 1_000) * perSecond;
  const bottom = toY(last) + 14;
  const scale = Array.from({ length: Math.floor(last / 2_000) + 1 }, (_, index) => 2_000 * index);
  return picture(about, bottom + 42, [
    text(14, 25, about.title, { class: 'strong' }),
    ...scale.flatMap(at => [
      text(left - 12, toY(at) + 4, `${at / 1_000} s`, { class: 'end soft' }),
      line(left, toY(at), width - 20, toY(at), { class: 'faint' }),
    ]),
    ...runs.flatMap(({ name, steps }, index) => {
      const app = left + index * column + gap;
      return drawRun({ name, steps }, app, app + column - 2 * gap, toY, bottom);
    }),
  ]);
}

function drawRun(
  { name, steps }: { name: string; steps: readonly Step[] },
  app: number,
  agent: number,
  toY: (at: number) => number,
  bottom: number,
): string[] {
  const { ended, known, late } = lateness(steps);
  const middle = (app + agent) / 2;
  const asked = steps.filter(step => step.kind === 'request' && step.operation === 'GetTask').length;
  const drawn: string[] = [];
  let y = top - apart;
  for (const step of steps.filter(step => step.at < known && step.kind !== 'state')) {
    y = Math.max(toY(step.at), y + apart);
    drawn.push(...drawStep(step, y, app, agent, toY));
  }
  const knownY = Math.max(toY(known), y + apart);
  const began = steps.find(step => step.kind === 'state')?.at ?? 0;
  const caption = `${asked} × GetTask, ${seconds(late)} late`;
  return [
    text(middle, top - 32, name, { class: 'middle strong' }),
    text(app, top - 10, 'your app', { class: 'middle' }),
    text(agent, top - 10, 'the agent', { class: 'middle' }),
    element('rect', {
      class: 'tint',
      x: app,
      y: toY(ended),
      width: agent - app,
      height: knownY - toY(ended),
    }),
    line(app, top, app, bottom, { class: 'plain' }),
    line(agent, top, agent, bottom, { class: 'plain' }),
    element('rect', { class: 'bar', x: agent - 4, y: toY(began), width: 8, height: toY(ended) - toY(began) }),
    ...drawn,
    element('circle', { class: 'dot', cx: app, cy: knownY, r: 5 }),
    text(middle, bottom + 24, caption, { class: 'middle' }),
  ];
}

function drawStep(step: Step, y: number, app: number, agent: number, toY: (at: number) => number): string[] {
  switch (step.kind) {
    case 'stream':
      return [element('rect', { class: 'bar', x: app - 4, y, width: 8, height: toY(step.endedAt) - y })];
    case 'request':
      return arrow(app + 5, agent - 5, y, 'plain');
    case 'event':
    case 'notification':
      return arrow(agent - 5, app + 5, y, 'accent');
    default:
      return [];
  }
}

function arrow(from: number, to: number, y: number, kind: string): string[] {
  const back = to > from ? -6 : 6;
  const head = `M ${to + back} ${y - 3.5} L ${to} ${y} L ${to + back} ${y + 3.5}`;
  return [line(from, y, to, y, { class: kind }), element('path', { d: head, class: kind })];
}
