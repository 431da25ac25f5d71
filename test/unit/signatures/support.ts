import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { exportJWK, FlattenedSign, generateKeyPair, type JWK } from 'jose';

export type Wire = Record<string, unknown>;

/** A card that another package signed, and the public keys; the private ones were thrown away. */
export interface Fixture {
  /** The package and its version. */
  signedBy: string;
  keys: { keys: JWK[] };
  card: Wire;
}

export function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));
}

export interface Signer {
  alg: string;
  /** Public. */
  key: JWK;
  /** Signs a text as it is; an object in its canonical form. */
  sign(payload: object | string, header?: Wire): Promise<{ protected: string; signature: string }>;
}

export async function createSigner(alg = 'ES256', kid?: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    key: { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }) },
    async sign(payload, header = {}) {
      const text = typeof payload === 'string' ? payload : (canonicalize(payload) ?? '');
      const made = await new FlattenedSign(new TextEncoder().encode(text))
        .setProtectedHeader({ alg, typ: 'JOSE', ...(kid !== undefined && { kid }), ...header })
        .sign(privateKey);
      return { protected: made.protected ?? '', signature: made.signature };
    },
  };
}

/** A header in base64url, whatever is in it. */
export function headerText(header: unknown): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}

/** All the places in a JSON value: what holds it, and its name or index there. */
export function placesIn(value: unknown): Array<[holder: Wire, name: string]> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap(name => [
    [value as Wire, name] as [Wire, string],
    ...placesIn((value as Wire)[name]),
  ]);
}
