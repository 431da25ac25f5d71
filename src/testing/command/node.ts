#!/usr/bin/env node
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Agent } from '../agent.js';
import { tckAgent } from '../agents/tck.js';
import { listen } from '../node.js';
import type { ReferenceServerOptions } from '../options.js';
import type { ServerAuth } from '../server-auth.js';
import * as steps from '../steps.js';

const usage = `Usage: a2a-await-reference [options]

An A2A server in memory, for tests and demos.

  --port <n>           where to listen; 0 takes a free port (default 4100)
  --host <name>        default 127.0.0.1
  --profile <name>     a real server to be like: python-1.1, js-1.3, python-0.3, js-0.3 or praison (default none)
  --dialect <name>     1.0, 0.3 or praison (default 1.0, or that of the profile)
  --binding <name>     JSONRPC or HTTP+JSON, several by repeating; the card prefers the first (default: all there are,
                       or the first of the profile's)
  --agent <which>      echo, tck (the official conformance kit's scenarios), or the path of a module whose default
                       export is an agent, which is given a turn and the steps (default echo)
  --bearer <token>     calls need this token
  --api-key <key>      calls need this key in X-API-Key
  --rest-statuses <v>  the version of the specification whose HTTP statuses 1.0 has: 1.0.0 or 1.0.1 (default 1.0.1)
  --extension <uri>    the card requires this extension; several by repeating
  --no-extended-card   no extended card
  --no-streaming       no streams
  --cors               pages of any origin may call it
  --allow-private      sends notifications to addresses that are not public, whatever the host; where it listens to this
                       machine only, it does in any case
  --no-push            no push notifications
  --lenient            takes unknown request fields, as some profiles do in any case
  --help               this text
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  // Whatever the agent's module has begun must not keep it from ending.
  process.stderr.write(`${line}\n`, () => process.exit(1));
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4100' },
      host: { type: 'string', default: '127.0.0.1' },
      profile: { type: 'string' },
      dialect: { type: 'string' },
      binding: { type: 'string', multiple: true },
      agent: { type: 'string', default: 'echo' },
      bearer: { type: 'string' },
      'api-key': { type: 'string' },
      'rest-statuses': { type: 'string' },
      extension: { type: 'string', multiple: true, default: [] },
      'no-extended-card': { type: 'boolean', default: false },
      'no-streaming': { type: 'boolean', default: false },
      cors: { type: 'boolean', default: false },
      'allow-private': { type: 'boolean', default: false },
      'no-push': { type: 'boolean', default: false },
      lenient: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new TypeError(`--port must be a whole number from 0 to 65535, not ${values.port}.`);
  }
  const agent = await findAgent(values.agent);
  const profile = values.profile as ReferenceServerOptions['profile'];
  const restStatuses = values['rest-statuses'] as ReferenceServerOptions['restStatuses'];
  const dialect = values.dialect as ReferenceServerOptions['dialect'];
  const bindings = values.binding as ReferenceServerOptions['bindings'];
  const all: typeof bindings = dialect === 'praison' ? ['JSONRPC'] : ['JSONRPC', 'HTTP+JSON'];
  const createReferenceServer = await load();
  const server = createReferenceServer({
    profile,
    dialect,
    bindings: bindings ?? (profile === undefined ? all : undefined),
    strict: values.lenient ? false : undefined,
    restStatuses,
    extensions: values.extension.map(uri => ({ uri, required: true })),
    extendedCard: !values['no-extended-card'],
    streaming: !values['no-streaming'],
    // Whoever can reach it chooses what it calls.
    push: values['no-push'] ? false : { allowPrivate: values['allow-private'] || isLoopback(values.host) },
    agent,
    auth: authOf(values),
  });
  // Nobody has to read where it is.
  process.stdout.on('error', () => {});
  const listening = await listen(server, { port, host: values.host, cors: values.cors }).catch(error => {
    if (error.code === 'EADDRINUSE') error.message += ': choose another with --port';
    throw error;
  });
  process.stdout.write(`${listening.url}\n`);
  // An agent may not look at its signal, and a module of its own may have timers: they must not hold the process.
  const stop = () => void Promise.all([listening.close(), server.close()]).finally(() => process.exit());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function authOf({
  bearer,
  'api-key': apiKey,
}: {
  bearer?: string;
  'api-key'?: string;
}): ServerAuth | undefined {
  if (bearer !== undefined && apiKey !== undefined)
    throw new TypeError('Give --bearer or --api-key, not both.');
  if (bearer !== undefined) return { bearer };
  return apiKey === undefined ? undefined : { apiKey };
}

/** Where msw is not installed, nothing of the server can be loaded. */
async function load(): Promise<typeof import('../reference-server.js').createReferenceServer> {
  try {
    return (await import('../reference-server.js')).createReferenceServer;
  } catch (error) {
    if (!/package 'msw'/.test(String(error))) throw error;
    throw new Error('This needs msw: npx -p a2a-await -p msw a2a-await-reference');
  }
}

/** Nothing for the server's own one, which says what it heard. */
async function findAgent(which: string): Promise<Agent | undefined> {
  if (which === 'echo') return undefined;
  if (which === 'tck') return tckAgent;
  const { default: agent }: { default?: unknown } = await import(pathToFileURL(resolve(which)).href);
  if (typeof agent === 'function') return turn => agent(turn, steps);
  throw new TypeError(`--agent ${which} has no default export that is an agent.`);
}
