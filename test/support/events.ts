import {
  type Artifact,
  type Message,
  type StreamEvent,
  type Task,
  type TaskState,
  type TaskStatus,
  textOf,
} from 'a2a-await';

/** Events about a task "t" in a context "c", as short as a table needs them. */

export const said = (text: string, messageId = text): Message => ({
  kind: 'message',
  messageId,
  role: 'agent',
  parts: [{ kind: 'text', text }],
});

export const made = (artifactId: string, ...texts: string[]): Artifact => ({
  artifactId,
  parts: texts.map(text => ({ kind: 'text', text })),
});

export const taskIn = (state: TaskState, more: Partial<Task> & { at?: string } = {}): Task => {
  const { at, ...rest } = more;
  return {
    kind: 'task',
    id: 't',
    contextId: 'c',
    status: { state, ...(at === undefined ? {} : { timestamp: at }) },
    artifacts: [],
    history: [],
    ...rest,
  };
};

const stops: readonly TaskState[] = [
  'input-required',
  'auth-required',
  'completed',
  'failed',
  'canceled',
  'rejected',
];

export const became = (
  state: TaskState,
  more: Partial<TaskStatus> & { taskId?: string } = {},
): StreamEvent => {
  const { taskId = 't', ...status } = more;
  return {
    kind: 'status-update',
    taskId,
    contextId: 'c',
    status: { state, ...status },
    final: stops.includes(state),
  };
};

export const chunk = (
  artifact: Artifact,
  { append = true, lastChunk = false }: { append?: boolean; lastChunk?: boolean } = {},
): StreamEvent => ({ kind: 'artifact-update', taskId: 't', contextId: 'c', artifact, append, lastChunk });

/** The first piece of an artifact, and those after it. */
export const begins = (id: string, ...texts: string[]): StreamEvent =>
  chunk(made(id, ...texts), { append: false });
export const goesOn = (id: string, ...texts: string[]): StreamEvent => chunk(made(id, ...texts));

/** Events in a few words, for people. */
export const brief = (events: readonly StreamEvent[]) =>
  events.map(event => {
    if (event.kind === 'message') return `message: ${textOf(event)}`;
    if (event.kind === 'artifact-update') {
      const text = event.artifact.parts.map(part => (part.kind === 'text' ? part.text : '')).join('');
      return `${event.append ? 'more' : 'artifact'}: ${text}`;
    }
    return `${event.kind}: ${event.status.state}`;
  });
