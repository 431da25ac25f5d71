/** A test that does not run, or not pass, in some runtimes. */
export interface Exception {
  /** Begins the names of all tests that are meant. */
  tests: RegExp;
  runtimes: readonly string[];
  reason: string;
}

/** Each must be needed: one that meets no test, or a test that passes, fails the run. */
export const exceptions: readonly Exception[] = [
  {
    tests:
      /^test\/scenarios\/(stream-hostile\.test\.ts > (a stream is left|after the end|a refusal as the first event) >|streams-left\.test\.ts > leaving ends the very connection|streams\.test\.ts > .* > leaving the loop closes the connection)/,
    runtimes: ['Chromium', 'workerd'],
    reason: 'starts a server of its own, with node:http; network/ has the like with a server elsewhere',
  },
  {
    tests: /^test\/scenarios\/extensions\.test\.ts > .* > of a name that no header can have \("urn:☃"\)/,
    runtimes: ['workerd'],
    reason: 'its Headers take what others refuse, and send it in UTF-8',
  },
  {
    tests: /^test\/unit\/webhook\/.*\(not in browsers: they drop /,
    runtimes: ['Chromium'],
    reason: 'a Request there drops the very header that is tested',
  },
];
