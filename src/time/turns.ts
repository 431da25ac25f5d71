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
   * @param latest ms; by then it is taken even out of turn
   * @throws {AbortedError} once the signal has fired; whatever the step throws
   */
  async run<R>(
    signal: AbortSignal,
    step: () => Promise<R>,
    onGiven?: () => void,
    latest = Infinity,
  ): Promise<R> {
    await this.#take(signal, latest);
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

  #take(signal: AbortSignal, latest: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        leave();
        this.#free -= 1;
        resolve();
      };
      const leave = () => {
        cancelTimer();
        deafen();
        this.#waiting.delete(begin);
      };
      const deafen = onAbort(signal, () => {
        leave();
        reject(new AbortedError('The call', signal.reason));
      });
      const cancelTimer = after(latest, begin);
      if (this.#free > 0) begin();
      else this.#waiting.add(begin);
    });
  }

  #give(): void {
    this.#free += 1;
    const [next] = this.#waiting;
    if (this.#free > 0) next?.();
  }
}
