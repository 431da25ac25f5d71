import { type HttpHandler, http } from 'msw';
import { abortable } from './abortable.js';

/** Handlers that answer every request at or below the url; a server that is closed is a network error. */
export function createMswHandlers(
  url: string,
  handle: (request: Request) => Promise<Response>,
): HttpHandler[] {
  const answer = async ({ request }: { request: Request }) => {
    try {
      return abortable(await handle(request), request.signal);
    } catch {
      return Response.error();
    }
  };
  // No pattern: an address of version 6, and many a path, would mean something else there.
  const escaped = url.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return [http.all(new RegExp(`^${escaped}(/.*)?$`), answer)];
}
