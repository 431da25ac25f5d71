import { A2AClient, type Connection } from 'a2a-await';
import { useEffect, useState } from 'react';
import { type Embedded, startEmbedded } from './embedded.js';

export type Found =
  | { kind: 'nothing' }
  | { kind: 'looking'; url: string }
  | { kind: 'found'; url: string; connection: Connection }
  | { kind: 'error'; url: string; message: string };

export type EmbeddedState =
  | { kind: 'starting' }
  | { kind: 'ready'; embedded: Embedded }
  | { kind: 'error'; message: string };

// One for the page: React may ask twice.
let starting: Promise<Embedded> | undefined;

export function useEmbedded(): EmbeddedState {
  const [state, setState] = useState<EmbeddedState>({ kind: 'starting' });
  useEffect(() => {
    let gone = false;
    const set = (next: EmbeddedState) => gone || setState(next);
    starting ??= startEmbedded();
    starting.then(
      embedded => set({ kind: 'ready', embedded }),
      (error: Error) => set({ kind: 'error', message: error.message }),
    );
    return () => {
      gone = true;
    };
  }, []);
  return state;
}

/** Looks for the agent at the url, anew whenever that or the token changes, or `attempt`. */
export function useFound(url: string | undefined, token: string, attempt: number): Found {
  const [found, setFound] = useState<Found>({ kind: 'nothing' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    if (!url) {
      setFound({ kind: 'nothing' });
      return;
    }
    const controller = new AbortController();
    setFound({ kind: 'looking', url });
    look(url, token, controller.signal).then(
      connection => controller.signal.aborted || setFound({ kind: 'found', url, connection }),
      (error: Error) => controller.signal.aborted || setFound({ kind: 'error', url, message: error.message }),
    );
    return () => controller.abort();
  }, [url, token, attempt]);
  return found;
}

async function look(url: string, token: string, signal: AbortSignal): Promise<Connection> {
  await using client = new A2AClient(url, token ? { auth: token } : {});
  return await client.connect({ signal });
}
