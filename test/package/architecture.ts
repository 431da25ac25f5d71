import { posix } from 'node:path';
import ts from 'typescript';

/** What a room may import. Files within a room may import each other. */
export interface Room {
  rooms?: readonly string[];
  /** Of these only types. */
  types?: readonly string[];
  packages?: readonly string[];
}

export type Rooms = Readonly<Record<string, Room>>;

/** Paths relative to src, e.g. `client/client.ts`, and what is in the files. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  specifier: string;
  /** `import type` and `export type … from`: nothing of it is left when it runs. */
  typeOnly: boolean;
}

/** Every import of a file: declarations, re-exports, dynamic imports and types by `import('…')`. */
export function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ specifier: specifier.text, typeOnly });
  };
  visit(source, node => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
  });
  return found;
}

/** What breaks the rules, one line each, with its file. */
export function violationsOf(sources: Sources, rooms: Rooms): string[] {
  const parsed = [...sources].map(([path, text]) => ({ path, source: parse(path, text) }));
  return parsed.flatMap(({ path, source }) => [
    ...importsOf(source).flatMap(found => {
      const why = whyForbidden(path, found, sources, rooms);
      return why ? [`${path}: ${why}`] : [];
    }),
    ...platformUsesOf(path, source).map(name => `${path}: uses ${name}`),
    ...(hasDefaultExport(source) ? [`${path}: has a default export`] : []),
  ]);
}

/** Files that import each other in a circle, types included: `a.ts → b.ts → a.ts`. */
export function cyclesOf(sources: Sources): string[] {
  const edges = new Map(
    [...sources].map(([path, text]) => [
      path,
      importsOf(parse(path, text)).flatMap(({ specifier }) => fileOf(path, specifier, sources) ?? []),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]) => {
    const begin = trail.indexOf(path);
    if (begin >= 0) cycles.push([...trail.slice(begin), path].join(' → '));
    if (begin >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return cycles;
}

function whyForbidden(
  path: string,
  { specifier, typeOnly }: Import,
  sources: Sources,
  rooms: Rooms,
): string | undefined {
  const room = roomOf(path);
  const rule = rooms[room];
  if (!rule) return `the room "${room}" has no rule`;
  if (specifier.startsWith('node:')) return isNodeFile(path) ? undefined : `imports ${specifier}`;
  if (!specifier.startsWith('.')) {
    return rule.packages?.includes(specifier) ? undefined : `imports the package ${specifier}`;
  }
  const file = fileOf(path, specifier, sources);
  if (!file) return `imports ${specifier}, which is no file of src`;
  const other = roomOf(file);
  if (other === room || rule.rooms?.includes(other)) return undefined;
  if (!rule.types?.includes(other)) return `imports ${file}`;
  return typeOnly ? undefined : `imports more than types of ${file}`;
}

/** Names of Node's own globals, in files that must run everywhere. */
function platformUsesOf(path: string, source: ts.SourceFile): string[] {
  const names: string[] = [];
  visit(source, node => {
    if (ts.isIdentifier(node) && /^(Buffer|process)$/.test(node.text) && !isMember(node))
      names.push(node.text);
  });
  return isNodeFile(path) ? [] : names;
}

/** `x.process` and `{ process: 1 }` are other things of the same name. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  const named =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent);
  return named && parent.name === node;
}

function hasDefaultExport(source: ts.SourceFile): boolean {
  return source.statements.some(statement => {
    if (ts.isExportAssignment(statement)) return true;
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      if (!exportClause || !ts.isNamedExports(exportClause)) return false;
      return exportClause.elements.some(({ name }) => name.text === 'default');
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
  });
}

/** The folder; `index.ts` itself is a room without a name. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function isNodeFile(path: string): boolean {
  return path.endsWith('/node.ts');
}

function fileOf(from: string, specifier: string, sources: Sources): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  return sources.has(path) ? path : undefined;
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, child => visit(child, look));
}
