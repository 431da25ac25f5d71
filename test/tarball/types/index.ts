import {
  A2AClient,
  type A2AClientOptions,
  A2AError,
  AdaptiveClient,
  dataOf,
  exponential,
  isTask,
  type Message,
  type StandardSchema,
  type Task,
  TaskFailedError,
  type TaskSource,
  textDeltas,
  textOf,
  waitForCompletion,
  watchTask,
} from 'a2a-await';

const options: A2AClientOptions = {
  auth: async ({ reason }) => (reason === 'start' ? 'first' : 'second'),
  fetch: (url, init) => fetch(url, init),
  retry: { retries: 3 },
  headers: { 'x-tenant': 'one' },
  hooks: { onRequest: request => void request.url.length },
};
// @ts-expect-error: no such dialect
const wrong: A2AClientOptions = { dialect: '0.2' };

export async function use(url: string, schema: StandardSchema<{ total: number }>): Promise<string> {
  await using client = new A2AClient(url, options);
  const sent: Task | Message = await client.sendMessage({ parts: [{ text: 'Hello' }], contextId: 'c' });
  if (isTask(sent) && sent.status.state === 'completed') return textOf(sent);
  for await (const event of client.streamMessage('Hello')) if (event.kind === 'status-update') break;
  for await (const text of textDeltas(client.streamMessage('Hello'))) if (text.length > 9) break;
  for await (const settled of client.waitAll(['task-1'])) {
    // @ts-expect-error: there is a task only where it is ok
    settled.task;
    if (settled.ok) return settled.task.id;
  }
  const adaptive = new AdaptiveClient(client, { strategies: ['stream', 'poll'] });
  adaptive.on('update', ({ taskId }) => taskId.length);
  try {
    const done = await adaptive.run('Hello', { timeout: 1_000, schedule: exponential() });
    const { total } = await dataOf(done, schema);
    return total.toFixed();
  } catch (error) {
    if (error instanceof TaskFailedError) return error.task.id;
    if (error instanceof A2AError) return error.code;
    throw error;
  }
}

interface TheirTask {
  id: string;
  status: { state: string };
  theirs: number;
}

export async function theirs(source: TaskSource<TheirTask>): Promise<number> {
  for await (const task of watchTask(source, 'task-1')) if (task.theirs > 1) break;
  // @ts-expect-error: a number is no id
  void waitForCompletion(source, 1);
  return (await waitForCompletion(source, 'task-1', { onUpdate: task => task.theirs })).theirs;
}

export { wrong };
