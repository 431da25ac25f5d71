import type { Target } from '../bundle.js';
import type { AgentUrls } from '../suite/agents.js';
import type { Report } from '../suite/report.js';
import type { Suite } from '../suites.js';

/** A suite that is bundled, and what it needs. */
export interface Job {
  suite: Suite;
  /** The folder of the application, where the bundle lies. */
  app: string;
  /** The bundle's name in it. */
  bundle: string;
  agents: AgentUrls;
}

/** A runtime that the tests run in. */
export interface Runtime {
  name: string;
  target: Target;
  suites: readonly Suite[];
  /** Rejects where it does not start. */
  version(): Promise<string>;
  /** Rejects where there is no report, or where the runtime does not come to its end. */
  run(job: Job): Promise<Report>;
  /** Runs the README's lines, as its user would: `main.mjs`, or `worker.ts`. Gives what they print, or answer. */
  runLines(job: Omit<Job, 'suite' | 'bundle'>): Promise<string[]>;
}

/** How long a suite may take, and then a process to end by itself, ms. */
export const patience = { suite: 120_000, end: 5_000 };
