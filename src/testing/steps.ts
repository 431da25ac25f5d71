import type { Metadata, Part } from '../model/part.js';
import type { TaskState } from '../model/state.js';
import type { Artifact } from '../model/task.js';
import type { AgentContent, AgentPart, AgentStep } from './agent.js';
import { givenOf } from './filled.js';

/** How `artifact()` names and delivers what it makes. */
export interface ArtifactOptions {
  /** Default: a new id; with `append`, the id of the last artifact. */
  artifactId?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  metadata?: Metadata | undefined;
  /** Adds the parts to the artifact with this id instead of replacing it. @default false */
  append?: boolean | undefined;
  /** Whether nothing will be appended. @default true */
  lastChunk?: boolean | undefined;
}

/** The task is accepted and not yet begun, which is also how every task starts. */
export function submitted(): AgentStep {
  return status('submitted');
}

/** The agent is at work. */
export function working(content?: AgentContent): AgentStep {
  return status('working', content);
}

/**
 * The agent made something: a string, parts, or a whole artifact of the model.
 *
 * @example yield artifact('Chapter 1', { artifactId: 'book', lastChunk: false })
 * @example yield artifact('Chapter 2', { artifactId: 'book', append: true })
 */
export function artifact(content: AgentContent | Artifact, options: ArtifactOptions = {}): AgentStep {
  const { append = false, lastChunk = true, ...named } = options;
  const made = isArtifact(content) ? content : { parts: toParts(content) };
  const given = givenOf(named) as Partial<Artifact>;
  return { kind: 'artifact', artifact: { ...made, ...given }, append, lastChunk };
}

/** The agent asks; the turn ends, and the next message for the task begins another. */
export function inputRequired(question: AgentContent): AgentStep {
  return status('input-required', question);
}

/** The agent needs credentials; the turn ends, and the next message for the task begins another. */
export function authRequired(content: AgentContent): AgentStep {
  return status('auth-required', content);
}

/** The task is done. */
export function completed(content?: AgentContent): AgentStep {
  return status('completed', content);
}

/** The task failed, for this reason. */
export function failed(reason?: AgentContent): AgentStep {
  return status('failed', reason);
}

/** The agent will not do this task. */
export function rejected(reason?: AgentContent): AgentStep {
  return status('rejected', reason);
}

/** The agent gave the task up by itself. */
export function canceled(content?: AgentContent): AgentStep {
  return status('canceled', content);
}

/** A direct answer: a message, and no task. Only as the first step of a new conversation. */
export function reply(content: AgentContent): AgentStep {
  return { kind: 'reply', parts: toParts(content) };
}

function status(state: TaskState, content?: AgentContent): AgentStep {
  return { kind: 'status', state, ...(content !== undefined && { parts: toParts(content) }) };
}

function toParts(content: AgentContent): Part[] {
  return isList(content) ? content.map(toPart) : [toPart(content)];
}

function toPart(part: AgentPart): Part {
  if (typeof part === 'string') return { kind: 'text', text: part };
  if ('kind' in part) return part;
  if ('text' in part) return { kind: 'text', ...part };
  if ('data' in part) return { kind: 'data', ...part };
  if ('url' in part || 'raw' in part) return { kind: 'file', ...part };
  throw new TypeError(`A part has text, data, url or raw, which ${JSON.stringify(part)} has not.`);
}

// Array.isArray does not narrow readonly arrays.
function isList(content: AgentContent): content is readonly AgentPart[] {
  return Array.isArray(content);
}

function isArtifact(content: AgentContent | Artifact): content is Artifact {
  return typeof content === 'object' && 'parts' in content;
}
