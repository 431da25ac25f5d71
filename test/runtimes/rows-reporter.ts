import type { Reporter } from 'vitest/node';

/** How many rows the table of what a receiver answers has. */
const rows = 46;

/** Those of their tests that are not for browsers. */
const notInBrowsers = [
  'row 19: a body over the limit > that is declared is 413, and not read (not in browsers: they drop Content-Length)',
  'row 44: headers that say who it is > host is ignored (not in browsers: they drop it)',
];

/** Fails a run in which a row had no test that passed, or in which others were skipped than those above. */
export const rowsReporter: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const namesOf = (state: string) =>
      tests.filter(test => test.result().state === state).map(({ fullName }) => fullName);

    const passed = new Set(namesOf('passed').map(name => Number(/^row (\d+):/.exec(name)?.[1])));
    const missing = Array.from({ length: rows }, (_, index) => index + 1).filter(row => !passed.has(row));
    const skipped = namesOf('skipped');
    const complaints = [
      ...missing.map(row => `Row ${row} had no test that passed.`),
      ...skipped.filter(name => !notInBrowsers.includes(name)).map(name => `Was skipped: ${name}`),
      ...notInBrowsers.filter(name => !skipped.includes(name)).map(name => `Was not skipped: ${name}`),
    ];
    if (complaints.length > 0) process.exitCode = 1;
    else complaints.push(`All ${rows} rows, without:`, ...notInBrowsers);
    console.log(`\n${complaints.join('\n')}`);
  },
};
