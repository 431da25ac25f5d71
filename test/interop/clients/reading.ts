/** What a client printed: the JSON of 1.0, or that of 0.3. */
// biome-ignore lint/suspicious/noExplicitAny: what another program wrote, which the assertions are there to check.
export type Wire = any;

/** What matters of a task, whichever version it was written in. */
export interface BriefTask {
  id: string;
  contextId: string;
  state: string;
  /** What the agent said with its status. */
  said: string;
  /** The text of each artifact. */
  artifacts: string[];
  /** Who said what. */
  history: string[];
}

/** A task: by itself, or in the member of 1.0 that says what it is. */
export function briefTask(answer: Wire): BriefTask {
  const task = answer.task ?? answer;
  return {
    id: task.id,
    contextId: task.contextId,
    state: stateOf(task.status),
    said: textOf(task.status.message),
    artifacts: (task.artifacts ?? []).map(textOf),
    history: (task.history ?? []).map((message: Wire) => `${roleOf(message)}: ${textOf(message)}`),
  };
}

/** A message, as one line. */
export function briefMessage(answer: Wire): string {
  const message = answer.message ?? answer;
  return `${roleOf(message)}: ${textOf(message)}`;
}

/** An event of a stream, or a notification, as one line. */
export function briefEvent(event: Wire): string {
  const kind: string = event.kind ?? Object.keys(event)[0];
  if (kind === 'task') {
    const { state, artifacts } = briefTask(event);
    return ['task', state, ...artifacts].join(' ');
  }
  if (kind === 'message') return `message ${briefMessage(event)}`;
  const update = event[kind] ?? event;
  if (update.artifact) return `artifact ${textOf(update.artifact)}`;
  return ['status', stateOf(update.status), textOf(update.status.message)].join(' ').trim();
}

/** Of which task an event tells. */
export function taskIdOf(event: Wire): string {
  const inner = event.task ?? event.statusUpdate ?? event.artifactUpdate ?? event;
  return inner.taskId ?? inner.id;
}

/** A push configuration, which 0.3 wraps. */
export function briefConfig(config: Wire): Wire {
  const { id, url, token } = config.pushNotificationConfig ?? config;
  return { taskId: config.taskId, id, url, ...(token && { token }) };
}

/** The parts in the spelling of 1.0. */
export function partsOf({ parts }: Wire): Wire[] {
  return parts.map(({ kind: _, file, ...part }: Wire) => {
    if (!file) return part;
    const { bytes, uri, mimeType, name } = file;
    return {
      ...(bytes === undefined ? { url: uri } : { raw: bytes }),
      mediaType: mimeType,
      ...(name && { filename: name }),
    };
  });
}

function stateOf({ state }: Wire): string {
  return state.toLowerCase().replace('task_state_', '').replaceAll('_', '-');
}

function roleOf({ role }: Wire): string {
  return role.toLowerCase().replace('role_', '');
}

function textOf(holder: Wire): string {
  return (holder?.parts ?? []).map((part: Wire) => part.text ?? '').join('');
}
