/** What a throw says, whatever was thrown. */
export function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'Unknown error';
  }
}
