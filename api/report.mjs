// What the package declares to those who import it, entry by entry, as text that a review can read:
//
//   npm run api                   writes the reports anew, from what `npm run build` has made
//   node api/report.mjs --check   fails where they are out of date
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));
const { name, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const entries = Object.entries(exports).filter(([, { types }]) => types);

const program = ts.createProgram(
  entries.map(([, { types }]) => root + types.slice(2)),
  {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, strict: true, types: ['node'] },
    ...{ moduleResolution: ts.ModuleResolutionKind.NodeNext, exactOptionalPropertyTypes: true },
  },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });
const doors = entries.map(([path, { types }]) => doorOf(path.replace('.', name), root + types.slice(2)));
/** Where what is exported is reported: at the first entry that has it. */
const homes = new Map(
  doors.toReversed().flatMap(door => [...door.exported.keys()].map(each => [each, door])),
);
const reports = new Map(
  doors.map(door => [`${door.title.replace(`${name}/`, '').replaceAll('/', '-')}.md`, reportOf(door)]),
);

const folder = `${root}api/`;
const kept = readdirSync(folder).filter(file => file.endsWith('.md') && file !== 'README.md');
if (process.argv.includes('--check')) {
  const stale = [...new Set([...kept, ...reports.keys()])].filter(
    file => !kept.includes(file) || readFileSync(folder + file, 'utf8') !== reports.get(file),
  );
  if (stale.length > 0) {
    console.error(`Out of date in api/: ${stale.join(', ')}. \`npm run api\` writes them anew.`);
    process.exitCode = 1;
  }
} else {
  for (const file of kept) if (!reports.has(file)) rmSync(folder + file);
  for (const [file, report] of reports) writeFileSync(folder + file, report);
}

/** An entry, and its exports: the symbols, and how they are called there. */
function doorOf(title, file) {
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} is not there: npm run build makes it.`);
  const found = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  return { title, exported: new Map(found.map(symbol => [origin(symbol), symbol.name])) };
}

/** The exports of one entry, and what their declarations name that nobody can import. */
function reportOf({ title, exported }) {
  const hidden = new Map();
  const elsewhere = new Set();
  const waiting = [...exported.keys()].flatMap(declarationsOf).flatMap(namedBy);
  for (let symbol = waiting.pop(); symbol; symbol = waiting.pop()) {
    if (exported.has(symbol) || hidden.has(symbol)) continue;
    const home = homes.get(symbol);
    if (home) {
      elsewhere.add(`\`${home.exported.get(symbol)}\` of \`${home.title}\``);
      continue;
    }
    hidden.set(symbol, symbol.name);
    waiting.push(...declarationsOf(symbol).flatMap(namedBy));
  }
  const parts = [`# ${title}\n`, codeOf(exported)];
  if (hidden.size > 0) parts.push('\n## Not exported, but named above\n', codeOf(hidden));
  if (elsewhere.size > 0) {
    parts.push('\n## Of other entries\n', ...[...elsewhere].sort(compare).map(each => `- ${each}`), '');
  }
  return parts.join('\n');
}

/** Sorted by name, so that a file that is moved changes nothing; and by text where two files use one name. */
function codeOf(symbols) {
  const texts = [...symbols]
    .map(([symbol, as]) => ({ as, text: textOf(symbol, as) }))
    .sort((a, b) => compare(a.as, b.as) || compare(a.text, b.text));
  return `\`\`\`ts\n${formatted(texts.map(({ text }) => text).join('\n\n'))}\`\`\`\n`;
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function textOf(symbol, as) {
  const declarations = declarationsOf(symbol).map(node => {
    const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
    return text.replace(/^(export )?(declare )?/, '');
  });
  if (as !== symbol.name) declarations.push(`export { ${symbol.name} as ${as} };`);
  return declarations.join('\n');
}

/** Those of this package; what others declare is theirs to report. */
function declarationsOf(symbol) {
  return (symbol.declarations ?? [])
    .filter(node => node.getSourceFile().fileName.startsWith(`${root}dist/`))
    .map(node => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
    .filter(node => !ts.isTypeParameterDeclaration(node));
}

/** What of this package a declaration names, in any of its types. */
function namedBy(declaration) {
  const found = [];
  const visit = node => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (symbol) found.push(origin(symbol));
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.filter(symbol =>
    declarationsOf(symbol).some(node => ts.isSourceFile(node.parent) && !ts.isImportDeclaration(node)),
  );
}

function origin(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function formatted(code) {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const args = [biome, 'format', '--stdin-file-path=report.d.ts'];
  return execFileSync(process.execPath, args, { cwd: root, input: code, encoding: 'utf8' });
}
