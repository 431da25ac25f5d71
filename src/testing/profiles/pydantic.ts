import { isJson, type Json } from '../fields.js';
import { repr, typeName } from './python.js';

/** What is wrong with a value, as Pydantic has it. */
export type Problem = { type: string; loc: readonly (string | number)[]; msg: string; input: unknown } & Json;

/** Pydantic gives a page to each kind of problem. */
export function withPage(problem: Problem): Problem {
  return { ...problem, url: `https://errors.pydantic.dev/2.13/v/${problem.type}` };
}

const required = ['messageId', 'parts', 'role'];

/** What is wrong with the message of a send: with its own fields, and all at once. */
export function problemsOf({ message }: Json): Problem[] {
  const loc = ['params', 'message'];
  if (!isJson(message)) return [];
  return required.flatMap(name => {
    const input = message[name];
    const at = [...loc, name];
    if (input === undefined)
      return withPage({ type: 'missing', loc: at, msg: 'Field required', input: message });
    if (name === 'parts') {
      if (Array.isArray(input)) return [];
      return withPage({ type: 'list_type', loc: at, msg: 'Input should be a valid list', input });
    }
    if (name === 'messageId') {
      if (typeof input === 'string') return [];
      return withPage({ type: 'string_type', loc: at, msg: 'Input should be a valid string', input });
    }
    if (input === 'user' || input === 'agent') return [];
    const ctx = { expected: "'agent' or 'user'" };
    return withPage({ type: 'enum', loc: at, msg: "Input should be 'agent' or 'user'", input, ctx });
  });
}

/** What a message is, they do not have to be told. */
export function ofKind(params: Json): Json {
  const { message } = params;
  return isJson(message) ? { ...params, message: { kind: 'message', ...message } } : params;
}

/** The same as a text, which tells of the model as a whole. */
export function inWords(problems: readonly Problem[], model: string): string {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} for ${model}`;
  const each = problems.map(
    ({ type, loc, msg, input, url }) =>
      `${loc.join('.')}\n  ${msg} [type=${type}, input_value=${repr(input)}, input_type=${typeName(input)}]\n` +
      `    For further information visit ${url}`,
  );
  return [count, ...each].join('\n');
}
