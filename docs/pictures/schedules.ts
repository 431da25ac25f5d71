import {
  alike,
  drawDurations,
  fixed,
  longest,
  mean,
  named,
  recipe,
  shortest,
  type Wait,
  waitFor,
} from '../../bench/schedule-model.js';
import { drawChart, type Series } from './chart.js';
import type { Picture } from './svg.js';

const policies = {
  balanced: named('balanced'),
  snappy: named('snappy'),
  gentle: named('gentle'),
  'the recipe': recipe,
  'fixed 2 s': fixed(2_000),
};

/** So that a point spans a factor of 1.5, as the recipe's own intervals grow: else it shows where each one falls. */
const points = Math.round(Math.log(longest / shortest) / Math.log(1.5));

/** What polling costs and how late it knows, from the simulation that bench/schedules.ts prints. */
export function drawSchedules(): Picture {
  const durations = drawDurations();
  const waits = Object.entries(policies).map(([name, policy]) => ({
    name,
    waits: alike(() => durations.map(duration => waitFor(duration, policy))),
  }));
  const series = (figure: (wait: Wait) => number): Series[] =>
    waits.map(({ name, waits }) => ({ name, points: means(waits, figure) }));
  const [latency, polls] = [series(wait => wait.latency / 1_000), series(wait => wait.polls)];
  return drawChart(
    { title: 'What polling costs, and how late it knows', text: tell(latency, polls) },
    { title: 'how long the task takes', ticks: ticksOf([0.3, 1, 3, 10, 30, 120, 600, 1_800], duration) },
    [
      {
        title: 'known so long after the end, mean',
        ticks: ticksOf([0.1, 0.3, 1, 3, 10, 30, 100], value => `${value} s`),
        series: latency,
      },
      {
        title: 'polls for one task, mean',
        ticks: ticksOf([1, 3, 10, 30, 100, 300, 1_000], String),
        series: polls,
      },
    ],
  );
}

const ticksOf = (values: readonly number[], label: (value: number) => string) =>
  values.map(at => ({ at, label: label(at) }));

const duration = (seconds: number) => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`);

function means(waits: readonly Wait[], figure: (wait: Wait) => number): Series['points'] {
  const size = waits.length / points;
  return Array.from({ length: points }, (_, index) => {
    const some = waits.slice(Math.round(index * size), Math.round((index + 1) * size));
    return {
      x: Math.exp(mean(some.map(wait => Math.log(wait.duration / 1_000)))),
      y: mean(some.map(figure)),
    };
  });
}

/** The same in words, for whoever does not see it. */
function tell(latency: readonly Series[], polls: readonly Series[]): string {
  const nth = latency[0]?.points.findIndex(({ x }) => x > 3) ?? 0;
  const [short, long] = [nth, points - 1].map(index => latency[0]?.points[index]?.x ?? Number.NaN);
  const sentences = latency.map(({ name, points }, index) => {
    const figures = [nth, points.length - 1].map(each => {
      const asked = polls[index]?.points[each]?.y.toFixed(0);
      return `${points[each]?.y.toFixed(1)} s late after ${asked} polls`;
    });
    return `${name} knows ${figures.join(', and ')}`;
  });
  return `What polling costs, and how late it knows, as means over tasks of about ${short?.toFixed(0)} s and of about ${((long ?? 0) / 60).toFixed(0)} min: ${sentences.join('; ')}.`;
}
