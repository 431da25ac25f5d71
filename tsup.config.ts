import { defineConfig } from 'tsup';

// One output file a module: a bundler then drops what an application does not use, schemas included.
export default defineConfig({
  entry: ['src/**/*.ts'],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  bundle: false,
  sourcemap: true,
  // What they map to is packed with them.
  esbuildOptions(options) {
    options.sourcesContent = false;
  },
  clean: true,
});
