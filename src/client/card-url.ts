import { below } from '../dialects/below.js';
import type { Guess } from '../dialects/detect.js';
import { ResponseFormatError } from '../errors/wire.js';
import { httpUrl, isLoopback, isPrivate, isUnspecified } from '../transport/origin.js';

/** Whether a url names a card itself rather than the agent it belongs to. */
export function isCardUrl({ pathname }: URL): boolean {
  return /\.json$|\/\.well-known\//.test(pathname);
}

/** Where an agent's card may lie, in order. Relative to its own path: a server may have many agents. */
export function cardUrlsOf(base: URL): URL[] {
  return ['agent-card', 'agent'].map(name => below(base, `/.well-known/${name}.json`));
}

/** Where a card lies after redirects; one that leads from a public address into a private network does not count. */
export function locationOf(arrived: URL, asked: URL): URL {
  return isInside(arrived) && !isInside(asked) ? asked : arrived;
}

function isInside(url: URL): boolean {
  return isPrivate(url) || isLoopback(url);
}

/** Characters of a url in a card. */
const longestUrl = 8_192;

/**
 * Where a card's url really leads. Servers that do not know their own address write one that only works on their own
 * machine; those are put right. One that leads from a public address into a private network is refused.
 *
 * @param location where the card came from; without it the card is taken at its word
 * @throws {ResponseFormatError}
 */
export function resolveEndpoint(
  { url: given, dialect }: Guess,
  location?: URL,
  trusted?: (url: URL) => boolean,
): URL {
  const url = given.length > longestUrl ? undefined : httpUrl(given, location);
  if (!url || url.username || url.password) {
    throw new ResponseFormatError(
      'The agent card has no usable url: set "endpoint".',
      'card.supportedInterfaces.0.url',
    );
  }
  if (!location) return url;
  const local = isLoopback(url) || isUnspecified(url);
  if (dialect === 'praison' && local) {
    // Its default is a fixed port and path, whatever the real ones are.
    return new URL(location.pathname.replace(/(\.well-known\/)?[^/]*$/, 'a2a'), location.origin);
  }
  if (local && !isLoopback(location)) {
    // Behind a host already, a path cannot look like one.
    return new URL(location.origin + url.href.slice(url.origin.length));
  }
  if (isUnspecified(url)) {
    url.hostname = location.hostname;
    return url;
  }
  if (isPrivate(url) && !isInside(location) && !trusted?.(url)) {
    throw new ResponseFormatError(
      `The agent card at ${location.origin} points into a private network (${url.host}). If that is right, add ` +
        `"${url.origin}" to "trustedOrigins".`,
      'card.supportedInterfaces.0.url',
    );
  }
  return url;
}
