/** What lies further down, with the same query. */
export function below(base: URL, path: string): URL {
  const url = new URL(base);
  let { pathname } = base;
  while (pathname.endsWith('/')) pathname = pathname.slice(0, -1);
  url.pathname = pathname + path;
  return url;
}
