import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
}

const lockFiles = [
  'package-lock.json',
  'bench/package-lock.json',
  'docs/package-lock.json',
  'test/interop/peers/package-lock.json',
  'test/runtimes/package-lock.json',
  'test/tarball/package-lock.json',
];

const packagesOf = (path: string) =>
  (JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as Lock).packages;

// A registry that lacks the binaries of other platforms makes `npm install` leave them out of the lock file without a
// word, and `npm ci` then refuses the file.
test.each(lockFiles)('%s holds the packages of every platform', path => {
  const packages = packagesOf(path);
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(name => !placesOf(place, name).some(found => packages[found]))
      .map(name => `${name}, for ${place}`),
  );
  expect(missing).toEqual([]);
});

test('what runs the tests in other runtimes is of the version that vitest has', () => {
  const versionIn = (path: string, name: string) => packagesOf(path)[`node_modules/${name}`]?.version;
  const version = versionIn('package-lock.json', 'vitest');
  expect(version).toBeDefined();
  for (const name of ['browser-playwright', 'expect', 'runner', 'spy']) {
    expect(versionIn('test/runtimes/package-lock.json', `@vitest/${name}`), name).toBe(version);
  }
  // It takes the root's.
  expect(versionIn('test/runtimes/package-lock.json', 'vitest')).toBeUndefined();
});

/** Where a package may lie for one that needs it, from within it to the top. */
function placesOf(place: string, name: string): string[] {
  const folders = place.split(/\/?node_modules\//).filter(Boolean);
  return [...folders.keys(), folders.length].map(depth =>
    [...folders.slice(0, depth), name].map(folder => `node_modules/${folder}`).join('/'),
  );
}
