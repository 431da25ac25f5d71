import { createParser } from 'eventsource-parser';
import { ResponseLimitError } from '../errors/wire.js';

/** One server-sent event. */
export interface Frame {
  /** The `event:` field; absent for most servers. */
  event?: string | undefined;
  data: string;
}

/**
 * Parses server-sent events, without a source: text in, events out. Comments, ids and retry hints are passed over.
 *
 * @param limit characters of one event
 * @param where for the message
 * Source: HTML Living Standard, section 9.2.6 (interpreting an event stream).
 */
export function frameParser(limit: number, where: string): { feed(text: string): Frame[]; end(): Frame[] } {
  let frames: Frame[] = [];
  let tooLarge = false;
  const parser = createParser({
    maxBufferSize: limit,
    onEvent: frame => {
      tooLarge ||= frame.data.length > limit;
      if (!tooLarge) frames.push(frame);
    },
    onError: error => {
      tooLarge ||= error.type === 'max-buffer-size-exceeded';
    },
  });
  const feed = (text: string) => {
    if (!tooLarge) parser.feed(text);
    const complete = frames;
    frames = [];
    // What came whole before it is told first.
    if (tooLarge && complete.length === 0)
      throw new ResponseLimitError(`An event of ${where} is larger than ${limit}`, 'limits.eventBytes');
    return complete;
  };
  // Some leave out the last blank line.
  return { feed, end: () => feed('\n\n') };
}
