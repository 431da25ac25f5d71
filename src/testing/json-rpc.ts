import { streamResponse } from './event-stream.js';
import { HttpFault, plainText, RpcFault } from './fault.js';
import { isJson } from './fields.js';
import { parseBody } from './parse-body.js';
import { TaskStream } from './task-stream.js';
import type { Call, Writer } from './writers/writer.js';

/** Takes a JSON-RPC request through the checks in the order real servers make them, and writes the answer. */
export async function answerRpc(
  text: string,
  headers: Headers,
  writer: Writer,
  call: Call,
): Promise<Response> {
  let id: unknown;
  try {
    writer.open?.(headers, call);
    const body = parseBody(text, writer);
    if (!isJson(body)) throw writer.refuse.notAnObject(body);
    id = body.id;
    const { method: name, params = {} } = body;
    if (typeof name !== 'string') throw writer.refuse.noMethod(body);
    const method = writer.methods.get(name);
    // Before the version: so do the servers that look at it.
    if (!method) throw writer.refuse.unknownMethod(name);
    writer.admit(headers);
    if (!isJson(params)) throw writer.refuse.badParams(params);
    const result = await method(params, call);
    if (!(result instanceof TaskStream)) return Response.json(writer.envelope(id, { result }));
    return streamResponse(result, item => writer.frame(id, item), call.fateOf(name));
  } catch (error) {
    if (call.desk.closed) throw error;
    const fault =
      error instanceof RpcFault || error instanceof HttpFault ? error : writer.refuse.thrown(error);
    if (fault instanceof HttpFault) return plainText(fault);
    return Response.json(writer.envelope(id, { error: fault }));
  }
}
