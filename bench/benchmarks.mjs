// What is measured: each under the name of the file that does it for one contestant. `allowed` is what `--check` judges.

const together = 50;

const getTask = {
  settings: { together },
  figures: {
    sequential: {
      title: 'one at a time, µs a call',
      of: run => run.sequential.wall,
      allowed: { 'ours/official': 1.1 },
    },
    concurrent: {
      title: `${together} at once, µs a call`,
      of: run => run.concurrent.wall,
      allowed: { 'ours/official': 1.1 },
    },
    sequentialCpu: { title: 'one at a time, CPU µs a call', of: run => run.sequential.cpu },
    concurrentCpu: { title: `${together} at once, CPU µs a call`, of: run => run.concurrent.cpu },
  },
};

/** From the start of a process, with import, agent card and first call. */
const start = {
  settings: {},
  /** Each takes a moment only. */
  turns: 3,
  figures: {
    startUp: {
      title: 'start to first answer, ms',
      of: run => run.startUp,
      allowed: { 'ours/official': 1.0 },
    },
    cpu: { title: 'the same, CPU ms', of: run => run.cpu },
    memory: { title: 'memory by then, MB', of: run => run.memory, allowed: { 'ours/official': 1.0 } },
  },
};

const inMs = microseconds => microseconds / 1_000;

const streams = {
  /** How many of each are read one after the other. */
  settings: { times: { many: 40, large: 8 } },
  figures: {
    many: {
      title: '5,000 events, ms a stream',
      of: run => inMs(run.many.wall),
      allowed: { 'ours/raw': 1.7 },
    },
    large: {
      title: '5 events of 3 MB, ms a stream',
      of: run => inMs(run.large.wall),
      allowed: { 'ours/raw': 1.5 },
    },
    manyCpu: { title: '5,000 events, CPU ms a stream', of: run => inMs(run.many.cpu) },
    largeCpu: { title: '5 events of 3 MB, CPU ms a stream', of: run => inMs(run.large.cpu) },
  },
};

export const benchmarks = { start, 'get-task': getTask, streams };
