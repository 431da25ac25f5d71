import {
  ask,
  type Json,
  praisonMessage,
  v1Message,
  v03Message,
  v03RestMessage,
  type Wire,
} from './support.js';

/** One event as it was sent. */
export interface Sent {
  event?: string;
  data: Wire;
}

/** The events of a body, one by one; leaving the loop cancels it. */
export async function* readEvents(response: Response): AsyncGenerator<Sent> {
  if (!response.body) throw new Error('There is no body.');
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) yield parse(frame);
  }
  if (text !== '') throw new Error(`The stream ended within an event: ${text}`);
}

function parse(frame: string): Sent {
  const match = /^(?:event: (.+)\n)?((?:data: .+\n)+)$/.exec(`${frame}\n`);
  if (!match) throw new Error(`Not an event: ${frame}`);
  const data = match[2]?.replaceAll('data: ', '') ?? '';
  return { ...(match[1] !== undefined && { event: match[1] }), data: JSON.parse(data) };
}

export { ask as open };

/** Reads to the end, or to the error that is then the last line. */
export async function readAll(response: Response, tell: (sent: Sent) => string): Promise<string[]> {
  const told: string[] = [];
  try {
    for await (const sent of readEvents(response)) told.push(tell(sent));
  } catch (error) {
    told.push(`broken: ${(error as Error).message}`);
  }
  return told;
}

const textOf = (parts: Wire[] = []) => parts.map(part => ` ${part.text}`).join('');
const stateOf = (state: string) =>
  state.toLowerCase().replace('task_state_', '').replace('_', '-').replace('cancelled', 'canceled');

function tellStatus(name: string, { state, message }: Wire, final?: boolean): string {
  return `${name} ${stateOf(state)}${textOf(message?.content ?? message?.parts)}${final ? ' final' : ''}`;
}

function tellArtifact({ artifact, append, lastChunk }: Wire): string {
  return `artifact${textOf(artifact.parts)}${append ? ' appended' : ''}${lastChunk ? ' last' : ''}`;
}

function tellV1({ event, data }: Sent): string {
  if (data.error) return `${event} ${data.error.code} ${data.error.message}`;
  return tellResponse(data.result);
}

function tellRest({ event, data }: Sent): string {
  if (data.error) return `${event} ${data.error.status} ${data.error.message}`;
  return tellResponse(data);
}

/** A StreamResponse. */
function tellResponse({ task, message, statusUpdate, artifactUpdate }: Wire): string {
  if (task) return tellStatus('task', task.status);
  if (message) return `message${textOf(message.content ?? message.parts)}`;
  return statusUpdate
    ? tellStatus('status', statusUpdate.status, statusUpdate.final)
    : tellArtifact(artifactUpdate);
}

function tellV03({ data: { result } }: Sent): string {
  if (result.kind === 'task') return tellStatus('task', result.status);
  if (result.kind === 'message') return `message${textOf(result.parts)}`;
  return result.kind === 'status-update'
    ? tellStatus('status', result.status, result.final)
    : tellArtifact(result);
}

function tellPraison({ event, data }: Sent): string {
  if (event === 'task.status') return tellStatus('status', data.status, data.final);
  return event === 'task.artifact' ? tellArtifact(data) : `${event}`;
}

const v1 = {
  title: '1.0',
  dialect: '1.0' as '1.0' | '0.3',
  bindings: ['JSONRPC'] as ['JSONRPC' | 'HTTP+JSON'],
  /** What an answer that is no stream is. */
  type: 'application/json',
  stream: 'SendStreamingMessage',
  subscribe: 'SubscribeToTask',
  get: 'GetTask',
  cancel: 'CancelTask',
  send: (text: string, fields?: Json): Json => ({ message: v1Message(text, fields) }),
  tell: tellV1,
  /** What an event says, out of its envelope. */
  resultOf: ({ data }: Sent): Wire => data.result,
  taskOf: ({ data }: Sent): Wire => data.result.task,
  /** What a last status says besides. */
  final: '',
  /** What is told of an agent that threw 'boom'. */
  thrown: 'error -32603 boom',
};

const v03 = {
  ...v1,
  title: '0.3',
  dialect: '0.3' as const,
  stream: 'message/stream',
  subscribe: 'tasks/resubscribe',
  get: 'tasks/get',
  cancel: 'tasks/cancel',
  send: (text: string, fields?: Json): Json => ({ message: v03Message(text, fields) }),
  tell: tellV03,
  taskOf: ({ data }: Sent): Wire => data.result,
  final: ' final',
  thrown: 'status failed boom final',
};

const rest = {
  bindings: ['HTTP+JSON'] as ['HTTP+JSON'],
  tell: tellRest,
  resultOf: ({ data }: Sent): Wire => data,
  taskOf: ({ data }: Sent): Wire => data.task,
};

/** The dialects in which a stream can be entered again, in each of their bindings. */
export const resuming = [
  v1,
  v03,
  {
    ...v1,
    ...rest,
    title: '1.0 over HTTP+JSON',
    type: 'application/json',
    thrown: 'error INTERNAL boom',
  },
  {
    ...v03,
    ...rest,
    title: '0.3 over HTTP+JSON',
    send: (text: string, fields?: Json): Json => ({ message: v03RestMessage(text, fields) }),
  },
];

export const praison = {
  dialect: 'praison' as const,
  stream: 'message/stream',
  send: (text: string, fields?: Json): Json => ({ message: praisonMessage(text, fields) }),
  tell: tellPraison,
};
