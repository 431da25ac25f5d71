import type { Json } from './fields.js';

/** Where one operation lies, below the endpoint of the HTTP+JSON binding. */
export interface Route {
  verb: string;
  /** Its named groups are params. */
  path: RegExp;
  /** What the operation is called in JSON-RPC. */
  rpcMethod: string;
}

/** What a request asks for: an operation, with the params that its path holds. */
export interface Routed {
  rpcMethod: string;
  params: Json;
}

/**
 * The routes of a dialect, below each of the prefixes.
 *
 * @example routesOf(['', '/{tenant}'], { 'POST /tasks/{id}:cancel': 'CancelTask' })
 */
export function routesOf(
  prefixes: readonly string[],
  operations: Readonly<Record<string, string>>,
): readonly Route[] {
  return prefixes.flatMap(prefix =>
    Object.entries(operations).map(([route, rpcMethod]) => {
      const [verb = '', path = ''] = route.split(' ');
      const pattern = `${prefix}${path}`.replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)');
      return { verb, path: new RegExp(`^${pattern}$`), rpcMethod };
    }),
  );
}

/** The operation, or the status that says why there is none. */
export function findRoute(routes: readonly Route[], verb: string, path: string): Routed | 404 | 405 {
  const matching = routes.filter(route => route.path.test(path));
  if (matching.length === 0) return 404;
  const route = matching.find(candidate => candidate.verb === verb);
  if (!route) return 405;
  const params = Object.entries(route.path.exec(path)?.groups ?? {});
  return {
    rpcMethod: route.rpcMethod,
    params: Object.fromEntries(params.map(([name, value]) => [name, decode(value)])),
  };
}

/** The verbs that are answered there. */
export function allowedAt(routes: readonly Route[], path: string): string[] {
  return routes.filter(route => route.path.test(path)).map(({ verb }) => verb);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
