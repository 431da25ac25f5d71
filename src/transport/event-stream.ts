import { ResponseLimitError } from '../errors/wire.js';

/** One server-sent event. */
export interface Frame {
  /** The `event:` field; absent for most servers. */
  event?: string | undefined;
  data: string;
}

/**
 * Parses server-sent events, without a source: text in, events out, each as soon as its last character is there.
 * Comments, ids and retry hints are passed over.
 *
 * @param limit characters of one event
 * @param where for the message
 * Source: HTML Living Standard, section 9.2.6 (interpreting an event stream).
 */
export function frameParser(limit: number, where: string): { feed(text: string): Frame[]; end(): Frame[] } {
  /** What came of a line that is not over. */
  let begun = '';
  /** Whether a carriage return ended the text before: a line feed belongs to it then. */
  let returned = false;
  let event: string | undefined;
  let data: string | undefined;
  let tooLarge = false;
  const take = (line: string, frames: Frame[]) => {
    if (line === '') {
      if (data !== undefined && !tooLarge) frames.push({ event, data });
      event = data = undefined;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value || undefined;
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
    tooLarge ||= (data?.length ?? 0) > limit;
  };
  const feed = (text: string) => {
    const frames: Frame[] = [];
    let rest = returned && text.startsWith('\n') ? text.slice(1) : text;
    if (text) returned = text.endsWith('\r');
    if (rest.includes('\r')) rest = rest.replace(/\r\n?/g, '\n');
    let at = 0;
    for (let end = rest.indexOf('\n'); end >= 0 && !tooLarge; end = rest.indexOf('\n', at)) {
      take(begun + rest.slice(at, end), frames);
      begun = '';
      at = end + 1;
    }
    begun += rest.slice(at);
    tooLarge ||= begun.length + (data?.length ?? 0) > limit;
    // What came whole before it is told first.
    if (tooLarge && frames.length === 0)
      throw new ResponseLimitError(`An event of ${where} is larger than ${limit}`, 'limits.eventBytes');
    return frames;
  };
  // Some leave out the last blank line.
  return { feed, end: () => feed('\n\n') };
}
