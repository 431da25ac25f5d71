/** What became of a test. */
export interface Row {
  /** With its file and the suites that it is in. */
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  error?: string;
}

export interface Report {
  rows: Row[];
  /** Promises that were rejected without anybody to hear. */
  unhandled: string[];
}
