import { type JobArguments, report, runJob } from './job.js';

/** Counts up to `times` under its own name, in a value that others count in, and wakes the channel each time. */
await runJob<JobArguments & { name: string; times: number }>(async (store, { name, times }) => async () => {
  for (let done = 0; done < times; ) {
    const now = await store.get('counts');
    const counts: Record<string, number> = JSON.parse(now ?? '{}');
    const next = JSON.stringify({ ...counts, [name]: (counts[name] ?? 0) + 1 });
    if (!(await store.replace('counts', now, next, 60_000))) continue;
    await store.wake('counts');
    done += 1;
    report({ done });
  }
});
