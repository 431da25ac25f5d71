import { contest } from './contestant.mjs';

await contest(async ({ getTask }, { taskId }) => {
  const first = await getTask(taskId);
  // Node counts from the start of the process.
  const startUp = performance.now();
  const { user, system } = process.cpuUsage();
  // In kB, at its most so far.
  const { maxRSS } = process.resourceUsage();
  if (first.id !== taskId) throw new Error('That is not the task.');
  return { startUp, cpu: (user + system) / 1_000, memory: (maxRSS * 1_024) / 1e6 };
});
