import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { type BuildFailure, build as esbuild, transform } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

/** A bundle for browsers, and what the bundler had to say about it. */
export interface Bundle {
  code: string;
  warnings: string[];
}

/** Each makes one minified ES module, as it does when it is told nothing else. */
export const bundlers: Record<string, (entry: string) => Promise<Bundle>> = {
  async esbuild(entry) {
    const options = { bundle: true, minify: true, format: 'esm', write: false, logLevel: 'silent' } as const;
    const made = await esbuild({ entryPoints: [entry], ...options }).catch(
      (failure: BuildFailure) => failure,
    );
    const warnings = [...made.errors, ...made.warnings].map(({ text }) => text);
    return { code: 'outputFiles' in made ? only(made.outputFiles).text : '', warnings };
  },

  async rollup(entry) {
    const warnings: string[] = [];
    const bundle = await rollup({
      ...{ input: entry, plugins: [nodeResolve({ browser: true })] },
      onwarn: ({ message }) => warnings.push(message),
    });
    const { output } = await bundle.generate({ format: 'es' });
    const { code } = await transform(only(output).code, { minify: true, format: 'esm' });
    return { code, warnings };
  },

  async vite(entry) {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const logger = { info() {}, warn, warnOnce: warn, error: warn, clearScreen() {}, hasWarned: false };
    const results = await vite({
      ...{
        root: join(entry, '..'),
        configFile: false,
        customLogger: { ...logger, hasErrorLogged: () => false },
      },
      build: {
        ...{ write: false, target: 'es2022', minify: true },
        rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', output: { format: 'es' } },
      },
    });
    const [result] = [results].flat();
    if (!result || !('output' in result)) throw new Error('Vite made nothing.');
    return { code: only(result.output).code, warnings };
  },

  async webpack(entry) {
    const folder = join(entry, '..', 'webpack');
    const output = { path: folder, filename: basename(entry), library: { type: 'module' } };
    const compiler = webpack({
      ...{ mode: 'production', target: 'web', entry, context: dirname(entry), output },
      experiments: { outputModule: true },
      // What an application may weigh is not ours to say.
      performance: { hints: false },
    });
    if (!compiler) throw new Error('webpack made no compiler.');
    const stats = await promisify(compiler.run.bind(compiler))();
    await promisify(compiler.close.bind(compiler))();
    const { errors = [], warnings = [] } = stats?.toJson() ?? {};
    const messages = [...errors, ...warnings].map(({ message }) => message);
    // Nothing is written where there are errors.
    const code = errors.length > 0 ? '' : await readFile(join(folder, basename(entry)), 'utf8');
    return { code, warnings: messages };
  },
};

function only<File extends object>(files: readonly File[]): Exclude<File, { type: 'asset' }> {
  const [file, ...others] = files;
  if (!file || others.length > 0) throw new Error(`There are ${files.length} files where one was expected.`);
  return file as Exclude<File, { type: 'asset' }>;
}
