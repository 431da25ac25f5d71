/**
 * A mistake in the code around, such as a wrapper that calls what is not there, must show at once. The platform
 * reports a broken connection as a `TypeError` too, so the words decide.
 */
export function isMistake(error: unknown): boolean {
  return (
    (error instanceof TypeError || error instanceof ReferenceError) &&
    /not a function|defined|of null/.test(error.message)
  );
}
