/** Blocks that are no public addresses: RFC 6890 and the registry it made. */
const closed = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
].map(block => {
  const [address = '', bits] = block.split('/');
  return { start: numberOf(address), size: 2 ** (32 - Number(bits)) };
});

/** Names that systems give the machine itself; resolvers do not mind dots at the end. */
const ownNames = /(^|\.)(localhost|localdomain|ip6-localhost|ip6-loopback)\.*$/;

/**
 * Why no notification goes to this url, as the end of a sentence; nothing if one may. Looks at what is written there:
 * a name that leads to a private address is not found out.
 *
 * @param allowed hosts, with or without a port, that may be private; `true` means all of them
 */
export function refusalOf(url: URL, allowed: boolean | readonly string[]): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `${url.protocol} is neither https nor http`;
  if (url.username || url.password) return 'there are credentials in its url';
  if (allowed === true || (allowed && [url.host, url.hostname].some(host => allowed.includes(host)))) return;
  if (isPublic(url.hostname)) return;
  return `${url.hostname} is not a public address, and allowPrivate does not name it`;
}

function isPublic(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPublicV6(groupsOf(hostname.slice(1, -1)));
  // Whatever it was written as, a URL has it in four decimal numbers.
  if (/^[\d.]+$/.test(hostname)) return isPublicV4(numberOf(hostname));
  return !ownNames.test(hostname);
}

function isPublicV4(address: number): boolean {
  return !closed.some(({ start, size }) => address >= start && address < start + size);
}

function isPublicV6([first = 0, second = 0, ...others]: number[]): boolean {
  const [high = 0, low = 0] = others.slice(-2);
  const zeros = others.slice(0, 3).every(group => group === 0);
  // Addresses that hold one of version 4: mapped, and translated by NAT64.
  if (first === 0 && second === 0 && zeros && others[3] === 0xffff) return isPublicV4(high * 65536 + low);
  if (first === 0x64 && second === 0xff9b && zeros && others[3] === 0) return isPublicV4(high * 65536 + low);
  // 2000::/3 is all that is routed, but for what protocols have for themselves, Teredo among them, what is tunnelled by
  // 6to4, and what is only an example.
  const isGlobal = first >= 0x2000 && first <= 0x3fff && first !== 0x2002;
  const isReserved = first === 0x2001 && (second < 0x200 || second === 0xdb8);
  return isGlobal && !isReserved && !(first === 0x3fff && second < 0x1000);
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}

function groupsOf(address: string): number[] {
  const [head, tail] = address
    .split('::')
    .map(half => (half === '' ? [] : half.split(':').map(group => Number.parseInt(group, 16))));
  if (!head || !tail) return head ?? [];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
