/** Header names that carry credentials, as far as a name can tell. */
const secretName = /auth|cookie|token|secret|credential|session|api-?key|signature|password/i;

/**
 * Headers from whatever an application gives for them.
 *
 * @throws TypeError that names the option, and unlike the platform's does not quote the value
 */
export function readHeaders(option: string, given: HeadersInit | undefined): Headers {
  try {
    return new Headers(given);
  } catch {
    throw new TypeError(
      `"${option}" has a name or value that cannot be sent in a header: a line break or another odd character.`,
    );
  }
}

/** The headers among these that carry credentials; `undefined` if there are none. */
export function secretsAmong(headers: Headers): Headers | undefined {
  let secrets: Headers | undefined;
  headers.forEach((value, name) => {
    if (!secretName.test(name)) return;
    secrets ??= new Headers();
    secrets.set(name, value);
  });
  return secrets;
}

/** The same headers without those that carry credentials. */
export function withoutSecrets(headers: Headers): Headers {
  const rest = new Headers(headers);
  for (const name of [...rest.keys()]) if (secretName.test(name)) rest.delete(name);
  return rest;
}

/** Removes credentials from a text that is to be shown: servers echo what they were sent. */
export function redact(text: string, secrets: Headers | undefined): string {
  let clean = text;
  secrets?.forEach(value => {
    for (const secret of [value, value.replace(/^\S+\s+/, '')]) {
      if (secret.length >= 4) clean = clean.replaceAll(secret, '[redacted]');
    }
  });
  return clean;
}
