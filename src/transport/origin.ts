const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;

/** Whether a url points to the machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return loopback.test(hostname);
}

/** Whether a url points to no machine at all; servers that listen on all addresses put this into their cards. */
export function isUnspecified({ hostname }: URL): boolean {
  return hostname === '0.0.0.0' || hostname === '[::]';
}

/**
 * Whether a url names a private, shared or link-local address. Only literal addresses can be told: names are resolved
 * by the runtime.
 *
 * Source: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
 */
export function isPrivate({ hostname }: URL): boolean {
  const [a = -1, b = -1] = ipv4Of(hostname) ?? [];
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128) ||
    /^\[f[cd][0-9a-f]{2}:/.test(hostname) ||
    /^\[fe[89ab][0-9a-f]:/.test(hostname)
  );
}

/** The octets of an IPv4 address, also of one mapped into IPv6; urls spell every such address in one way. */
function ipv4Of(hostname: string): number[] | undefined {
  if (/^\d+(\.\d+){3}$/.test(hostname)) return hostname.split('.').map(Number);
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  return mapped
    ?.slice(1)
    .map(group => Number.parseInt(group, 16))
    .flatMap(group => [group >> 8, group & 255]);
}

/** Same scheme, host and port; all names of the machine itself are one host. */
export function sameOrigin(one: URL, other: URL): boolean {
  return (
    one.origin === other.origin ||
    (one.protocol === other.protocol && one.port === other.port && isLoopback(one) && isLoopback(other))
  );
}
