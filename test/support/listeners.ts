/** A signal that counts who listens to it. */
export interface CountedSignal {
  controller: AbortController;
  signal: AbortSignal;
  /** Listeners now. */
  readonly now: number;
  /** The most there ever were at once. */
  readonly most: number;
}

export function countedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  let most = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: unknown, options?: unknown) => {
    listeners.add(listener);
    most = Math.max(most, listeners.size);
    add(type, listener as EventListener, options as AddEventListenerOptions);
  };
  signal.removeEventListener = (type: string, listener: unknown, options?: unknown) => {
    listeners.delete(listener);
    remove(type, listener as EventListener, options as EventListenerOptions);
  };
  return {
    controller,
    signal,
    get now() {
      return signal.aborted ? 0 : listeners.size;
    },
    get most() {
      return most;
    },
  };
}
