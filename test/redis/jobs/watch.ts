import { type JobArguments, report, runJob } from './job.js';

/** Reports the counts when all who are named have counted to `times`; looks only when it is woken. */
await runJob<JobArguments & { names: string[]; times: number }>(async (store, { names, times }) => {
  let wakes = 0;
  let wake = () => {};
  const leave = await store.subscribe('counts', () => {
    wakes += 1;
    wake();
  });
  return async () => {
    for (;;) {
      const woken = new Promise<void>(resolve => {
        wake = resolve;
      });
      const counts: Record<string, number> = JSON.parse((await store.get('counts')) ?? '{}');
      if (names.every(name => counts[name] === times)) {
        report({ woken: wakes });
        report({ result: counts });
        return leave();
      }
      await woken;
    }
  };
});
