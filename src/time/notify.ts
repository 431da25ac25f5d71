/** Calls an application's listener such that nothing it does, now or later, touches the caller. */
export function notify<Event>(
  listener: ((event: Event) => unknown) | undefined,
  event: Event,
  onFailure?: (error: unknown) => void,
): void {
  if (listener) (async () => listener(event))().catch(onFailure ?? (() => {}));
}
