import type { Binding, Dialect, PollSchedule } from 'a2a-await';

/** An agent that agents.mjs has. */
export type AgentName =
  | 'v1'
  | 'v03'
  | 'praison'
  | 'v1-rest'
  | 'v03-rest'
  | 'cut'
  | 'guarded'
  | 'silent'
  | 'busy'
  | 'notifying'
  | 'readme'
  | 'no-cors'
  | 'forbidden';

export type AgentUrls = Readonly<Record<AgentName | 'desk', string>>;

let urls: AgentUrls | undefined;

/** Says where they are: they run elsewhere, on loopback. */
export function setAgents(given: AgentUrls | undefined): void {
  urls = given;
}

export function urlOf(name: AgentName | 'desk'): string {
  if (!urls) throw new Error('There are no agents: they are for the tests of network/ and pages/.');
  return urls[name];
}

/** What an agent's server has seen so far. */
export async function seenBy(name: AgentName): Promise<{
  openStreams: number;
  requests: { method: string; path: string; operation?: string; headers: Record<string, string> }[];
}> {
  return (await fetch(`${urlOf('desk')}/${name}`)).json();
}

/** The notifications that the agents sent, as they came. */
export async function inbox(): Promise<{ path: string; headers: Record<string, string>; body: string }[]> {
  return (await fetch(`${urlOf('desk')}/inbox`)).json();
}

/** An agent of every dialect and binding. */
export const kinds: readonly { name: AgentName; dialect: Dialect; binding: Binding }[] = [
  { name: 'v1', dialect: '1.0', binding: 'JSONRPC' },
  { name: 'v03', dialect: '0.3', binding: 'JSONRPC' },
  { name: 'praison', dialect: 'praison', binding: 'JSONRPC' },
  { name: 'v1-rest', dialect: '1.0', binding: 'HTTP+JSON' },
  { name: 'v03-rest', dialect: '0.3', binding: 'HTTP+JSON' },
];

/** Fast enough for tests. */
export const quick: PollSchedule = { minimum: 5, interval: () => 20 };
