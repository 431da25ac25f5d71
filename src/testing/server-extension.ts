/** An extension as a card names it. Source: A2A specification 1.0, section 4.4.4. */
export interface ServerExtension {
  uri: string;
  description?: string;
  required?: boolean;
  params?: Record<string, unknown>;
}
