/** Header names that carry credentials, as far as a name can tell. */
const secretName = /auth|cookie|token|secret|credential|session|key|jwt|assertion|bearer|signature|password/i;

/** Headers as one writes them. (The platform's own type for it is missing from Node's types.) */
export type HeadersInput = Headers | [name: string, value: string][] | Record<string, string>;

/** Lower-case names and their values. Not the platform's `Headers`: several of them for each call are slow. */
export type HeaderRecord = Readonly<Record<string, string>>;

/** An application's headers: those that anyone may see, and those that carry credentials. */
export interface SplitHeaders {
  plain: HeaderRecord;
  secret: HeaderRecord;
}

/**
 * Headers from whatever an application gives for them.
 *
 * @throws TypeError that names the option, and unlike the platform's does not quote the value
 */
export function readHeaders(option: string, given: HeadersInput | undefined): HeaderRecord {
  if (!given) return {};
  try {
    return Object.fromEntries(new Headers(given));
  } catch {
    throw new TypeError(`"${option}" has what no header can have.`);
  }
}

/** Whether a header of this name carries credentials. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

export function splitHeaders(headers: HeaderRecord): SplitHeaders {
  const split = { plain: {} as Record<string, string>, secret: {} as Record<string, string> };
  for (const [name, value] of Object.entries(headers))
    split[isSecret(name) ? 'secret' : 'plain'][name] = value;
  return split;
}

/** Shorter values of a query occur in any text, and are no keys. */
const shortestKey = 6;

/** Removes credentials, and what a url's query holds, from a text that is to be shown: servers echo what they were sent. */
export function redact(text: string, secret: HeaderRecord, url?: URL): string {
  // As it is written, and as it is meant.
  const raw = url?.search.split('&').map(pair => pair.slice(pair.indexOf('=') + 1)) ?? [];
  const keys = [...raw, ...(url?.searchParams.values() ?? [])].filter(value => value.length >= shortestKey);
  // Whole, without their scheme, and each cookie's value by itself.
  const words = Object.values(secret).flatMap(value => [
    value,
    value.replace(/^\S+\s+/, ''),
    ...value.split(/;\s*/).map(cookie => cookie.replace(/^[^=]*=/, '')),
  ]);
  let clean = text;
  for (const word of [...words, ...keys]) if (word) clean = clean.replaceAll(word, '[redacted]');
  return clean;
}
