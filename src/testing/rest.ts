import { refusedStream, streamResponse } from './event-stream.js';
import { HttpFault, plainText, RpcFault } from './fault.js';
import { FieldError, isJson, type Json } from './fields.js';
import { jsonResponse } from './framing.js';
import { parseBody } from './parse-body.js';
import type { Routed } from './routes.js';
import { TaskStream } from './task-stream.js';
import { checkTenant } from './tenant.js';
import type { Call, RestWriter, Writer } from './writers/writer.js';

const integers = new Set(['historyLength', 'pageSize']);
const booleans = new Set(['includeArtifacts']);

/** What matters of a request. */
export type Asked = Pick<Request, 'headers' | 'method' | 'url'>;

/** Runs what a request of the HTTP+JSON binding asks for, and writes the answer. */
export async function answerRest(
  { rpcMethod, params }: Routed,
  request: Asked,
  text: string,
  writer: Writer,
  rest: RestWriter,
  call: Call,
): Promise<Response> {
  const { framing } = writer;
  const write = (body: unknown, status: number, type = rest.contentType) =>
    jsonResponse(body, framing, { status, type });
  try {
    if (text !== '') writer.open?.(request.headers);
    if (rest.admit) rest.admit(request.headers, call);
    else writer.admit(request.headers, call);
    const asked = request.method === 'GET' ? readQuery(new URL(request.url)) : readBody(text, writer);
    const named = merge(asked, params, rpcMethod, call);
    checkTenant(named, call);
    const result = await rest.methods.get(rpcMethod)?.(named, call);
    if (result === undefined) {
      const headers = rest.emptyType === undefined ? {} : { 'content-type': rest.emptyType };
      return new Response(null, { status: 204, headers });
    }
    if (!(result instanceof TaskStream)) return write(result, rest.creates.has(rpcMethod) ? 201 : 200);
    return streamResponse(
      result,
      item => rest.frame(item, call),
      () => call.fateOf(rpcMethod),
      framing,
    );
  } catch (error) {
    if (call.desk.closed) throw error;
    if (error instanceof HttpFault) return plainText(error);
    const stream = error instanceof RpcFault && rest.refusedStream?.(rpcMethod);
    if (stream) return refusedStream(stream, framing);
    const { status, body, type } = rest.refusal(error, call);
    return write(body, status, type);
  }
}

/** What was asked for, with the params of the path. */
function merge(asked: Json, params: Json, rpcMethod: string, { desk, strict }: Call): Json {
  if (rpcMethod === 'CreateTaskPushNotificationConfig') {
    // As the JavaScript server.
    if (desk.push.quirks.taskIdIn === 'body') return asked;
    // As the Java server.
    if (strict && (asked.taskId ?? params.taskId) !== params.taskId) {
      throw new FieldError('value', ['taskId'], 'not the task of the path');
    }
  }
  return { ...asked, ...params };
}

/** What does not fit is left as it is, and found by whoever reads the field. */
function readQuery({ searchParams }: URL): Json {
  const typed = ([name, text]: [string, string]): [string, unknown] => {
    if (integers.has(name) && /^-?\d+$/.test(text)) return [name, Number(text)];
    if (booleans.has(name) && /^(true|false)$/.test(text)) return [name, text === 'true'];
    return [name, text];
  };
  return Object.fromEntries([...searchParams].map(typed));
}

/** No body is one without fields. */
function readBody(text: string, writer: Writer): Json {
  const body = text === '' ? {} : parseBody(text, writer);
  if (!isJson(body)) throw writer.refuse.notAnObject(body);
  return body;
}
