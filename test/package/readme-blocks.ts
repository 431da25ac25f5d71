import ts from 'typescript';

export interface Block {
  document: string;
  /** Of its first line, in the document. */
  line: number;
  language: string;
  /** Of the file that it is, for the others to import: ```ts agent.ts */
  file: string;
  code: string;
}

/** Every fenced block, whatever its language. */
export function blocksOf(markdown: string, document: string): Block[] {
  return [...markdown.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: file = '', 3: code = '' }) => ({
      document,
      line: markdown.slice(0, index).split('\n').length + 1,
      language,
      file,
      code,
    }),
  );
}

/** What the block's `// →` comments promise that it prints: `// → one, then another`. */
export function promisedBy({ code }: Block): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].flatMap(([, promised = '']) => promised.split(', then '));
}

/** Of what the blocks import: read once, for all documents. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * Type-checks the blocks, each as a module of its own, under the project's own strict options, with paths to src.
 *
 * @returns one line for each error, with the document's line
 */
export function typeErrorsOf(blocks: readonly Block[], root: string): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.test.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const files = new Map(blocks.map(block => [root + (block.file || `readme-${block.line}.ts`), block]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = path => files.has(path) || fileExists(path);
  host.readFile = path => files.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const block = files.get(path);
    if (block) return ts.createSourceFile(path, block.code, language);
    if (!parsed.has(path)) parsed.set(path, getSourceFile.call(host, path, language, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, { document, line }]) => {
    const source = program.getSourceFile(path);
    return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
      const at = line + (source?.getLineAndCharacterOfPosition(start).line ?? 0);
      return `${document}:${at} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

/**
 * Runs a block; it may import only the modules given, as an application would.
 *
 * @returns what it exports
 */
export async function run(
  { document, code }: Block,
  modules: Readonly<Record<string, object>>,
): Promise<object> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const load = (name: string) => {
    const module = modules[name];
    if (!module) throw new Error(`${document} imports ${name}, which this test does not know.`);
    return module;
  };
  const AsyncFunction = (async () => {}).constructor as new (
    ...text: string[]
  ) => (...given: unknown[]) => Promise<void>;
  const exported = {};
  await new AsyncFunction('require', 'exports', outputText)(load, exported);
  return exported;
}
