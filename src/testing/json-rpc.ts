import { refusedStream, streamResponse } from './event-stream.js';
import { HttpFault, plainText, RpcFault } from './fault.js';
import { isJson } from './fields.js';
import { jsonResponse } from './framing.js';
import { parseBody } from './parse-body.js';
import { TaskStream } from './task-stream.js';
import { checkTenant } from './tenant.js';
import type { Call, Writer } from './writers/writer.js';

/** Takes a JSON-RPC request through the checks in the order real servers make them, and writes the answer. */
export async function answerRpc(
  text: string,
  headers: Headers,
  writer: Writer,
  call: Call,
): Promise<Response> {
  let id: unknown;
  let speaker = writer;
  let called: string | undefined;
  try {
    writer.open?.(headers);
    const body = parseBody(text, writer);
    if (!isJson(body)) throw writer.refuse.notAnObject(body);
    id = body.id;
    const { method: name, params = {} } = body;
    if (typeof name !== 'string') throw writer.refuse.noMethod(body);
    if (!writer.methods.has(name) && writer.beside?.methods.has(name)) speaker = writer.beside;
    const { framing } = speaker;
    const method = speaker.methods.get(name);
    // Before the version: so do the servers that look at it.
    if (!method) throw writer.refuse.unknownMethod(name);
    speaker.admit(headers, call);
    if (!isJson(params)) throw speaker.refuse.badParams(params);
    called = name;
    checkTenant(params, call);
    const result = await method(params, call);
    if (!(result instanceof TaskStream)) return jsonResponse(speaker.envelope(id, { result }), framing);
    return streamResponse(
      result,
      item => speaker.frame(id, item),
      () => call.fateOf(name),
      framing,
    );
  } catch (error) {
    if (call.desk.closed) throw error;
    const isFault = error instanceof RpcFault || error instanceof HttpFault;
    const fault = isFault ? error : speaker.refuse.thrown(error);
    if (fault instanceof HttpFault) return plainText(fault);
    // What is wrong with the params themselves is found out before.
    const stream = called && isFault && speaker.refusedStream?.(called, id, fault);
    if (stream) return refusedStream(stream, speaker.framing);
    const { httpStatus: status } = fault;
    return jsonResponse(speaker.envelope(id, { error: fault }), speaker.framing, { status });
  }
}
