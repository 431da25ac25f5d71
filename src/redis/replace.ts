/**
 * Compare and set, in one step on the server. A client that lost its connection may send a command again which Redis
 * had carried out already; the mark, in front of every value, tells that from somebody else's having been faster.
 *
 * KEYS: the key. ARGV: the mark, the new value, its life in ms, and the value expected, if one is.
 */
export const replaceScript = `
local now = redis.call('GET', KEYS[1])
if now and string.sub(now, 1, 36) == ARGV[1] then return 1 end
if (now and string.sub(now, 37)) ~= (ARGV[4] or false) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 1
`;

/** The script's SHA-1, by which Redis knows it once it has seen it. */
export const replaceSha = '289f2681d82a238fc11af95d3e46076eb4c9c09e';

/** A mark that no other write has: 36 characters of ASCII. */
export function newMark(): string {
  return crypto.randomUUID();
}

/** The value as it was given. */
export function unmarked(stored: string): string {
  return stored.slice(36);
}
