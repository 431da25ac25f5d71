/** The steps of one owner that are under way. */
export class OpenSteps extends Set<(reason: unknown) => void> {
  /** Why there will be no more of them. */
  closed: Error | undefined;

  /** Ends each, and refuses what comes later with this error. */
  close(error: Error): void {
    this.closed = error;
    for (const end of this) end(error);
  }
}
