import { ContentTypeNotSupportedError } from '../errors/rpc.js';

/** For a part that would be lost on the way: nothing is sent. */
export function notCarried(why: string): ContentTypeNotSupportedError {
  return new ContentTypeNotSupportedError({
    method: 'message/send',
    message: why,
    rpcCode: -32005,
    sent: false,
  });
}
