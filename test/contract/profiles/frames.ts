/** One event of a stream, as it was put on the wire. */
export interface Frame {
  /** Comments, and fields other than the data, line by line. */
  fields: string[];
  dataLines: number;
  /** The parsed JSON; the text, where it is none. */
  data: unknown;
}

/** The events of a body, and what ends its lines: `mixed`, where that is not always the same. */
export function readFrames(body: string): { lineEnd: string; frames: Frame[] } {
  const ends = new Set(body.match(/\r\n|\r|\n/g));
  const frames = body
    .replaceAll(/\r\n|\r/g, '\n')
    .split('\n\n')
    .filter(frame => frame !== '');
  const [lineEnd = 'none'] = ends;
  return { lineEnd: ends.size > 1 ? 'mixed' : lineEnd, frames: frames.map(readFrame) };
}

function readFrame(text: string): Frame {
  const lines = text.split('\n');
  const isData = (line: string) => /^data(:|$)/.test(line);
  const data = lines.filter(isData).map(line => line.replace(/^data:? ?/, ''));
  return {
    fields: lines.filter(line => !isData(line)),
    dataLines: data.length,
    data: parse(data.join('\n')),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
