import { FieldError, type Json } from './fields.js';
import type { Call } from './writers/writer.js';

/** A server for one tenant has nothing for another. */
export function checkTenant(params: Json, { tenant }: Call): void {
  if (tenant === undefined || params.tenant === tenant) return;
  throw new FieldError('value', ['tenant'], `there is only ${tenant}`);
}
