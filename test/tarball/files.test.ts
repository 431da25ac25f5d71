import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, inject, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const installed = join(inject('alone'), 'node_modules/a2a-await');
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => statSync(join(folder, path)).isFile())
    .map(path => path.replaceAll('\\', '/'))
    .sort();
const packed = filesIn(installed);
const modules = filesIn(join(root, 'src')).map(path => path.replace(/\.ts$/, ''));
const guides = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
/** The entry points and chunks for Node. */
const forNode = packed.flatMap(path => (/^dist\/(node\/.*)\.js$/.exec(path) ?? []).slice(1));
const doors = Object.values(manifest.exports).flatMap(door => (typeof door === 'string' ? [] : [door.node]));

test('the tarball holds each module as JavaScript with its map, declarations and source, the entries for Node, the guides, and nothing else', () => {
  const expected = [
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
    // What builds the site, and what that makes, is not packed; nor are the pictures, which the guides tell in words.
    ...guides.map(name => `docs/${name}`),
    ...filesIn(join(root, 'docs/decisions')).map(path => `docs/decisions/${path}`),
    ...modules.flatMap(path => [`dist/${path}.js`, `dist/${path}.js.map`, `dist/${path}.d.ts`]),
    ...forNode.flatMap(path => [`dist/${path}.js`, `dist/${path}.js.map`]),
    ...modules.map(path => `src/${path}.ts`),
  ];
  const chunks = forNode.filter(path => !doors.includes(`./dist/${path}.js`));
  // The command is one more.
  expect(forNode.length - chunks.length).toBe(doors.length);
  expect(chunks.filter(path => !/^node\/[\w-]+-[A-Z0-9]{8}$/.test(path))).toEqual([
    'node/testing/command/node',
  ]);
  expect(packed).toEqual(expected.sort());
  expect(packed.filter(path => path.startsWith('docs/') && !path.endsWith('.md'))).toEqual([]);
});

test('no file is larger than 200 kB, nor all together than 3.1 MB', () => {
  const sizes = packed.map(path => statSync(join(installed, path)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${packed.length} files, ${(total / 1e6).toFixed(2)} MB`);
  expect(total).toBeLessThan(3_100_000);
  expect(Math.max(...sizes)).toBeLessThan(200_000);
});

test('no module, and nothing in package.json, names a place of whoever built it', () => {
  const naming = packed.filter(path => readFileSync(join(installed, path), 'utf8').includes(root));
  expect(naming).toEqual([]);
});

describe('the source maps', () => {
  const looks = [...modules, ...forNode].map(lookAt);

  test('each point to sources that are packed, a module to its own, unless there is nothing but types', () => {
    const [own, shared] = [looks.slice(0, modules.length), looks.slice(modules.length)];
    const wrong = own.filter(({ names, sources, path }) => names > 0 && sources.join() !== `src/${path}.ts`);
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(shared.flatMap(({ sources }) => sources.filter(source => !packed.includes(source)))).toEqual([]);
  });

  test('map nine names in ten, and each of those to the same name in its source', () => {
    const [own, shared] = [looks.slice(0, modules.length), looks.slice(modules.length)];
    expect(own.flatMap(({ wrong }) => wrong)).toEqual([]);
    // What is imported under another name has its own there.
    expect(shared.flatMap(({ wrong }) => wrong).length).toBeLessThan(20);
    const names = looks.reduce((sum, look) => sum + look.names, 0);
    const mapped = looks.reduce((sum, look) => sum + look.mapped, 0);
    console.log(`${mapped} of ${names} names`);
    expect(mapped / names).toBeGreaterThan(0.9);
  });
});

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}

/** Where the names of a file lead. */
function lookAt(path: string) {
  const file = join(installed, `dist/${path}.js`);
  const payload = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload;
  const lines = new Map(
    payload.sources.map(source => [source, linesOf(join(dirname(file), source))] as const),
  );
  const map = new SourceMap(payload);
  const module = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const sources = payload.sources.map(source => join(dirname(file), source).slice(installed.length + 1));
  const look = { path, sources, names: 0, mapped: 0 };
  const wrong: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) {
      look.names += 1;
      const { line, character } = module.getLineAndCharacterOfPosition(node.getStart());
      const entry = map.findEntry(line, character);
      if ('originalLine' in entry && entry.generatedLine === line && entry.generatedColumn === character) {
        look.mapped += 1;
        const source = lines.get(entry.originalSource);
        const there = source?.[entry.originalLine]?.slice(entry.originalColumn).match(/^[\w$]+/)?.[0];
        // esbuild tells names that hide one another apart by a number.
        if (there !== node.text && there !== node.text.replace(/\d+$/, '')) {
          wrong.push(`${path}: ${node.text} leads to ${there}`);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(module);
  return { ...look, wrong };
}
