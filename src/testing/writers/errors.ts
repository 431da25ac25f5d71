import { RpcFault } from '../fault.js';
import { FieldError, type Json } from '../fields.js';
import { wordsOf } from '../words-of.js';
import type { Unanswered } from './writer.js';

/** The plain answers of the servers built with the official libraries. */
export function plainHttpError(
  status: 401 | 404 | 405,
  { allowed }: Pick<Unanswered, 'allowed'> = { allowed: [] },
): Response {
  if (status === 401) {
    const headers = { 'www-authenticate': 'Bearer' };
    return Response.json({ error: 'Unauthorized' }, { status, headers });
  }
  const text = status === 404 ? 'Not Found' : 'Method Not Allowed';
  const allow = status === 405 && allowed.length > 0 ? { allow: [...new Set(allowed)].join(', ') } : {};
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...allow } });
}

/** A v1.0 error: with the machine-readable reason in its data. */
export function v1Fault(code: number, message: string, reason: string): RpcFault {
  return new RpcFault(code, message, [errorInfo(reason)]);
}

export function errorInfo(reason: string): Json {
  const type = 'type.googleapis.com/google.rpc.ErrorInfo';
  return { '@type': type, reason, domain: 'a2a-protocol.org', metadata: {} };
}

/** What a throw in a v1.0 method becomes: a refused field, or the words of the agent. */
export function v1Thrown(error: unknown): RpcFault {
  if (!(error instanceof FieldError)) return internal(error);
  // A value that parses and does not make sense is reported in another way than one that does not parse.
  if (error.kind === 'value') {
    return v1Fault(-32602, `${error.path.join('.')}: ${error.message}`, 'INVALID_PARAMS');
  }
  return new RpcFault(-32602, 'Invalid params', `Failed to parse ${error.path.join('.')}: ${error.message}.`);
}

const pydanticTypes = {
  missing: 'missing',
  type: 'type_error',
  unknown: 'extra_forbidden',
  value: 'value_error',
};

/** What a throw in a v0.3 method becomes. */
export function v03Thrown(error: unknown): RpcFault {
  if (!(error instanceof FieldError)) return internal(error);
  return new RpcFault(-32602, 'Invalid parameters', [
    { type: pydanticTypes[error.kind], loc: ['params', ...error.path], msg: error.message },
  ]);
}

function internal(error: unknown): RpcFault {
  return new RpcFault(-32603, wordsOf(error));
}
