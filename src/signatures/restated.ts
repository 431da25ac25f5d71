import { canonical, isObject, type Json, type JsonObject } from './json.js';

const typeNames: Readonly<Record<string, string>> = {
  apiKeySecurityScheme: 'apiKey',
  httpAuthSecurityScheme: 'http',
  oauth2SecurityScheme: 'oauth2',
  openIdConnectSecurityScheme: 'openIdConnect',
  mtlsSecurityScheme: 'mutualTLS',
};

/**
 * Whether a member that is not signed only says again, in the words of A2A 0.3, what is. Python's server signs its
 * card and then adds such members, where it also speaks 0.3.
 *
 * @param card as it is served
 * @param known without the members that the specification does not know
 */
export function isRestated(path: readonly string[], value: Json, card: JsonObject, known: Json): boolean {
  if (!isObject(known)) return false;
  const [first = '', second = '', third = ''] = path;
  if (path.length === 1) return isTopRestated(first, value, card, known);
  if (path.length !== 3) return false;
  if (first === 'securitySchemes') {
    const scheme = isObject(known[first]) ? known[first][second] : undefined;
    return isObject(scheme) && isSchemeRestated(third, value, scheme);
  }
  if (first !== 'skills' || third !== 'security') return false;
  const skill = Array.isArray(known[first]) ? known[first][Number(second)] : undefined;
  return isObject(skill) && same(value, namesOnly(skill['securityRequirements']));
}

function isTopRestated(name: string, value: Json, card: JsonObject, known: JsonObject): boolean {
  const interfaces = Array.isArray(known['supportedInterfaces']) ? known['supportedInterfaces'] : [];
  const isOffered = (url: Json | undefined, binding: Json | undefined, version?: Json) =>
    interfaces.some(
      offer =>
        isObject(offer) &&
        offer['url'] === url &&
        offer['protocolBinding'] === binding &&
        (version === undefined || offer['protocolVersion'] === version),
    );
  switch (name) {
    case 'url':
    case 'preferredTransport':
    case 'protocolVersion':
      return isOffered(card['url'], card['preferredTransport'] ?? 'JSONRPC', card['protocolVersion'] ?? '');
    case 'additionalInterfaces':
      return (
        Array.isArray(value) &&
        value.every(
          each =>
            isObject(each) && Object.keys(each).length === 2 && isOffered(each['url'], each['transport']),
        )
      );
    case 'supportsAuthenticatedExtendedCard':
      return isObject(known['capabilities']) && known['capabilities']['extendedAgentCard'] === value;
    case 'security':
      return same(value, namesOnly(known['securityRequirements']));
    default:
      return false;
  }
}

/** 0.3 has the members of the scheme itself where 1.0 has one object with all of them. */
function isSchemeRestated(name: string, value: Json, scheme: JsonObject): boolean {
  const [kind = '', body] = Object.entries(scheme)[0] ?? [];
  if (!isObject(body)) return false;
  if (name === 'type') return value === typeNames[kind];
  return isPart(value, body[name === 'in' ? 'location' : name]);
}

/** Nothing that the original does not say; 0.3 has not all that 1.0 has. */
function isPart(value: Json, original: Json | undefined): boolean {
  if (!isObject(value)) return original !== undefined && same(value, original);
  const whole = isObject(original) ? original : {};
  return Object.entries(value).every(([name, member]) => isPart(member, whole[name]));
}

/** `[{ schemes: { bearer: { list: [] } } }]` as 0.3 writes it, `[{ bearer: [] }]`. */
function namesOnly(requirements: Json | undefined): Json {
  if (!Array.isArray(requirements)) return [];
  return requirements.map(requirement => {
    const schemes = isObject(requirement) && isObject(requirement['schemes']) ? requirement['schemes'] : {};
    return Object.fromEntries(
      Object.entries(schemes).map(([name, scopes]) => [name, (isObject(scopes) && scopes['list']) || []]),
    );
  });
}

function same(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}
