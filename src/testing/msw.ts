import { type HttpHandler, http } from 'msw';

/** Handlers that answer every request at or below the url; a server that is closed is a network error. */
export function createMswHandlers(
  url: string,
  handle: (request: Request) => Promise<Response>,
): HttpHandler[] {
  const answer = ({ request }: { request: Request }) => handle(request).catch(() => Response.error());
  return [http.all(`${url}/*`, answer), http.all(url, answer)];
}
