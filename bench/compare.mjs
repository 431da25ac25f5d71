import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

// How contestants are compared, whatever they do.

const names = ['ours', 'official', 'raw'];
const pairs = ['ours/official', 'ours/raw', 'official/raw'];

/** Each measurement in a fresh process, the contestants by turns: whatever slows the machine slows all of them. */
export async function takeTurns(file, settings, rounds, onRound) {
  const runs = Object.fromEntries(names.map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      const { stdout } = await promisify(execFile)(process.execPath, [file, name, JSON.stringify(settings)]);
      runs[name].push(JSON.parse(stdout));
    }
    onRound(round);
  }
  return runs;
}

/** Of each figure the contestants' medians, and the ratios of pairs of them. */
export function summarize(runs, figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([key, { of }]) => [
      key,
      {
        ...Object.fromEntries(names.map(name => [name, quantile(runs[name].map(of), 0.5)])),
        ...Object.fromEntries(pairs.map(pair => [pair, ratioOf(runs, pair, of)])),
      },
    ]),
  );
}

/** Neighbours in time are compared: the median of the rounds' own ratios, with the quartiles. */
function ratioOf(runs, pair, of) {
  const [one, other] = pair.split('/');
  const ratios = runs[one].map((run, round) => of(run) / of(runs[other][round]));
  return { median: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
}

export function print(summary, figures) {
  const lines = [['', ...names, ...pairs]];
  const shown = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  for (const [key, { title }] of Object.entries(figures)) {
    const figure = summary[key];
    lines.push([
      title,
      ...names.map(name => figure[name].toFixed(1)),
      ...pairs.map(pair => shown(figure[pair])),
    ]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

/** What takes more than it may, in words. */
export function excessesOf(summary, figures) {
  return Object.entries(figures).flatMap(([key, { title, allowed = {} }]) =>
    Object.entries(allowed)
      .filter(([pair, limit]) => summary[key][pair].median > limit)
      .map(
        ([pair, limit]) =>
          `${title}: ${pair} is ${summary[key][pair].median.toFixed(2)}, allowed are ${limit}.`,
      ),
  );
}
