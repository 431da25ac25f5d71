import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as http from 'node:http';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import * as main from 'a2a-await';
import * as redis from 'a2a-await/redis';
import * as signatures from 'a2a-await/signatures';
import * as testing from 'a2a-await/testing';
import * as testingNode from 'a2a-await/testing/node';
import * as webhook from 'a2a-await/webhook';
import * as webhookNode from 'a2a-await/webhook/node';
import canonicalize from 'canonicalize';
import { exportJWK, FlattenedSign, generateKeyPair } from 'jose';
import * as msw from 'msw';
import * as mswNode from 'msw/node';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { FakeRedis } from '../support/fake-redis.js';
import { keepSuite } from './kept-suite.js';
import { type Block, blocksOf, promisedBy, run, typeErrorsOf } from './readme-blocks.js';

const { artifact, createReferenceServer, failed, inputRequired, working } = testing;
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (document: string) => readFileSync(root + document, 'utf8');
const guides = readdirSync(`${root}docs`).filter(name => name.endsWith('.md'));
const documents = ['README.md', ...guides.map(name => `docs/${name}`)];
/** What the README's application has at https://app.example. */
let receiver: webhook.WebhookReceiver | undefined;
const modules = {
  'a2a-await': main,
  'a2a-await/redis': redis,
  'a2a-await/signatures': signatures,
  'a2a-await/testing': testing,
  'a2a-await/webhook': {
    ...webhook,
    createWebhookReceiver: (options: webhook.WebhookReceiverOptions) => {
      receiver = webhook.createWebhookReceiver(options);
      return receiver;
    },
  },
  'a2a-await/testing/node': testingNode,
  'a2a-await/webhook/node': webhookNode,
  msw,
  // As a page has it, which is tested in test/runtimes.
  'msw/browser': {
    setupWorker(...handlers: msw.RequestHandler[]) {
      const network = mswNode.setupServer(...handlers);
      return { start: async () => network.listen(), stop: () => network.close() };
    },
  },
  'msw/node': mswNode,
  'node:http': http,
  redis: { createClient: () => new FakeRedis() },
};

/** The agent that the README talks to. */
function createAgent() {
  return createReferenceServer({
    url: 'https://agent.example',
    push: {
      fetch: async (input, init) =>
        receiver?.handle(new Request(input, init)) ?? new Response(null, { status: 404 }),
    },
    async *agent(turn) {
      yield working();
      await turn.sleep(turn.text.includes('long') ? 2_000 : 900);
      const { text } = turn;
      if (text === 'Fail') yield failed('Out of paper.');
      else if (text.startsWith('Book')) yield inputRequired('Which day?');
      else if (turn.task) yield artifact(`Booked for ${text}.`);
      else if (text.startsWith('Count')) yield artifact({ kind: 'data', data: { total: 5 } });
      else if (text.startsWith('Shorter')) yield artifact('Here is the report, in short.');
      else yield artifact(`Here is ${text.replace('Write ', '')}.`);
    },
  });
}

/** The agent's server, with a card that is signed, and the keys of the provider that signs it. */
async function signing(fetch: typeof globalThis.fetch): Promise<typeof globalThis.fetch> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const header = { alg: 'ES256', kid: 'key-1', typ: 'JOSE' };
  return async (input, init) => {
    const { pathname } = new URL(String(input));
    if (pathname === '/jwks.json') {
      return Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1' }] });
    }
    const response = await fetch(input, init);
    if (!response.ok || pathname !== '/.well-known/agent-card.json') return response;
    const card = await response.json();
    const text = new TextEncoder().encode(canonicalize(card));
    const signature = await new FlattenedSign(text).setProtectedHeader(header).sign(privateKey);
    return Response.json({ ...card, signatures: [signature] });
  };
}

/** Runs a block, and its tests if it has some, with the files that the document made before. */
async function runWith(files: readonly Block[], block: Block): Promise<void> {
  const suite = keepSuite();
  const known: Record<string, object> = { ...modules, vitest: suite.module };
  for (const file of files.filter(({ line }) => line < block.line)) {
    known[`./${file.file.replace(/ts$/, 'js')}`] = await run(file, known);
  }
  await run(block, known);
  await suite.run();
}

describe.each(documents)('the code of %s', document => {
  const text = read(document);
  const blocks = blocksOf(text, document);
  const code = blocks.filter(({ language }) => language === 'ts');
  const files = code.filter(({ file }) => file);
  const printed: string[] = [];
  let server: testing.ReferenceServer;

  beforeEach(async () => {
    printed.length = 0;
    server = createAgent();
    const agent = await signing(server.fetch);
    const real = globalThis.fetch;
    const isHere = (url: unknown) => /^http:\/\/(localhost|127\.0\.0\.1):/.test(String(url));
    vi.stubGlobal('fetch', (...call: Parameters<typeof fetch>) => (isHere(call[0]) ? real : agent)(...call));
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(values.map(value => (typeof value === 'string' ? value : inspect(value))).join(' '));
    });
  });

  afterEach(async () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    await server.close();
  });

  test('is all in languages that are checked here', () => {
    // None is written in a way that the test does not see, such as indented.
    expect(text.match(/```|~~~/g) ?? []).toHaveLength(2 * blocks.length);
    expect(blocks.filter(({ language }) => language !== 'ts' && language !== 'sh')).toEqual([]);
  });

  test('compiles under strict options', { timeout: 60_000 }, () => {
    expect(typeErrorsOf(code, root)).toEqual([]);
  });

  // All of them: there is no way to mark a block as not to be run.
  test.each(code.map(block => [block.line, block] as const))(
    'runs at line %i and prints what it promises',
    async (_, block) => {
      await runWith(files, block);
      const shown = printed.map(line => line.replace(/Task [\w-]{36}/, 'Task 1'));
      expect(shown).toEqual(promisedBy(block));
    },
  );

  test('runs commands that exist', () => {
    const commands = blocks.filter(({ language }) => language === 'sh').map(block => block.code);
    const inText = [...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name);
    const known = [...Object.keys(manifest.scripts), 'ci', 'init', 'install', 'run'];
    expect(inText.filter(name => !known.includes(name))).toEqual([]);
    const usage = read('src/testing/command/node.ts');
    const flags = commands
      .filter(line => line.includes('a2a-await-reference'))
      .join()
      .match(/--[\w-]+/g);
    expect((flags ?? []).filter(flag => !usage.includes(`  ${flag} `))).toEqual([]);
  });
});

test('code that is wrong would fail to compile, and to run', { timeout: 60_000 }, async () => {
  const wrong: Block = {
    document: 'README.md',
    line: 7,
    language: 'ts',
    file: '',
    code: `import { A2AClient } from 'a2a-await';\nnew A2AClient(7);\n`,
  };
  const complaint = expect.stringContaining('README.md:8 Argument of type');
  expect(typeErrorsOf([wrong], root)).toEqual([complaint]);
  await expect(run(wrong, modules)).rejects.toThrow('"url" must be');
});

describe('the tables of the documents', () => {
  const text = documents.map(read).join('\n');
  const cells = new Set([...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name));

  test('have every class of error', () => {
    const classes = Object.entries(main)
      .filter(([, value]) => Object.prototype.isPrototypeOf.call(main.A2AError, value))
      .map(([name]) => name);
    expect(classes.length).toBeGreaterThan(20);
    expect(classes.filter(name => !cells.has(name))).toEqual([]);
  });

  const optionTypes = [
    ['A2AClientOptions', 'client/options.ts'],
    ['WaitOptions', 'wait/options.ts'],
    ['WebhookReceiverOptions', 'webhook/options.ts'],
    ['AdaptiveEvents', 'adaptive/events.ts'],
  ] as const;

  test.each(optionTypes)('have every member of %s', (name, path) => {
    const options = membersOf(name, path);
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter(option => !cells.has(option))).toEqual([]);
  });

  const pushOptions = [
    ...membersOf('PushOptions', 'testing/push/options.ts'),
    ...membersOf('NotificationFormat', 'testing/push/format.ts'),
    ...membersOf('DeliveryOptions', 'testing/push/deliver.ts'),
  ];

  const quirks = membersOf('StoreQuirks', 'testing/listing/quirks.ts');

  test.each([
    ['option of push notifications', pushOptions, 10],
    ['quirk of a store', quirks, 5],
  ])('have every %s, several in a cell', (_, options, count) => {
    const named = [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);
    expect(options.length).toBeGreaterThan(count);
    expect(options.filter(option => !named.includes(option))).toEqual([]);
  });

  test('name nothing that is gone', () => {
    const options = optionTypes.flatMap(([name, path]) => membersOf(name, path));
    const server = membersOf('ReferenceServerOptions', 'testing/options.ts');
    const known = new Set([...Object.keys(main), ...options, ...pushOptions, ...server, ...quirks]);
    expect([...cells].filter(name => name && !known.has(name))).toEqual([]);
  });

  test.each(['matrix', 'adaptive'])('hold what the interop suite found: %s', name => {
    const path = `${root}test/interop/${name}.md`;
    const between = new RegExp(`<!-- ${name}:begin -->([\\s\\S]*?)<!-- ${name}:end -->`);
    const shown = between.exec(text)?.[1]?.trim();
    const found = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    const plain = (table = '') => table.replace(/ +/g, ' ').replace(/-+/g, '-');
    expect(plain(shown), `copy test/interop/${name}.md between the markers in docs/`).toBe(plain(found));
  });
});

test('the agent in Python that a newcomer is given is that of the example, which is run', () => {
  const [, ...agent] = read('examples/praisonai-agent/agent.py').split('\n');
  expect(read('docs/start.md')).toContain(`<<'END'\n${agent.join('\n')}END\npython agent.py\n`);
});

test('the links of the documents lead to files', () => {
  const linked = [...documents, 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
  const dead = linked.flatMap(document =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter(target => !existsSync(posix.join(root, posix.dirname(document), target)))
      .map(target => `${document}: ${target}`),
  );
  expect(dead).toEqual([]);
});

/** The members of an interface, as its file has them. */
function membersOf(name: string, path: string): string[] {
  const source = ts.createSourceFile(
    path,
    readFileSync(`${root}src/${path}`, 'utf8'),
    ts.ScriptTarget.ESNext,
    true,
  );
  const found = source.statements.find(node => ts.isInterfaceDeclaration(node) && node.name.text === name);
  return found && ts.isInterfaceDeclaration(found)
    ? found.members.map(member => member.name?.getText() ?? '')
    : [];
}
