import type { Dialect, StreamEvent, TaskState } from 'a2a-await';

/** A story of 50 events about one task: statuses, and two artifacts that grow in turns, with words that repeat. */
export const story: readonly StreamEvent[] = [
  { kind: 'task', id: 't1', contextId: 'c1', status: { state: 'submitted' }, artifacts: [], history: [] },
  statusOf('working'),
  ...Array.from({ length: 47 }, (_, n): StreamEvent => {
    const artifactId = n % 3 === 2 ? 'b' : 'a';
    return {
      kind: 'artifact-update',
      taskId: 't1',
      contextId: 'c1',
      artifact: { artifactId, parts: [{ kind: 'text', text: ['the ', 'é', `${n} `][n % 4] ?? 'the ' }] },
      append: n !== 0 && n !== 2,
      lastChunk: false,
    };
  }),
  statusOf('completed'),
];

function statusOf(state: TaskState): StreamEvent {
  return {
    kind: 'status-update',
    taskId: 't1',
    contextId: 'c1',
    status: { state },
    final: state === 'completed',
  };
}

/** How a story is written on the wire: in a dialect over JSON-RPC, or over HTTP+JSON. */
export type Writing = Dialect | '1.0 over HTTP+JSON' | '0.3 over HTTP+JSON';

/** What the client tells of it: PraisonAI never tells the task as a whole. */
export const toldIn = (dialect: Writing) => (dialect === 'praison' ? story.slice(1) : story);

/** An event as a server writes it. */
export function frameOf(dialect: Writing, event: StreamEvent, id: string): string {
  if (dialect === 'praison') return praisonFrame(event);
  if (dialect === '1.0 over HTTP+JSON') return `data: ${JSON.stringify(v1Result(event))}\n\n`;
  if (dialect === '0.3 over HTTP+JSON') {
    // Indented, over many lines, as the Python server has it.
    const lines = JSON.stringify(v1Result(event), undefined, 2).split('\n');
    return `${lines.map(line => `data: ${line}\r\n`).join('')}\r\n`;
  }
  const result = dialect === '1.0' ? v1Result(event) : v03Result(event);
  return `data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`;
}

function v1Result(event: StreamEvent): object {
  const upper = (state: TaskState) => ({ state: `TASK_STATE_${state.toUpperCase()}` });
  const untagged = (artifact: { artifactId: string; parts: object[] }) => ({
    ...artifact,
    parts: artifact.parts.map(part => ({ ...part, kind: undefined })),
  });
  switch (event.kind) {
    case 'task':
      return {
        task: {
          ...event,
          kind: undefined,
          status: upper(event.status.state),
          artifacts: event.artifacts.map(untagged),
        },
      };
    case 'status-update': {
      const { taskId, contextId, status } = event;
      return { statusUpdate: { taskId, contextId, status: upper(status.state) } };
    }
    case 'artifact-update': {
      const { taskId, contextId, artifact, append } = event;
      return { artifactUpdate: { taskId, contextId, artifact: untagged(artifact), append } };
    }
    default:
      return { message: event };
  }
}

function v03Result(event: StreamEvent): object {
  return event;
}

function praisonFrame(event: StreamEvent): string {
  if (event.kind === 'status-update') {
    const { taskId, contextId, status, final } = event;
    const done = final ? 'event: done\ndata: {}\n\n' : '';
    return `event: task.status\ndata: ${JSON.stringify({ taskId, contextId, status, final })}\n\n${done}`;
  }
  if (event.kind !== 'artifact-update') return '';
  const { taskId, contextId, artifact, append, lastChunk } = event;
  const parts = artifact.parts.map(part => ({ ...part, kind: undefined }));
  const data = { taskId, contextId, artifact: { ...artifact, parts }, append, lastChunk };
  return `event: task.artifact\ndata: ${JSON.stringify(data)}\n\n`;
}
