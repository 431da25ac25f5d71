import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, inject, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const installed = join(inject('alone'), 'node_modules/a2a-await');
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => statSync(join(folder, path)).isFile())
    .map(path => path.replaceAll('\\', '/'))
    .sort();
const packed = filesIn(installed);
const modules = filesIn(join(root, 'src')).map(path => path.replace(/\.ts$/, ''));

test('the tarball holds each module as JavaScript with its map, declarations and source, the guides, and nothing else', () => {
  const expected = [
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
    ...filesIn(join(root, 'docs')).map(path => `docs/${path}`),
    ...modules.flatMap(path => [`dist/${path}.js`, `dist/${path}.js.map`, `dist/${path}.d.ts`]),
    ...modules.map(path => `src/${path}.ts`),
  ];
  expect(packed).toEqual(expected.sort());
  expect(packed.filter(path => path.startsWith('docs/') && !path.endsWith('.md'))).toEqual([]);
});

test('no file is larger than 80 kB, nor all together than 2.4 MB', () => {
  const sizes = packed.map(path => statSync(join(installed, path)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${packed.length} files, ${(total / 1e6).toFixed(2)} MB`);
  expect(total).toBeLessThan(2_400_000);
  expect(Math.max(...sizes)).toBeLessThan(80_000);
});

test('no module, and nothing in package.json, names a place of whoever built it', () => {
  const naming = packed.filter(path => readFileSync(join(installed, path), 'utf8').includes(root));
  expect(naming).toEqual([]);
});

describe('the source maps', () => {
  const looks = modules.map(lookAt);

  test('each point to one source, which is packed, unless there is nothing but types', () => {
    const wrong = looks.filter(
      ({ names, sources, path }) => names > 0 && sources.join() !== `src/${path}.ts`,
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('map nine names in ten, and each of those to the same name in its source', () => {
    expect(looks.flatMap(({ wrong }) => wrong)).toEqual([]);
    const names = looks.reduce((sum, look) => sum + look.names, 0);
    const mapped = looks.reduce((sum, look) => sum + look.mapped, 0);
    console.log(`${mapped} of ${names} names`);
    expect(mapped / names).toBeGreaterThan(0.9);
  });
});

/** Where the names of a module lead. */
function lookAt(path: string) {
  const file = join(installed, `dist/${path}.js`);
  const payload = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload;
  const sources = payload.sources.map(source => join(dirname(file), source));
  const lines = sources[0] ? readFileSync(sources[0], 'utf8').split('\n') : [];
  const map = new SourceMap(payload);
  const module = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const look = { path, sources: sources.map(at => at.slice(installed.length + 1)), names: 0, mapped: 0 };
  const wrong: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) {
      look.names += 1;
      const { line, character } = module.getLineAndCharacterOfPosition(node.getStart());
      const entry = map.findEntry(line, character);
      if ('originalLine' in entry && entry.generatedLine === line && entry.generatedColumn === character) {
        look.mapped += 1;
        const there = lines[entry.originalLine]?.slice(entry.originalColumn).match(/^[\w$]+/)?.[0];
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
