import type { Message } from './message.js';
import type { FileBytesPart, Part } from './part.js';
import { type Artifact, isMessage, type Task } from './task.js';

/**
 * The text of an answer, or of one artifact: a message's text parts, or those of a task's artifacts (a blank line
 * between artifacts). A task without any gives the text of its status message: a question, or why it failed. Empty if
 * there is none.
 *
 * @example console.log(textOf(await client.run('Write a haiku')))
 */
export function textOf(answer: Task | Message | Artifact): string {
  if ('parts' in answer) return textOfParts(answer.parts);
  const text = answer.artifacts
    .map(artifact => textOfParts(artifact.parts))
    .filter(Boolean)
    .join('\n\n');
  return text || (answer.status.message ? textOfParts(answer.status.message.parts) : '');
}

function textOfParts(parts: readonly Part[]): string {
  // Agents stream an artifact as many small text parts that belong together: no separator.
  return parts.map(part => (part.kind === 'text' ? part.text : '')).join('');
}

/** What validates a value, as zod, valibot and arktype do (standardschema.dev, version 1). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

interface StandardResult<Output> {
  readonly value?: Output | undefined;
  readonly issues?:
    | ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
      }>
    | undefined;
}

/**
 * The first data part of a message, or of a task's artifacts; `undefined` if there is none. With a schema of any
 * library that follows Standard Schema it is validated, and a promise.
 *
 * @throws TypeError if the data does not fit the schema (rejects); the message lists what is wrong
 * @example const report = await dataOf(task, z.object({ pages: z.number() }))
 */
export function dataOf(answer: Task | Message): unknown;
export function dataOf<Output>(answer: Task | Message, schema: StandardSchema<Output>): Promise<Output>;
export function dataOf(answer: Task | Message, schema?: StandardSchema): unknown {
  const parts = isMessage(answer) ? answer.parts : answer.artifacts.flatMap(artifact => artifact.parts);
  const data = parts.find(part => part.kind === 'data')?.data;
  return schema ? validated(data, schema) : data;
}

async function validated(data: unknown, schema: StandardSchema): Promise<unknown> {
  const result = await schema['~standard'].validate(data);
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path }) => {
    const where = path?.map(key => String(typeof key === 'object' ? key.key : key)).join('.');
    return where ? `${where}: ${message}` : message;
  });
  throw new TypeError(`The agent's data does not fit the schema: ${issues.join('; ')}`);
}

/**
 * The bytes of a file part that carries its content. Accepts base64 and base64url, padded or not.
 *
 * @throws TypeError if the content is not base64
 * @example await writeFile(part.filename, bytesOf(part))
 */
export function bytesOf(part: FileBytesPart): Uint8Array {
  let binary: string;
  try {
    binary = atob(part.raw.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (cause) {
    throw new TypeError(`The file part${part.filename ? ` "${part.filename}"` : ''} is not base64.`, {
      cause,
    });
  }
  return Uint8Array.from(binary, character => character.charCodeAt(0));
}
