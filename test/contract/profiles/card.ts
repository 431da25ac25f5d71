type Json = Record<string, unknown>;

/**
 * A card without what its owner wrote: texts, and where it answers, of which only the bindings that are spoken here
 * count. Anything that is no card stays as it is.
 */
export function cardShape(document: unknown, bindings: readonly string[]): unknown {
  if (!isJson(document)) return document;
  if (isJson(document['result'])) return { ...document, result: cardShape(document['result'], bindings) };
  const card: Json = { ...document };
  for (const name of ['name', 'description', 'version', 'url', 'preferredTransport']) {
    if (typeof card[name] === 'string') card[name] = 'a text';
  }
  const { organization } = isJson(card['provider']) ? card['provider'] : {};
  if (organization !== undefined) card['provider'] = withoutTexts(card['provider']);
  if (card['skills'] !== undefined) card['skills'] = withoutTexts(card['skills']);
  for (const name of ['supportedInterfaces', 'additionalInterfaces']) {
    const all = (card[name] ?? []) as Json[];
    const spoken = all.filter(({ protocolBinding, transport }) =>
      bindings.includes(String(protocolBinding ?? transport)),
    );
    if (spoken.length > 0) card[name] = spoken;
    else delete card[name];
  }
  return card;
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutTexts(item)]));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
