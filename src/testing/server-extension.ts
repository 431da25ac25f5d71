import { demand } from './demand.js';

/** An extension as a card names it. Source: A2A specification 1.0, section 4.4.4. */
export interface ServerExtension {
  uri: string;
  description?: string | undefined;
  required?: boolean | undefined;
  params?: Record<string, unknown> | undefined;
}

/** Refuses what is no list of extensions, naming the option. */
export function checkExtensionList(extensions: readonly ServerExtension[] | undefined): void {
  if (extensions === undefined) return;
  if (!Array.isArray(extensions)) throw new TypeError('extensions must be a list.');
  for (const extension of extensions) {
    demand('extensions[].uri', extension?.uri ?? '', 'string');
    demand('extensions[].required', extension.required, 'boolean');
  }
}
