import { written } from './demand.js';
import type { Json } from './fields.js';

/** What a call must carry: a Bearer token, or a key in a header. */
export type ServerAuth =
  | { bearer: string | (() => string) }
  | {
      apiKey: string | (() => string);
      /** @default 'X-API-Key' */
      header?: string | undefined;
    };

/** Refuses what is none of these, naming the option. */
export function checkAuth(auth: ServerAuth | undefined): void {
  if (auth === undefined) return;
  const { bearer, apiKey, header } = (auth ?? {}) as Partial<Record<string, unknown>>;
  const [name, secret] = bearer === undefined ? ['apiKey', apiKey] : ['bearer', bearer];
  if (typeof secret !== 'function' && (typeof secret !== 'string' || secret === '')) {
    throw new TypeError(`auth.${name} must be a string that is not empty, or a function.`);
  }
  if (header === undefined || isHeaderName(header)) return;
  throw new TypeError(`auth.header must be the name of a header, not ${written(header)}.`);
}

function isHeaderName(name: unknown): boolean {
  // Source: RFC 9110, section 5.6.2.
  return typeof name === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

/** What a card tells of it. */
export type AuthFacts = { kind: 'bearer' } | { kind: 'apiKey'; header: string } | undefined;

export function factsOf(auth: ServerAuth | undefined): AuthFacts {
  if (!auth) return undefined;
  return 'bearer' in auth ? { kind: 'bearer' } : { kind: 'apiKey', header: headerOf(auth) };
}

export function isAuthorized(headers: Headers, auth: ServerAuth | undefined): boolean {
  if (!auth) return true;
  if ('apiKey' in auth) return isSecret(headers.get(headerOf(auth)), auth.apiKey);
  const [, given] = /^bearer +(.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  return isSecret(given, auth.bearer);
}

/** The members of a card of 1.0. */
export function v1Security(auth: AuthFacts): Json {
  if (!auth) return {};
  const scheme =
    auth.kind === 'bearer'
      ? { httpAuthSecurityScheme: { scheme: 'bearer' } }
      : { apiKeySecurityScheme: { location: 'header', name: auth.header } };
  return {
    securitySchemes: { [auth.kind]: scheme },
    securityRequirements: [{ schemes: { [auth.kind]: {} } }],
  };
}

/** The members of a card of 0.3. */
export function v03Security(auth: AuthFacts): Json {
  if (!auth) return {};
  const scheme =
    auth.kind === 'bearer'
      ? { scheme: 'bearer', type: 'http' }
      : { in: 'header', name: auth.header, type: 'apiKey' };
  return { security: [{ [auth.kind]: [] }], securitySchemes: { [auth.kind]: scheme } };
}

function headerOf({ header = 'X-API-Key' }: Extract<ServerAuth, { apiKey: unknown }>): string {
  return header;
}

/** Nothing is none, even where a function gives none. */
function isSecret(given: string | null | undefined, secret: string | (() => string)): boolean {
  const current = typeof secret === 'function' ? secret() : secret;
  return Boolean(given) && given === current;
}
