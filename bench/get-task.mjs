import { contest, measure } from './contestant.mjs';

await contest(async ({ getTask }, { taskId, calls, batches, together }) => {
  const first = await getTask(taskId);
  if (first.id !== taskId) throw new Error('That is not the task.');

  async function oneByOne(count) {
    for (let call = 0; call < count; call += 1) await getTask(taskId);
  }

  async function manyAtOnce(count) {
    for (let batch = 0; batch < count; batch += 1) {
      await Promise.all(Array.from({ length: together }, () => getTask(taskId)));
    }
  }

  // Compiles the code and opens the connections.
  await oneByOne(calls / 4);
  await manyAtOnce(batches / 4);
  const sequential = await measure(calls, () => oneByOne(calls));
  const concurrent = await measure(batches * together, () => manyAtOnce(batches));
  return { sequential, concurrent };
});
