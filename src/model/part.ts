/** Free-form values beside a part, message, artifact or task. */
export type Metadata = Record<string, unknown>;

interface PartBase {
  metadata?: Metadata;
}

/** Text, usually Markdown or plain. */
export interface TextPart extends PartBase {
  kind: 'text';
  text: string;
}

/** Any JSON value. */
export interface DataPart extends PartBase {
  kind: 'data';
  data: unknown;
}

interface FilePartBase extends PartBase {
  kind: 'file';
  /** IANA media type, e.g. `image/png`. */
  mediaType?: string;
  filename?: string;
}

/** A file that lies somewhere else; fetching it is the application's business. */
export interface FileUrlPart extends FilePartBase {
  url: string;
  raw?: never;
}

/** A file's content, base64. `bytesOf(part)` gives the bytes. */
export interface FileBytesPart extends FilePartBase {
  raw: string;
  url?: never;
}

export type FilePart = FileUrlPart | FileBytesPart;

/**
 * One piece of a message or artifact.
 *
 * Source: A2A specification 1.0, section 4.1.6 (Part).
 */
export type Part = TextPart | DataPart | FilePart;

/**
 * What an application writes for a part: a string, or one of `{ text }`, `{ data }`, `{ url }`, `{ raw }` (base64)
 * and `{ file }` (a Blob or bytes). A `Part` of the model fits too, so what an agent sent can be sent on.
 */
export type PartInput =
  | string
  | { text: string; metadata?: Metadata }
  | { data: unknown; metadata?: Metadata }
  | { url: string; mediaType?: string; filename?: string; metadata?: Metadata }
  | { raw: string; mediaType?: string; filename?: string; metadata?: Metadata }
  | { file: Blob | Uint8Array; mediaType?: string; filename?: string; metadata?: Metadata };
