import { writeFileSync } from 'node:fs';
import { pictures } from './pictures.js';

// Draws the pictures anew; test/package/pictures.test.ts compares.

for (const [name, draw] of Object.entries(pictures)) {
  writeFileSync(new URL(`${name}.svg`, import.meta.url), await draw());
  console.log(`docs/pictures/${name}.svg`);
}
