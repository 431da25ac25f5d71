import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

/** What a worker is bound to, as Miniflare has it; it is told besides, as ORIGIN, where it is reached. */
interface Bindings {
  bindings: Record<string, string>;
  kvNamespaces?: string[];
  durableObjects?: Record<string, string>;
}

/** A worker in workerd. In a project of your own, wrangler does this. */
export async function deployWorker(entry: URL, { bindings, ...bound }: Bindings) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // Resolves 'a2a-await' to src, so that no build is needed.
    tsconfig: fileURLToPath(new URL('../tsconfig.test.json', import.meta.url)),
  });
  const version = (port: number) => ({
    ...bound,
    bindings: { ...bindings, ORIGIN: `http://127.0.0.1:${port}` },
    modules: true as const,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-04-15',
    host: '127.0.0.1',
    port,
  });
  const worker = new Miniflare(version(0));
  const { origin, port } = await worker.ready;
  // The next version of it, which has what the one before has stored, and nothing of its memory.
  const deployAnew = () => worker.setOptions(version(Number(port)));
  // It must know its own address, which in production is known before.
  await deployAnew();
  return { worker, origin, deployAnew };
}
