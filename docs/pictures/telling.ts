import type { Step } from './record.js';

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** When the task ended and when the app knew, and how much later that was, in ms. */
export function lateness(steps: readonly Step[]): { ended: number; known: number; late: number } {
  const timeOf = (isIt: (step: Step) => boolean) => steps.find(isIt)?.at ?? Number.NaN;
  const ended = timeOf(step => step.kind === 'state' && step.state === 'completed');
  const known = timeOf(step => step.kind === 'known');
  return { ended, known, late: known - ended };
}

/** The same in words as a picture shows, for whoever does not see it. */
export function tell(steps: readonly Step[]): string {
  const { ended, late } = lateness(steps);
  const sent = steps.find(step => step.kind === 'request' && step.operation === 'SendMessage');
  const stream = steps.find(step => step.kind === 'stream');
  const asked = steps.filter(step => step.kind === 'request' && step.operation === 'GetTask');
  const events = steps.filter(step => step.kind === 'event');
  const notified = steps.filter(step => step.kind === 'notification' && !step.isLost);
  const lost = steps.find(step => step.kind === 'notification' && step.isLost);
  return [
    `your app sends the message at ${times(sent)}`,
    stream && `opens a stream at ${times(stream)}, and hears by it at ${times(...events)}`,
    notified.length > 0 && `is notified at ${times(...notified)}`,
    lost && `is not notified at ${times(lost)}, because that gets lost`,
    `asks how the task stands at ${times(...asked)}`,
  ]
    .filter(Boolean)
    .join('; it ')
    .concat(`. The agent completes the task at ${seconds(ended)}; your app knows ${seconds(late)} later.`);
}

function times(...steps: (Step | undefined)[]): string {
  const all = steps.map(step => seconds(step?.at ?? Number.NaN));
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : all.join();
}
