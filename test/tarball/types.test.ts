import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import manifest from './package.json' with { type: 'json' };

const require = createRequire(import.meta.url);
const compilers = Object.keys(manifest.dependencies).filter(name => name.startsWith('typescript-'));
const versionOf = (compiler: string) => Number(compiler.slice('typescript-'.length));

/** Those that need no peer; those that do; those of Node alone. */
const alone = ['index', 'redis', 'webhook'];
const others = ['signatures', 'webhook-jwks'];
const ofNode = ['testing-node', 'webhook-node'];

const page = ['ES2022', 'DOM'];
const worker = ['ES2022', 'WebWorker'];

beforeAll(async () => {
  const types = fileURLToPath(new URL('types', import.meta.url));
  for (const folder of [inject('alone'), inject('withPeers')]) await cp(types, folder, { recursive: true });
});

// What one declaration brings, such as a library, another may need: so each entry by itself, too. The newest compiler
// is the fastest by far.
describe.concurrent.each(compilers.slice(-1))('with %s', compiler => {
  test.each(alone)('%s compiles by itself, where nothing else is installed', async file => {
    expect(await errorsOf(compiler, [file], { folder: inject('alone') })).toEqual([]);
  });

  test.each([...others, 'testing'])('%s compiles by itself', async file => {
    expect(await errorsOf(compiler, [file])).toEqual([]);
  });

  test.each(ofNode)("%s compiles by itself, with Node's types", async file => {
    expect(await errorsOf(compiler, [file], { types: ['node'] })).toEqual([]);
  });
});

describe.concurrent.each(compilers)('with %s', compiler => {
  test("all that is not Node's own compiles without Node's types", async () => {
    expect(await errorsOf(compiler, [...alone, ...others, 'testing'])).toEqual([]);
  });

  const requires = versionOf(compiler) >= 5.8;
  test(`what is for Node compiles with its types${requires ? ', and CommonJS may require everything' : ''}`, async () => {
    const files = requires ? [...ofNode, 'commonjs.cts'] : ofNode;
    expect(await errorsOf(compiler, files, { types: ['node'] })).toEqual([]);
  });

  // As in most services: Node's types have fetch and what belongs to it, so that nobody needs the DOM's.
  test("all but the reference server compiles with Node's types alone", async () => {
    const options = { lib: ['ES2022'], types: ['node'] };
    expect(await errorsOf(compiler, [...alone, ...others, 'webhook-node'], options)).toEqual([]);
  });

  // msw's types need the DOM.
  test('all but the reference server compiles for a worker and a bundler, with optional properties as they like', async () => {
    const options = { module: 'ESNext', moduleResolution: 'Bundler', exactOptionalPropertyTypes: false };
    expect(await errorsOf(compiler, [...alone, ...others], { lib: worker, ...options })).toEqual([]);
  });
});

test('a compiler that is too old for require() of ES modules says so', async () => {
  const errors = await errorsOf('typescript-5.7', ['commonjs.cts'], { types: ['node'] });
  expect(errors.join('\n')).toContain('TS1479');
});

interface Project {
  folder?: string;
  lib?: string[];
  types?: string[];
  module?: string;
  moduleResolution?: string;
  exactOptionalPropertyTypes?: boolean;
}

let projects = 0;

/** What the compiler says of these files as one project of the package that installed ours, declarations included. */
async function errorsOf(
  compiler: string,
  files: string[],
  { folder = inject('withPeers'), lib = page, types = [], ...options }: Project = {},
): Promise<string[]> {
  const project = join(folder, `tsconfig.${projects++}.json`);
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true },
    ...{ target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', lib, types, ...options },
  };
  const names = files.map(file => (file.includes('.') ? file : `${file}.ts`));
  await writeFile(project, JSON.stringify({ compilerOptions, files: names }));
  const command = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc');
  const { code, output } = await outcomeOf(process.execPath, [command, '-p', project, '--pretty', 'false']);
  if (code !== 0 && !output) throw new Error(`${compiler} ended with ${code}, and said nothing`);
  return output.split('\n').filter(Boolean);
}

function outcomeOf(command: string, args: string[]): Promise<{ code: unknown; output: string }> {
  return new Promise(resolve => {
    execFile(command, args, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}
