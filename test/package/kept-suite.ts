import * as vitest from 'vitest';

type Step = (...given: unknown[]) => unknown;

/** vitest's own module, for a block of a document that is a suite: what it says is kept, and then run by its test. */
export function keepSuite() {
  const kept = { beforeAll: [], beforeEach: [], test: [], afterEach: [], afterAll: [] } as Record<
    string,
    Step[]
  >;
  const keeping = Object.entries(kept).map(([hook, steps]) => [
    hook,
    (...given: unknown[]) => void steps.push(given.at(-1) as Step),
  ]);
  const module = { ...vitest, ...Object.fromEntries(keeping) };
  module.test.each = (rows: readonly unknown[]) => (_: string, step: Step) => {
    for (const row of rows) kept['test']?.push(() => step(...[row].flat()));
  };
  const all = async (hook: string) => {
    for (const step of kept[hook] ?? []) await step();
  };
  return {
    module,
    async run(): Promise<void> {
      try {
        await all('beforeAll');
        for (const step of kept['test'] ?? []) {
          try {
            await all('beforeEach');
            await step();
          } finally {
            await all('afterEach');
          }
        }
      } finally {
        await all('afterAll');
      }
    },
  };
}
