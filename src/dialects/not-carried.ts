import { ContentTypeNotSupportedError, type RpcError } from '../errors/rpc.js';
import { notSent } from './errors.js';

/** For a part that would be lost on the way: nothing is sent. */
export function notCarried(why: string): RpcError {
  return notSent(ContentTypeNotSupportedError, 'message/send', why);
}
