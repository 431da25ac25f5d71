import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pictures } from './pictures.js';

// Draws the pictures anew, and writes what they tell into the guides; test/package/pictures.test.ts compares.

const docs = fileURLToPath(new URL('../', import.meta.url));
const told = new Map<string, string>();
for (const [name, draw] of Object.entries(pictures)) {
  const { svg, text } = await draw();
  writeFileSync(`${docs}pictures/${name}.svg`, svg);
  told.set(`pictures/${name}.svg`, text);
}

for (const guide of readdirSync(docs).filter(name => name.endsWith('.md'))) {
  const written = readFileSync(docs + guide, 'utf8');
  const anew = written.replace(/!\[[^\]]*\]\((.*?)\)/g, (as, path) =>
    told.has(path) ? `![${told.get(path)}](${path})` : as,
  );
  if (anew !== written) writeFileSync(docs + guide, anew);
}
