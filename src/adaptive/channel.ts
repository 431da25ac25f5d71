/**
 * Brings news of a task faster than asking does, until the task is over, or the signal fires. Rejects with what it
 * broke by. Nothing depends on it: it may lose, repeat and mix up what it tells.
 *
 * @param hear to be called when news would come, and whenever there is some
 */
export type Channel = (signal: AbortSignal, hear: () => void) => Promise<void>;
