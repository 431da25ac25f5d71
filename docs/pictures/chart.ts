import { element, line, type Picture, picture, text, width } from './svg.js';

/** One line of a chart. */
export interface Series {
  name: string;
  points: readonly { x: number; y: number }[];
}

/** One of the charts above each other, over the same x. */
export interface Panel {
  title: string;
  ticks: readonly Tick[];
  series: readonly Series[];
}

export interface Tick {
  at: number;
  label: string;
}

const left = 62;
const right = width - 118;
const panelHeight = 230;
const above = 44;
const between = 40;
const apart = 15;
/** Told apart without colour. */
const dashes = ['', '9 4', '2 3', '9 3 2 3', '5 3'];

/** Logarithmic both ways. */
export function drawChart(
  about: { title: string; text: string },
  x: { title: string; ticks: readonly Tick[] },
  panels: readonly Panel[],
): Picture {
  const toX = logarithmic(x.ticks, left, right);
  const step = panelHeight + above;
  const bottom = panels.length * step;
  return picture(about, bottom + between + 14, [
    ...x.ticks.flatMap(({ at, label }) => [
      ...panels.map((_, index) =>
        line(toX(at), index * step + above, toX(at), (index + 1) * step, { class: 'faint' }),
      ),
      text(toX(at), bottom + 20, label, { class: 'middle soft' }),
    ]),
    text((left + right) / 2, bottom + 42, x.title, { class: 'middle' }),
    ...panels.flatMap((panel, index) => drawPanel(panel, toX, index * step + above)),
  ]);
}

function drawPanel({ title, ticks, series }: Panel, toX: (value: number) => number, top: number): string[] {
  const toY = logarithmic(ticks, top + panelHeight, top);
  const ends = series.map(({ points }) => toY(points.at(-1)?.y ?? Number.NaN));
  const labels = spread(ends);
  return [
    text(14, top - 16, title, { class: 'strong' }),
    ...ticks.flatMap(({ at, label }) => [
      line(left, toY(at), right, toY(at), { class: 'faint' }),
      text(left - 8, toY(at) + 4, label, { class: 'end soft' }),
    ]),
    ...series.flatMap(({ name, points }, index) => {
      const [endX, endY, labelY] = [
        toX(points.at(-1)?.x ?? Number.NaN),
        ends[index] ?? 0,
        labels[index] ?? 0,
      ];
      const d = points.map(point => `${rounded(toX(point.x))} ${rounded(toY(point.y))}`).join(' L ');
      return [
        element('path', { class: `line${index}`, d: `M ${d}`, 'stroke-dasharray': dashes[index] || 'none' }),
        line(endX + 2, endY, right + 14, labelY, { class: 'faint' }),
        text(right + 18, labelY + 4, name, index === 0 ? { class: 'strong' } : {}),
      ];
    }),
  ];
}

const rounded = (value: number) => Math.round(value * 10) / 10;

function logarithmic(ticks: readonly Tick[], from: number, to: number): (value: number) => number {
  const [low = 1, high = 1] = [ticks[0]?.at, ticks.at(-1)?.at];
  return value => from + (Math.log(value / low) / Math.log(high / low)) * (to - from);
}

/** Places as near to those wanted as lets each label be read. */
function spread(wanted: readonly number[]): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((one, other) => one.y - other.y);
  // From the top each is pushed down from the one above it, and then all that touch are centred on what they wanted.
  const groups: { members: typeof order; top: number }[] = [];
  for (const member of order) {
    let group = { members: [member], top: member.y };
    for (
      let last = groups.at(-1);
      last && last.top + last.members.length * apart > group.top;
      last = groups.at(-1)
    ) {
      groups.pop();
      const members = [...last.members, ...group.members];
      const middle = members.reduce((sum, { y }) => sum + y, 0) / members.length;
      group = { members, top: middle - ((members.length - 1) * apart) / 2 };
    }
    groups.push(group);
  }
  const placed: number[] = [];
  for (const { members, top } of groups)
    for (const [nth, { index }] of members.entries()) placed[index] = top + nth * apart;
  return placed;
}
