import { AbortedError } from '../errors/aborted.js';
import { after } from './timer.js';
import { onAbort } from './within.js';

/** How long one may keep the others waiting, ms: servers let requests hang. */
const patience = 5_000;

/** How many questions a client has under way at most. */
export const mostTurns = 32;

/** Lets so many go on at a time; the others wait, in the order they came. */
export class Turns {
  #free = mostTurns;
  readonly #waiting = new Set<() => void>();

  /**
   * Takes the step when it is its turn.
   *
   * @param onGiven called once the turn is another's, at the latest when the step has ended
   * @throws {AbortedError} once the signal has fired; whatever the step throws
   */
  async run<R>(signal: AbortSignal, step: () => Promise<R>, onGiven?: () => void): Promise<R> {
    await this.#take(signal);
    let give = () => {
      give = () => {};
      this.#give();
      onGiven?.();
    };
    const cancelTimer = after(patience, () => give());
    try {
      return await step();
    } finally {
      cancelTimer();
      give();
    }
  }

  #take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#free > 0) {
        this.#free -= 1;
        resolve();
        return;
      }
      const begin = () => {
        leave();
        resolve();
      };
      const leave = onAbort(signal, () => {
        this.#waiting.delete(begin);
        reject(new AbortedError('The call', signal.reason));
      });
      this.#waiting.add(begin);
    });
  }

  #give(): void {
    const [next] = this.#waiting;
    if (next) this.#waiting.delete(next);
    else this.#free += 1;
    next?.();
  }
}
