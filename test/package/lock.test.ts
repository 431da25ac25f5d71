import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

const lockFiles = ['package-lock.json', 'bench/package-lock.json', 'test/interop/peers/package-lock.json'];

// A registry that lacks the binaries of other platforms makes `npm install` leave them out of the lock file without a
// word, and `npm ci` then refuses the file.
test.each(lockFiles)('%s holds the packages of every platform', path => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const { packages } = JSON.parse(text) as Lock;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(name => !placesOf(place, name).some(found => packages[found]))
      .map(name => `${name}, for ${place}`),
  );
  expect(missing).toEqual([]);
});

/** Where a package may lie for one that needs it, from within it to the top. */
function placesOf(place: string, name: string): string[] {
  const folders = place.split(/\/?node_modules\//).filter(Boolean);
  return [...folders.keys(), folders.length].map(depth =>
    [...folders.slice(0, depth), name].map(folder => `node_modules/${folder}`).join('/'),
  );
}
