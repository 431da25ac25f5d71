import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pictures } from '../../docs/pictures/pictures.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const guides = readdirSync(docs).filter(name => name.endsWith('.md'));
const shown = guides.flatMap(name => {
  const found = readFileSync(docs + name, 'utf8').matchAll(/!\[([^\]]*)\]\((.*?)\)/g);
  return [...found].map(([, alt, path]) => ({ alt, path }));
});

test('each picture is drawn by a program, and each guide shows none but these', () => {
  const files = readdirSync(`${docs}pictures`).filter(name => name.endsWith('.svg'));
  expect(files.sort()).toEqual(
    Object.keys(pictures)
      .map(name => `${name}.svg`)
      .sort(),
  );
  expect([...new Set(shown.map(({ path }) => path))].sort()).toEqual(files.map(name => `pictures/${name}`));
});

describe.each(Object.entries(pictures))('the picture "%s"', (name, draw) => {
  const committed = readFileSync(`${docs}pictures/${name}.svg`, 'utf8');

  test('shows what happens today; npm run pictures draws it anew', async () => {
    expect((await draw()).svg).toBe(committed);
  });

  test('is told in words where it is shown', async () => {
    const { text } = await draw();
    const alts = shown.filter(({ path }) => path === `pictures/${name}.svg`).map(({ alt }) => alt);
    expect(alts.length).toBeGreaterThan(0);
    expect(new Set(alts)).toEqual(new Set([text]));
  });
});
