/** Header names that carry credentials, as far as a name can tell. */
const secretName = /auth|cookie|token|secret|credential|session|api-?key|signature|password/i;

/** An application's headers: those that anyone may see, and those that carry credentials. */
export interface SplitHeaders {
  plain: Headers;
  secret: Headers;
}

/**
 * Headers from whatever an application gives for them.
 *
 * @throws TypeError that names the option, and unlike the platform's does not quote the value
 */
export function readHeaders(option: string, given: HeadersInit | undefined): SplitHeaders {
  let all: Headers;
  try {
    all = new Headers(given);
  } catch {
    throw new TypeError(`"${option}" has a name or value that no header can have, such as a line break.`);
  }
  const split = { plain: new Headers(), secret: new Headers() };
  all.forEach((value, name) => {
    split[secretName.test(name) ? 'secret' : 'plain'].set(name, value);
  });
  return split;
}

/** All of these in one; of the same name the last. */
export function mergeHeaders(...sources: (Headers | undefined)[]): Headers {
  const merged = new Headers(sources[0]);
  for (const source of sources.slice(1)) {
    source?.forEach((value, name) => {
      merged.set(name, value);
    });
  }
  return merged;
}

/** Removes credentials from a text that is to be shown: servers echo what they were sent. */
export function redact(text: string, secret: Headers): string {
  let clean = text;
  secret.forEach(value => {
    // With its scheme, and without.
    for (const word of [value, value.replace(/^\S+\s+/, '')])
      if (word) clean = clean.replaceAll(word, '[redacted]');
  });
  return clean;
}
