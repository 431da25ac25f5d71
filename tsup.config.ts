import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// The entry points as package.json has them, and what they share in chunks: a process that starts reads few files. A
// bundler drops what an application does not use as it would from a file a module, as long as what a module does when
// it is loaded is marked as free of side effects; size-limit tells.

const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
const entries = [
  ...new Set(Array.from(manifest.matchAll(/"\.\/dist\/(.*)\.js"/g), ([, entry = '']) => entry)),
];

export default defineConfig({
  entry: Object.fromEntries(entries.map(entry => [entry, `src/${entry}.ts`])),
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  external: [/^node:/],
  sourcemap: true,
  // What they map to is packed with them.
  esbuildOptions(options) {
    options.sourcesContent = false;
  },
  clean: true,
});
