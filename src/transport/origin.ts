const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])\.?$/;
const unspecified = /^(0\.0\.0\.0|\[::\])$/;
const reserved =
  /^(?=[\d.]+$)(0|10|192\.0\.0|192\.168|169\.254|198\.1[89]|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^\[(f[cd]|fe[89a-f]|64:ff9b:|2002:|::[0-9a-f]*:)/;

/** What is given as a url, if it is one of http(s). */
export function httpUrl(given: string | URL, base?: URL): URL | undefined {
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** A url as messages name it: never with a query, which may hold a key. */
export function publicUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** Whether a url points to the machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return loopback.test(hostname);
}

/** Whether a url points to no machine at all; servers that listen on all addresses put this into their cards. */
export function isUnspecified({ hostname }: URL): boolean {
  return unspecified.test(hostname);
}

/**
 * Whether a url names a private, shared or link-local address, or hides an IPv4 address in an IPv6 one. Only literal
 * addresses can be told: names are resolved by the runtime.
 *
 * Source: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
 */
export function isPrivate({ hostname }: URL): boolean {
  return reserved.test(hostname);
}

/** Same scheme, host and port; all names of the machine itself are one host. */
export function sameOrigin(one: URL, other: URL): boolean {
  if (one.origin === other.origin) return true;
  return one.protocol === other.protocol && one.port === other.port && isLoopback(one) && isLoopback(other);
}
