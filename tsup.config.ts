import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true,
  // What they map to is packed with them.
  esbuildOptions(options) {
    options.sourcesContent = false;
  },
};

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
const doors = Array.from(manifest.matchAll(/"\.\/dist\/node\/(.*)\.js"/g), ([, door = '']) => door);

export default defineConfig([
  // For bundlers, one file a module: they then drop what an application does not use.
  { ...shared, entry: ['src/**/*.ts'], bundle: false },
  // For Node and whatever else loads packages as they are, few files: a process that starts reads them one by one.
  {
    ...shared,
    entry: Object.fromEntries(doors.map(door => [door, `src/${door}.ts`])),
    outDir: 'dist/node',
    external: [/^node:/],
    splitting: true,
  },
]);
